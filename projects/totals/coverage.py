"""Coverage of a sum over months: how many records are complete, have gaps and of how many months, have nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db.models import FilteredRelation, Q, Sum

from projects.database.sql import Sql
from projects.models.entry import was_on_list
from projects.models.rollups import up_to
from projects.periods import Month
from projects.versioning.as_of import looking_back

from . import rollup_sums
from .dimensions import MONTH
from .figures import FIGURES
from .figures.beside_entry import months_in
from .figures.coverage import MONTHLY_SUMS, ROLLUP_MONTHS, has_any, lacks
from .month_amounts import MonthAmounts
from .month_rows import day_of
from .months import MonthStatus
from .months_asked import amounts_of
from .programmes import Programmes
from .record_rows import DAYS, Rows, one_if, told_apart
from .scope import Scope
from .scope_statements import statement_of
from .totals import Answer, Pending, breakdowns


@dataclass(frozen=True)
class MonthsCoverage:
    """Numbers of records by how many of their months they have; `months` is what all that have gaps lack together."""

    figure: str
    complete: int
    gaps: int
    months: int
    none: int

    @property
    def is_whole(self) -> bool:
        return not self.gaps


def months_coverage(scope: Scope, figure: str, known: Mapping[Any, Answer] | None = None) -> MonthsCoverage | None:
    """The coverage of a figure made of monthly reports; None for any other, and before there is a month.

    `known` are the answers for the whole and by month, where they are at hand. Where the sums that the database keeps say
    that nothing is missing, no record is looked at; else it is one query. Its records are found by the filters
    `complete_in`, `gaps_in` and `missing`.
    """
    if figure not in MONTHLY_SUMS or scope.through is None:
        return None
    if known is None and rollup_sums.answers(scope, (None, MONTH), (figure,)):
        known = breakdowns(scope, None, MONTH, compared=False, illustrative=True, figures=(figure,))
    return (_of_sums(scope, figure, known) if known else None) or _counted(scope, figure)


def _of_sums(scope: Scope, figure: str, found: Mapping[Any, Answer]) -> MonthsCoverage | None:
    """The coverage if all who have the figure have it in every month, or the database keeps how many that are; else None."""
    whole, months = found[None].whole.figures[figure], found[MONTH].rows
    if whole.off_list_known:  # they are among those that are known, and in no list that this opens to
        return None
    lacking = whole.known * len(months) - sum(row.figures[figure].known for row in months)
    if lacking <= 0:
        return MonthsCoverage(figure, whole.known, 0, 0, whole.missing)
    changes = getattr(scope.programme, "list_changes", True)
    if changes or MONTHLY_SUMS[figure] not in ROLLUP_MONTHS or (complete := rollup_sums.unbroken(scope)) is None:
        return None
    return MonthsCoverage(figure, complete, whole.known - complete, lacking, whole.missing)


def _counted(scope: Scope, figure: str) -> MonthsCoverage:
    span, column = scope.span, MONTHLY_SUMS[figure]
    with looking_back(scope.as_of):
        if column in ROLLUP_MONTHS and span.year:
            return _of_rollup(scope, figure)
        projects = scope.projects().filter(FIGURES[figure].applies(span)).order_by()
        of_programme = FilteredRelation("entries", condition=Q(entries__programme=span.programme_id))
        numbers = range(scope.first_month, scope.last_month + 1)
        columns = {f"lacks_{number}": one_if(lacks(span, number, column, "entry__")) for number in numbers}
        projects = projects.annotate(entry=of_programme)
        projects = projects.annotate(has_any=one_if(has_any(span, column, "entry__")), **columns)
        some = reduce(or_, (Q(**{name: 1}) for name in columns))
        sums = {name: Sum(one_if(Q(**{name: 1}) & Q(has_any=1))) for name in columns}  # the rarer first
        found = projects.aggregate(
            known=Sum("has_any"),
            gaps=Sum(one_if(some & Q(has_any=1))),
            all=Sum(one_if(~Q(pk=None))),
            **{f"of_{name}": each for name, each in sums.items()},
        )
    with_any, gaps = found["known"] or 0, found["gaps"] or 0
    months = sum(found[f"of_{name}"] or 0 for name in columns)
    return MonthsCoverage(figure, with_any - gaps, gaps, months, (found["all"] or 0) - with_any)


def _of_rollup(scope: Scope, figure: str) -> MonthsCoverage:
    """Told of as many groups as there are choices of months that entries have, and days on which they joined and left."""
    months = [Month(scope.programme.year, number) for number in scope.span.months]  # type: ignore[union-attr]
    complete = gaps = lacking = none = 0
    column = ROLLUP_MONTHS[MONTHLY_SUMS[figure]]
    for has, joined, left, number in statement_of(
        scope, f"months {column}", partial(_rollup_months, column=column)
    ).rows():
        days = day_of(joined), day_of(left)
        lacks = [each for each in months if not (has or 0) >> each.number & 1 and was_on_list(*days, each)]
        if has is None:
            complete += number  # and all others
        elif not has:
            none += number
        elif lacks:
            gaps, lacking = gaps + number, lacking + number * len(lacks)
    return MonthsCoverage(figure, complete - gaps - none, gaps, lacking, none)


def _rollup_months(scope: Scope, *, column: str) -> Sql:
    span = scope.span
    months = up_to(span.last_month) - up_to(span.first_month - 1)
    if scope.is_whole:  # nothing is asked of projects: to look up each would take twice as long as all else
        entries = span.listed().annotate(has=months_in(column, of=months, entry=""))
        return told_apart(entries.values_list("has", "joined", "left"), months)
    rows = Rows.listed(scope).projects.annotate(has=months_in(column, of=months))
    return told_apart(rows.values_list("has", *DAYS), months)


@dataclass(frozen=True)
class MonthReports:
    """How many reports of a month are approved and are asked; and wait for review, where that was counted."""

    approved: int
    asked: int
    waiting: int | None

    @property
    def missing(self) -> int:
        return self.asked - self.approved - (self.waiting or 0)


def reports_of(scope: Scope, status: MonthStatus) -> MonthReports:
    """The reports of a month: of the whole list, or of what the reader sees, which is one query more for all its months."""
    if scope.access.reads_all:
        return MonthReports(status.approved, status.asked, status.waiting)
    own = _own_months(scope)
    asked, approved, waiting = (each[status.month.number].number for each in (own.asked, own.approved, own.waiting))
    return MonthReports(approved, asked, waiting)


def _own_months(scope: Scope) -> MonthAmounts:
    """Read once for a page, which may speak of a month with gaps and of an open one, and of either more than once; in the
    present also for the tasks of its reader.
    """
    read = {} if scope.read is None else scope.read
    asked: tuple[Any, ...] = ("own months", scope.programme, scope.access, scope.as_of)
    if scope.as_of is None and isinstance(scope.programmes, Programmes) and scope.programmes.is_of_present:
        read, asked = scope.programmes.counted, (scope.span.programme_id, scope.access)
    if asked not in read:
        read[asked] = amounts_of(replace(scope, filters=(), within=None, on_list=True), with_waiting=True)
    found: MonthAmounts = read[asked]
    return found


def with_waiting(status: MonthStatus, reports: MonthReports, found: Pending) -> MonthReports:
    """The same with those that wait for review: of whoever reads the whole list of the present they are in `found`."""
    if reports.waiting is not None:
        return reports
    return replace(reports, waiting=found.by_month.get(status.month.number, 0))


def open_reports(scope: Scope) -> str | None:
    """How much of the last month of a question is approved, such as '6/30'; None for a month that counts."""
    if scope.open_month is None:
        return None
    reports = reports_of(scope, scope.open_month)
    return f"{reports.approved}/{reports.asked}"
