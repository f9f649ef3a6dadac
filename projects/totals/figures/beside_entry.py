"""Conditions of a round's figures for projects with their `entry` beside them, told from what is kept of its reports.

They say the same as those of `monthly` and `listed`, which look for entries and reports of a project wherever it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from projects.choices import Basis, ClaimFigure, ListStatus, Measure, ReportState
from projects.models import Claim, MonthlyReport, Project, Round
from projects.models.entry import listed_in, not_always_asked
from projects.models.rollups import up_to

from .figure import Amount, Condition, Figure
from .listed import at_floor
from .monthly import closed_problems, live_problems, number_of, of_project
from .span import Span

_ENTRY, _REPORTED = "entry__", "entry__reported__"
_GOES_ON = Q(**{f"{_ENTRY}status": ListStatus.CONTINUING})


def beside_entry(figure: Figure, span: Span) -> Figure:
    """The figure with these conditions, where its months are those that they are kept for."""
    return replace(figure, **_BESIDE.get(figure.name, {})) if span.last else figure


def months_in(*columns: str, of: int, entry: str = _ENTRY) -> Any:
    """Those of some months, as bits, that any of these columns has."""
    found: Any = Coalesce(F(f"{entry}reported__{columns[0]}"), 0)
    for column in columns[1:]:
        found = found.bitor(Coalesce(F(f"{entry}reported__{column}"), 0))
    return found.bitand(of)


def any_month(*columns: str, of: int, entry: str = _ENTRY) -> Q:
    """Whether an entry, at this path, has any of these columns in some months, as bits."""
    return Q(GreaterThan(months_in(*columns, of=of, entry=entry), Value(0)))


def listed_beside(span: Span) -> Q:
    return listed_in(span.list_month, _ENTRY) if span.list_month else Q()


def _start_is_known(span: Span) -> Q:
    return (_GOES_ON & listed_beside(span)) | any_month("approved", of=up_to(span.last_month))


def _has_started(span: Span) -> Q:
    return (_GOES_ON & listed_beside(span)) | any_month("begun", "beyond", of=up_to(span.last_month))


def _stage_is_known(span: Span) -> Q:
    return any_month("beyond", "preparing", of=up_to(span.last_month))


def _stage_is(column: str) -> Condition:
    """The newest is the highest bit: twice what has it is more than all only where it is that of all."""

    def condition(span: Span) -> Q:
        of = up_to(span.last_month)
        return Q(GreaterThan(months_in(column, of=of) * 2, months_in("beyond", "preparing", of=of)))

    return condition


def _asked(span: Span) -> Q:
    return listed_beside(span) & Q(**{f"{_ENTRY}pk__isnull": False}) & ~Q(**{f"{_ENTRY}basis": Basis.PUBLISHED})


def _is_in(span: Span) -> Q:
    return any_month("arrived", of=1 << span.last_month)


def approved_in_round(span: Span) -> Q:
    return any_month("approved", of=1 << span.last_month)


def _is_late(span: Span) -> Q:
    return Q(**{f"{_ENTRY}pk__in": _late_entries(span)})


def _late_entries(span: Span) -> QuerySet:
    """They are few, and found at once by an index of their month."""
    rounds = Round.objects.filter(programme=span.programme_id, month=span.last_month).order_by()
    late = MonthlyReport.objects.filter(
        month=span.last_month, handed_in_on__gt=Subquery(rounds.values("punctual_until"))
    )
    return late.arrived().order_by().values("entry")


def _is_missing(span: Span) -> Q:
    return ~_is_in(span)


def _number(problems: Callable[[Span], Any]) -> Amount:
    """Counted of those alone that have some, who are few."""

    def amount(span: Span) -> Any:
        some = problems(span).order_by()
        return Case(When(pk__in=some.values("project"), then=number_of(of_project(some))), default=Value(0))

    return amount


def _has_forecast(span: Span) -> Q:
    return Q(**{f"{_REPORTED}said_{span.last_month}__isnull": False})


def _status_is_known(_span: Span) -> Q:
    return Q(**{f"{_ENTRY}pk__isnull": False}) & ~Q(**{f"{_ENTRY}status": ListStatus.UNKNOWN})


def _said_to_be_output_value() -> QuerySet:
    said = Claim.objects.filter(figure=ClaimFigure.EXPECTED_REVENUE, adopted=True, of_output_value=True)
    return said.order_by().values("project")


def _is_output_value(_span: Span) -> Q:
    return Q(expected_revenue__isnull=False, pk__in=_said_to_be_output_value())


# where few projects count in a figure: a select of the keys of these and, perhaps, of others
OF_FEW: Mapping[str, Callable[[Span], QuerySet]] = {
    Measure.AT_FLOOR_COUNT: lambda span: Project.objects.filter(at_floor(span)).order_by().values("pk"),
    Measure.OUTPUT_VALUE: lambda _span: _said_to_be_output_value(),
}
OF_PROBLEMS = frozenset((Measure.PROBLEMS_RAISED, Measure.PROBLEMS_CLOSED))


def round_of_few(span: Span) -> list[QuerySet]:
    """Keys of the entries that are not asked each month, and of those whose report of the last month waits or came late:
    all others are asked, and what of them is in is approved. Few, and each found by an index.
    """
    waiting = MonthlyReport.objects.filter(state=ReportState.SUBMITTED, month=span.last_month)
    return [
        span.entries().filter(not_always_asked()).order_by().values("pk"),
        waiting.order_by().values("entry"),
        _late_entries(span),
    ]


OF_ROUND = frozenset((Measure.REPORTS_IN, Measure.REPORTS_APPROVED, Measure.REPORTS_MISSING, Measure.REPORTS_LATE))
_ROUND = {"applies": _asked, "known": _asked}
_BESIDE: Mapping[str, Mapping[str, Any]] = {
    Measure.STARTED_COUNT: {"known": _start_is_known, "counted": _has_started},
    Measure.TRIAL_PRODUCTION_COUNT: {"known": _stage_is_known, "counted": _stage_is("trial")},
    Measure.IN_PRODUCTION_COUNT: {"known": _stage_is_known, "counted": _stage_is("producing")},
    Measure.REPORTS_IN: _ROUND | {"counted": _is_in},
    Measure.REPORTS_APPROVED: _ROUND | {"counted": approved_in_round},
    Measure.REPORTS_LATE: _ROUND | {"counted": _is_late},
    Measure.REPORTS_MISSING: _ROUND | {"counted": _is_missing},
    Measure.PROBLEMS_RAISED: {"amount": _number(live_problems)},
    Measure.PROBLEMS_CLOSED: {"amount": _number(closed_problems)},
    Measure.FORECAST: {
        "known": _has_forecast,
        "counted": _has_forecast,
        "amount": lambda span: F(f"{_REPORTED}said_{span.last_month}"),
    },
    Measure.CONTINUING_COUNT: {"known": _status_is_known, "counted": lambda _span: _GOES_ON},
    Measure.OUTPUT_VALUE: {
        "applies": _is_output_value,
        "known": _is_output_value,
        "counted": _is_output_value,
        "amount": lambda span: Case(When(_is_output_value(span), then=F("expected_revenue"))),
    },
}
