"""Months of a programme: which of them figures go up to by themselves, which are open, how much of each is approved.

Said of the whole programme, so that every reader, page, answer and file goes up to the same month. A month counts when all
the reports that were asked for it are approved, or when its round has closed with nearly all of them, and when every month
before it counts for which reports were asked. Any other is open: it is shown to whoever asks for it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import Count, DateField, F, IntegerField, Sum, Value
from django.utils.functional import cached_property

from projects.choices import ARRIVED, ReportState
from projects.history import as_of
from projects.models import Entry, MonthlyReport, Programme, Round
from projects.models.entry import is_listed_after, was_on_list
from projects.periods import MONTHS_OF_YEAR, Month

from .standings import is_late

_PER_CENT = 100


@dataclass(frozen=True)
class MonthStatus:
    """One month: how many reports are asked, approved and wait for review; the plans for the year (CNY) of those entries.

    `due` is None without a round. `closes` is the last day for reports: without a round the last day of the next month.
    `follows_gap` is True if a month before it does not count, so that it does not either.
    """

    month: Month
    asked: int
    approved: int
    planned: int
    planned_approved: int
    closes: dt.date
    is_closed: bool
    waiting: int
    due: dt.date | None = None
    has_opened: bool = False
    follows_gap: bool = False

    @property
    def is_complete(self) -> bool:
        return self.asked > 0 and self.approved == self.asked

    @property
    def counts(self) -> bool:
        """Whether figures go up to this month without being asked to."""
        return not self.follows_gap and (self.is_complete or (self.is_closed and self._is_nearly_complete))

    @property
    def is_open(self) -> bool:
        """Whether reports are asked of which too many are still to come, be the round closed or not."""
        return self.asked > 0 and not self.counts

    @property
    def missing_count(self) -> int:
        return self.asked - self.approved

    @property
    def _is_nearly_complete(self) -> bool:
        least = settings.CLOSED_MONTH_PERCENT
        pairs = ((self.approved, self.asked), (self.planned_approved, self.planned))
        return self.asked > 0 and all(part * _PER_CENT >= whole * least for part, whole in pairs)


@dataclass(frozen=True)
class ProgrammeMonths:
    """The twelve months of a programme by their number."""

    by_number: Mapping[int, MonthStatus]
    state: as_of.AsOf | None = None  # that they were read in

    @cached_property
    def default(self) -> int:
        """The last month that counts, to which pages, API and files go; 0 while there is none."""
        return max((number for number, status in self.by_number.items() if status.counts), default=0)

    def with_status(self, status: MonthStatus) -> ProgrammeMonths:
        """Return the same months with one of them otherwise."""
        return replace(self, by_number=mark_gaps({**self.by_number, status.month.number: status}.values()))

    @property
    def newest_month(self) -> int:
        """The last month that there is something to see of: an approved report, or a round that has opened."""
        seen = [each for each, status in self.by_number.items() if status.approved or status.has_opened]
        return max([*seen, self.default])

    @property
    def first_gap(self) -> MonthStatus | None:
        """The first month that does not count though reports of it are asked, where one that is later is complete."""
        gap = next((status for status in self.by_number.values() if status.is_open), None)
        return gap if any(status.is_complete and status.follows_gap for status in self.by_number.values()) else None

    @property
    def incomplete(self) -> list[MonthStatus]:
        """The months that do not count though reports of them are asked, in order."""
        return [status for status in self.by_number.values() if status.is_open]

    @property
    def open(self) -> MonthStatus | None:
        """The newest month, if it is open and after the one that is shown."""
        newest = self.by_number.get(self.newest_month)
        return newest if newest is not None and newest.is_open and self.newest_month > self.default else None


NO_MONTHS = ProgrammeMonths({})


def months_of(programme: Programme) -> ProgrammeMonths:
    """Return the months of a programme, as the register stands in the state that is looked at. Three queries.

    They are of the whole list, whoever asks: no number of them is for whoever reads a part of it.
    """
    return months_by_programme([programme])[programme.pk]


def months_by_programme(programmes: Sequence[Programme]) -> dict[Any, ProgrammeMonths]:
    """Return the same of several programmes by their keys. Three queries."""
    keys = [programme.pk for programme in programmes]
    rounds = {(found.programme_id, found.month): found for found in Round.objects.filter(programme__in=keys)}
    closing = {key: found.closes for key, found in rounds.items()}
    amounts = read_amounts(Entry.objects.filter(programme__in=keys), closing=closing)
    state, found = as_of.get_as_of(), {}
    for programme in programmes:
        statuses = [
            _status(
                Month(programme.year, number),
                amounts[programme.pk, None],
                rounds.get((programme.pk, number)),
                programme.today,
            )
            for number in range(1, MONTHS_OF_YEAR + 1)
        ]
        found[programme.pk] = ProgrammeMonths(mark_gaps(statuses), state)
    return found


def mark_gaps(statuses: Iterable[MonthStatus]) -> dict[int, MonthStatus]:
    """Return the months of a year by number, in order, each knowing whether one before it does not count."""
    found: dict[int, MonthStatus] = {}
    for status in statuses:
        follows_gap = any(earlier.is_open for earlier in found.values())
        found[status.month.number] = replace(status, follows_gap=follows_gap)
    return found


def _status(month: Month, amounts: MonthAmounts, found: Round | None, today: dt.date) -> MonthStatus:
    closes = found.closes if found else closes_without_round(month)
    return MonthStatus(
        month=month,
        asked=amounts[ASKED, month.number],
        approved=amounts[ReportState.APPROVED, month.number],
        planned=amounts[ASKED + PLAN, month.number],
        planned_approved=amounts[ReportState.APPROVED + PLAN, month.number],
        closes=closes,
        is_closed=today > closes,
        due=found.due if found else None,
        has_opened=found is not None and found.opens <= today,
        waiting=amounts[ReportState.SUBMITTED, month.number],
    )


def closes_without_round(month: Month) -> dt.date:
    """Return the last day for the reports of a month that has no round: the last of the next month."""
    if month.number == MONTHS_OF_YEAR:
        return Month(month.year + 1, 1).last_day
    return Month(month.year, month.number + 1).last_day


# what they are told from


ASKED, LATE, PLAN = "asked", "late", " plan"
# by kind and number of a month, of entries that are on the list in it: reports that are asked, late, or in a state; with
# PLAN behind the kind what their entries plan for the year together, in CNY
MonthAmounts = Counter[tuple[str, int]]
Amounts = defaultdict[tuple[Any, Any], MonthAmounts]  # by the keys of programme and part


def read_amounts(
    entries: Any,
    *,
    closing: Mapping[tuple[Any, int], dt.date],
    part: str = "",
    rounds: Sequence[Round] = (),
    with_returned: bool = False,
) -> Amounts:
    """Return the amounts of entries by programme and by the column `part` of projects (None without one).

    `closing` are the last days of rounds by programme and month: who was put on the list later is asked for no report of
    that month, and counts in it once there is one. What is late is counted in `rounds`, what was returned if it is wanted.
    Two queries.
    """
    found: Amounts = defaultdict(Counter)

    def add(programme: Any, key: Any, kind: str, month: int, number: int, plan: int | None) -> None:
        found[programme, key].update({(kind, month): number, (kind + PLAN, month): int(plan or 0)})

    def get_part(path: str) -> Any:
        return F(f"{path}project__{part}") if part else Value(None, output_field=IntegerField())

    def came_too_late(programme: Any, listed_on: dt.date | None, month: Month) -> bool:
        last_day = closing.get((programme, month.number)) or closes_without_round(month)
        return is_listed_after(listed_on, last_day)

    entries = entries.asked_to_report().order_by()
    columns = ("programme", "programme__year", "part", "joined", "left", "listed_on")
    counted = (
        entries.annotate(part=get_part("")).values_list(*columns).annotate(Count("pk"), Sum("planned_disbursement"))
    )
    for programme, year, key, joined, left, listed_on, number, plan in counted:
        for month in (Month(year, each) for each in range(1, MONTHS_OF_YEAR + 1)):
            if was_on_list(joined, left, month) and not came_too_late(programme, listed_on, month):
                add(programme, key, ASKED, month.number, number, plan)
    reports = MonthlyReport.objects.filter(
        entry__in=entries.values("pk"), state__in=(*ARRIVED, ReportState.RETURNED) if with_returned else ARRIVED
    )
    until = {(found.programme_id, found.month): found.punctual_until for found in rounds}
    day = F("handed_in_on") if rounds else Value(None, output_field=DateField())
    rows = reports.order_by().annotate(part=get_part("entry__"), day=day)
    counted = rows.values_list(
        *(f"entry__{name}" if name != "part" else name for name in columns), "month", "state", "day"
    )
    counted = counted.annotate(Count("pk"), Sum("entry__planned_disbursement"))
    for programme, year, key, joined, left, listed_on, month, state, handed_in_on, number, plan in counted:
        if was_on_list(joined, left, Month(year, month)):
            add(programme, key, state, month, number, plan)
            if state in ARRIVED and came_too_late(programme, listed_on, Month(year, month)):
                add(programme, key, ASKED, month, number, plan)
            if state in ARRIVED and is_late(handed_in_on, until.get((programme, month))):
                add(programme, key, LATE, month, number, plan)
    return found
