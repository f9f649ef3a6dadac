"""Rows of months: sums of entries and their reports, and the days of rounds, from which months are told, in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import connections
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from projects.choices import Basis, ReportState
from projects.database.prepared_statements import prepared
from projects.database.read_replica import read_alias
from projects.models import Cell, Entry, MonthlyReport, Programme, Round
from projects.models.rollups import ALL
from projects.periods import MONTHS_OF_YEAR
from projects.versioning import as_of

SUMS, ENTRIES, REPORTS, WAITING, ROUNDS = range(5)  # what a row is about


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
    unasked, in_sums, number, plan = rest
    return MonthRow(
        kind, programme, month, first, last, third, unasked == 1, in_sums == 1, int(number or 0), int(plan or 0)
    )


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
    is_past = as_of.current() is not None
    of = Q(programme=programme.pk) if programme else Q()
    entries, rounds = Entry.objects.filter(of), _rounds(Round.objects.filter(of))
    if is_past and connections[read_alias()].vendor == "sqlite":
        counted = _counted(entries, ENTRIES, "programme", month=_reported(), path="", in_sums=False)
        return counted.union(rounds, all=True)
    all_reports = (
        MonthlyReport.objects.filter(entry__programme=programme.pk) if programme else MonthlyReport.objects.all()
    )
    reports, waiting = all_reports.approved(), all_reports.filter(state=ReportState.SUBMITTED)
    if not is_past:
        entries = entries.filter(Q(basis=Basis.PUBLISHED) | Q(joined__isnull=False) | Q(left__isnull=False))
        reports = reports.filter(entry__in=entries.order_by().values("pk"))
        # few, mostly: found by the index of their state alone, then looked up
        waiting = MonthlyReport.objects.filter(pk__in=waiting.order_by().values("pk"))
    to_review = _counted(waiting, WAITING, "entry__programme", month=F("month"), path="entry__", in_sums=False)
    parts = [
        _counted(reports, REPORTS, "entry__programme", month=F("month"), path="entry__", in_sums=not is_past),
        *([to_review] if is_past or to_store else []),
        rounds,
        *([] if is_past else [_sums(of)]),
    ]
    counted = _counted(entries, ENTRIES, "programme", month=Value(0), path="", in_sums=not is_past)
    return counted.union(*parts, all=True)


def _reported() -> Coalesce:
    """Of each entry the months of its approved reports as the bits of one number, and above these those that wait.

    So SQLite reads the history of reports once, by their entry, and sorts nothing but entries; PostgreSQL is quicker to join
    them.
    """
    approved = Q(state=ReportState.APPROVED)
    month = Case(When(approved, then=F("month")), default=F("month") + Value(MONTHS_OF_YEAR))
    reports = MonthlyReport.objects.filter(approved | Q(state=ReportState.SUBMITTED), entry=OuterRef("pk")).order_by()
    place: Any = Cast(month, IntegerField())
    bits = Sum(_number(1).bitleftshift(place), output_field=BigIntegerField())
    return Coalesce(Subquery(reports.values("entry").annotate(bits=bits).values("bits")), _number(0))


OF_PROGRAMME = "programme_key"  # the column that names it
COLUMNS = (
    *("kind", OF_PROGRAMME, "month_number", "first_day", "last_day", "third_day"),
    *("unasked", "in_sums", "number", "plan"),
)


def _number(value: Any) -> Cast:
    # with its type, which nothing else says to a database that plans before it knows the value
    return Cast(value if hasattr(value, "resolve_expression") else Value(value), BigIntegerField())


def _columns(kind: int, programme: str, month: Any) -> dict[str, Any]:
    """What rows of a kind are told by; where nothing else is said they have no days, and are in nothing."""
    no_days = dict.fromkeys(("first_day", "last_day", "third_day"), Cast(Value(None), DateField()))
    told = {"kind": _number(kind), OF_PROGRAMME: F(programme), "month_number": _number(month)}
    return told | no_days | dict.fromkeys(("unasked", "in_sums"), _number(0))


def _counted(rows: QuerySet, kind: int, programme: str, *, month: Any, path: str, in_sums: bool) -> QuerySet:
    """Entries, or their approved reports, by programme, month and what decides whether they are asked for it."""
    is_published = Q(**{f"{path}basis": Basis.PUBLISHED})
    by = _columns(kind, programme, month) | {
        "first_day": F(f"{path}joined"),
        "last_day": F(f"{path}left"),
        "unasked": Case(When(is_published, then=_number(1)), default=_number(0)),
        "in_sums": _number(int(in_sums)),
    }
    grouped = rows.order_by().annotate(**by).values(*by)
    plan = Coalesce(Sum(f"{path}planned_disbursement"), _number(0), output_field=BigIntegerField())
    return grouped.annotate(number=Count("pk"), plan=plan).values_list(*COLUMNS)


def _rounds(rounds: QuerySet) -> QuerySet:
    columns = _columns(ROUNDS, "programme_id", F("month")) | {
        "first_day": F("opens"),
        "last_day": F("due"),
        "third_day": F("closes"),
        "number": _number(0),
        "plan": _number(0),
    }
    return rounds.order_by().annotate(**columns).values_list(*COLUMNS)


def _sums(of: Q) -> QuerySet:
    """What the database keeps: of month 0 all entries, of the others their approved reports."""
    by = _columns(SUMS, "programme", F("month"))
    cells = Cell.objects.filter(
        of, prefecture=ALL, chain_link=ALL, programme__gt=ALL, month__lte=MONTHS_OF_YEAR
    ).order_by()
    listed = Q(month=0)
    number = Sum(Case(When(listed, then=F("project_count")), default=F("approved")))
    plan = Sum(Case(When(listed, then=F("planned_disbursement")), default=F("approved_plan")))
    return cells.annotate(**by).values(*by).annotate(number=number, plan=plan).values_list(*COLUMNS)
