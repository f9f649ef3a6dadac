"""Amounts of months: how many reports are asked, approved, waiting, late and returned, with the plans of their entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When

from projects.access import Access
from projects.choices import ARRIVED, Basis, ReportState
from projects.models import Entry, MonthlyReport, Round
from projects.models.entry import was_on_list
from projects.periods import MONTHS_OF_YEAR, Month


@dataclass(slots=True)
class Amount:
    """A number of reports, and what their entries plan for the year together, in CNY."""

    number: int = 0
    plan: int = 0

    def add(self, number: int, plan: int | None) -> None:
        self.number += number
        self.plan += int(plan or 0)


class MonthAmounts:
    """The months of a year by their number: amounts of the entries that are on the list in the month."""

    def __init__(self, year: int) -> None:
        self.months = _months_of(year)
        self.asked = {month.number: Amount() for month in self.months}
        self.approved, self.waiting, self.late, self.returned = (defaultdict[int, Amount](Amount) for _kind in range(4))
        self.by_state = {
            ReportState.APPROVED: self.approved,
            ReportState.SUBMITTED: self.waiting,
            ReportState.RETURNED: self.returned,
        }


Amounts = dict[tuple[Any, Any], MonthAmounts]  # by the keys of programme and part
Condition = Callable[[str], Q]  # on an entry at a path


@cache
def _months_of(year: int) -> list[Month]:
    return [Month(year, number) for number in range(1, MONTHS_OF_YEAR + 1)]


def read_amounts(
    condition: Condition, *, part: str = "", rounds: Sequence[Round] = (), with_returned: bool = False
) -> Amounts:
    """Return the amounts of the entries for which `condition` holds, by programme and by the column `part` of projects
    (None without one). What is late is counted in `rounds`, what was returned if it is wanted. Two queries.
    """
    found: Amounts = {}

    def amounts(programme: Any, year: int, part: Any) -> MonthAmounts:
        if (programme, part) not in found:
            found[programme, part] = MonthAmounts(year)
        return found[programme, part]

    entries = Entry.objects.filter(condition("")).asked_to_report().order_by()
    parts = entries.annotate(part=_part_of(part, "")).values_list(
        "programme", "programme__year", "part", "joined", "left"
    )
    for programme, year, key, joined, left, number, plan in parts.annotate(Count("pk"), Sum("planned_disbursement")):
        listed = amounts(programme, year, key)
        for month in listed.months:
            if was_on_list(joined, left, month):
                listed.asked[month.number].add(number, plan)
    reports = MonthlyReport.objects.filter(condition("entry__")).exclude(entry__basis=Basis.PUBLISHED).order_by()
    reports = reports.filter(state__in=(*ARRIVED, ReportState.RETURNED) if with_returned else ARRIVED)
    rows = reports.annotate(part=_part_of(part, "entry__"), is_late=_is_late(rounds)).values_list(
        *("entry__programme", "entry__programme__year", "part", "month", "state", "is_late"),
        *("entry__joined", "entry__left"),
    )
    counted = rows.annotate(Count("pk"), Sum("entry__planned_disbursement"))
    for programme, year, key, month, state, is_late, joined, left, number, plan in counted:
        if was_on_list(joined, left, Month(year, month)):
            reported = amounts(programme, year, key)
            reported.by_state[state][month].add(number, plan)
            if is_late and state in ARRIVED:
                reported.late[month].add(number, plan)
    return found


def _part_of(part: str, path: str) -> Any:
    return F(f"{path}project__{part}") if part else Value(None, output_field=IntegerField())


def _is_late(rounds: Sequence[Round]) -> Any:
    """1 for reports that came later than is counted as on time in these rounds."""
    late = [
        When(entry__programme=found.programme_id, month=found.month, handed_in_on__gt=found.punctual_until, then=1)
        for found in rounds
    ]
    return Case(*late, default=0, output_field=IntegerField()) if late else Value(0)


def rounds_read(
    access: Access, rounds: Sequence[Round], *, part: str = "", with_late: bool = False, with_returned: bool = False
) -> Amounts:
    """Return the amounts of rounds of any programmes, of everything that somebody reads. Two queries."""
    programmes = sorted({found.programme_id for found in rounds})
    return read_amounts(
        lambda path: Q(**{f"{path}programme__in": programmes}) & is_readable(access, path),
        part=part,
        rounds=rounds if with_late else (),
        with_returned=with_returned,
    )


def is_readable(access: Access, path: str) -> Q:
    """Return the condition on an entry at `path` that it may be read."""
    return access.rows(f"{path}project__prefecture")
