"""Rows of months: sums of entries and their reports, and the days of rounds, from which months are told, in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, Case, Count, DateField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Coalesce

from projects.choices import ARRIVED, Basis, ReportState
from projects.database.prepared_statements import prepared
from projects.models import Cell, Entry, MonthlyReport, Programme, Round
from projects.models.entry import not_always_asked
from projects.models.rollups import ALL, NO
from projects.periods import MONTHS_OF_YEAR
from projects.versioning import as_of

SUMS, ENTRIES, REPORTS, WAITING, ROUNDS, LATE, RETURNED = range(7)  # what a row is about


@dataclass(slots=True)
class MonthRow:
    """A number of entries or reports with the plans of the year (CNY), or the days of a round: days as the driver gives
    them (`day_of`), since few are looked at.
    """

    kind: int
    programme: Any
    month: int  # 0 for what holds the whole year
    first_day: dt.date | str | None  # on which these joined the list, or the round opens
    last_day: dt.date | str | None  # on which they left it, or reports are due
    third_day: dt.date | str | None  # on which the round closes
    unasked: bool  # whether no report of them is asked for
    in_sums: bool  # whether they are in the sums that the database keeps
    number: int
    plan: int
    part: Any = None  # of the projects, where rows are told apart by a column of theirs


def month_rows(programme: Programme) -> list[MonthRow]:
    """Those of one programme, as the register stands in the state that is looked at: counted, if it is a past one."""
    kind = ("months of a programme", programme.pk, as_of.current() is not None)
    return rows_from(prepared(kind, lambda: month_query(programme), as_one=True).rows())


def rows_from(found: Iterable[tuple[Any, ...]]) -> list[MonthRow]:
    """Rows of the query as the driver gives them."""
    rows = [_row(*each) for each in found]
    if not any(row.kind == ENTRIES and row.month for row in rows):
        return rows
    return [each for row in rows for each in _of_months(row)]


def _row(kind: int, programme: Any, month: int, first: Any, last: Any, third: Any, *rest: Any) -> MonthRow:
    unasked, in_sums, number, plan, *part = rest
    amounts = int(number or 0), int(plan or 0)
    return MonthRow(kind, programme, month, first, last, third, unasked == 1, in_sums == 1, *amounts, *part)


def _of_months(row: MonthRow) -> Iterator[MonthRow]:
    """The row; of entries that are told with the months of their reports, one for each of these too."""
    yield replace(row, month=0) if row.kind == ENTRIES and row.month else row
    if row.kind == ENTRIES and row.month:
        for kind, shift in ((REPORTS, 0), (WAITING, MONTHS_OF_YEAR)):
            months = (month for month in range(1, MONTHS_OF_YEAR + 1) if row.month >> (month + shift) & 1)
            yield from (replace(row, kind=kind, month=month) for month in months)


def day_of(value: Any) -> dt.date | None:
    """SQLite gives days as texts."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def month_query(programme: Programme | None = None, *, to_store: bool = False) -> QuerySet:
    """The same columns from sums, entries, reports and rounds, of all programmes where none is named. In a past there are no
    sums, and all is counted. What waits for review is told `to_store` it, and of a past: of the present few look at it.
    """

    def of(path: str) -> Q:
        return Q(**{f"{path}programme": programme.pk}) if programme else Q()

    cells = Cell.objects.filter(of(""), prefecture=ALL, chain_link=ALL, programme__gt=ALL)
    source = MonthSource(of, None if as_of.current() else cells)
    return source.rows(_rounds(Round.objects.filter(of(""))), with_waiting=to_store)


@dataclass(frozen=True)
class MonthSource:
    """What months are told from: entries, and the sums of exactly these where the database keeps some."""

    of: Callable[[str], Q]  # the condition on an entry at a path
    cells: QuerySet | None  # of the lists and reports of these entries, once each; None: all is counted
    part: str = ""  # the column of projects and cells by which rows are told apart, if they are

    def rows(self, *others: QuerySet, with_waiting: bool) -> QuerySet:
        """Who is asked and what is approved; what waits for review, which is counted where all is, or if it is wanted."""
        entries = Entry.objects.filter(self.of(""))
        if self.cells is None:
            return self._counted(entries, ENTRIES, month=_reported(), path="").union(*others, all=True)
        entries = entries.filter(not_always_asked())
        reports = MonthlyReport.objects.approved().filter(entry__in=entries.order_by().values("pk"))
        corrected = self._counted(entries, ENTRIES, month=0, path="", in_sums=True)
        parts = [self._of_reports(reports, REPORTS, in_sums=True), self._sums(self.cells)]
        if with_waiting:
            parts.append(self._looked_up(Q(state=ReportState.SUBMITTED), WAITING))
        return corrected.union(*parts, *others, all=True)

    def late(self, rounds: Iterable[Round]) -> QuerySet:
        """Reports submitted or approved that came later than is counted as on time in these rounds (one at least)."""
        days = [(each.programme_id, Q(month=each.month, handed_in_on__gt=each.punctual_until)) for each in rounds]
        in_one = Q(state__in=ARRIVED) & reduce(or_, (Q(entry__programme=key) & late for key, late in days))
        return self._looked_up(reduce(or_, (late for _key, late in days)), LATE, in_one)

    def returned(self) -> QuerySet:
        """Reports that were given back and have not come again."""
        return self._looked_up(Q(state=ReportState.RETURNED), RETURNED)

    def _looked_up(self, found_by: Q, kind: int, *conditions: Q) -> QuerySet:
        """Reports that are few, mostly: found by an index of their own columns alone, then looked up."""
        found = MonthlyReport.objects.filter(found_by).order_by().values("pk")
        return self._of_reports(MonthlyReport.objects.filter(self.of("entry__"), *conditions, pk__in=found), kind)

    def _of_reports(self, reports: QuerySet, kind: int, *, in_sums: bool = False) -> QuerySet:
        return self._counted(reports, kind, month=F("month"), path="entry__", in_sums=in_sums)

    def _counted(self, rows: QuerySet, kind: int, *, month: Any, path: str, in_sums: bool = False) -> QuerySet:
        """Entries, or their reports, by programme, month and what decides whether they are asked for it."""
        is_published = Q(**{f"{path}basis": Basis.PUBLISHED})
        by = _columns(kind, f"{path}programme", month) | {
            "first_day": F(f"{path}joined"),
            "last_day": F(f"{path}left"),
            "unasked": Case(When(is_published, then=_number(1)), default=_number(0)),
            "in_sums": _number(int(in_sums)),
        }
        plan = Coalesce(Sum(f"{path}planned_disbursement"), _number(0), output_field=BigIntegerField())
        return self._grouped(rows, by, f"{path}project__", number=Count("pk"), plan=plan)

    def _sums(self, cells: QuerySet) -> QuerySet:
        """What the database keeps: of month 0 all entries, of the others their approved reports."""
        listed = Q(month=0)
        number = Sum(Case(When(listed, then=F("project_count")), default=F("approved")))
        plan = Sum(Case(When(listed, then=F("planned_disbursement")), default=F("approved_plan")))
        cells, by = cells.filter(month__lte=MONTHS_OF_YEAR), _columns(SUMS, "programme", F("month"))
        return self._grouped(cells, by, "", number=number, plan=plan)

    def _grouped(self, rows: QuerySet, by: dict[str, Any], path: str, **sums: Any) -> QuerySet:
        if self.part:
            column: Any = F(f"{path}{self.part}")
            by = by | {"part": Coalesce(column, Value(NO)) if path and self.part == "prefecture" else column}
        grouped = rows.order_by().annotate(**by).values(*by).annotate(**sums)
        return grouped.values_list(*COLUMNS, *(["part"] if self.part else []))


def _reported() -> Any:
    """Of each entry the months of its approved reports as the bits of one number, and above these those that wait."""
    approved, arrived = (
        Coalesce(Cast(f"reported__{name}", BigIntegerField()), _number(0)) for name in ("approved", "arrived")
    )
    return approved + (arrived - approved) * _number(1 << MONTHS_OF_YEAR)


OF_PROGRAMME = "programme_key"  # the column that names it
COLUMNS = (
    *("kind", OF_PROGRAMME, "month_number", "first_day", "last_day", "third_day"),
    *("unasked", "in_sums", "number", "plan"),
)


class _Constant(Cast):
    """The same in all rows: they are not grouped by it, which would be compared for each."""

    def get_group_by_cols(self) -> list[Any]:
        return []


def _number(value: Any) -> Cast:
    # with its type, which nothing else says to a database that plans before it knows the value
    if hasattr(value, "resolve_expression"):
        return Cast(value, BigIntegerField())
    return _Constant(Value(value), BigIntegerField())


def _columns(kind: int, programme: str, month: Any) -> dict[str, Any]:
    """What rows of a kind are told by; where nothing else is said they have no days, and are in nothing."""
    no_days = dict.fromkeys(("first_day", "last_day", "third_day"), _Constant(Value(None), DateField()))
    told = {"kind": _number(kind), OF_PROGRAMME: F(programme), "month_number": _number(month)}
    return told | no_days | dict.fromkeys(("unasked", "in_sums"), _number(0))


def _rounds(rounds: QuerySet) -> QuerySet:
    columns = _columns(ROUNDS, "programme_id", F("month")) | {
        "first_day": F("opens"),
        "last_day": F("due"),
        "third_day": F("closes"),
        "number": _number(0),
        "plan": _number(0),
    }
    return rounds.order_by().annotate(**columns).values_list(*COLUMNS)
