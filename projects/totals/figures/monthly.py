"""Figures of a monthly round, as the province's bulletins give them.

Started, above plan, at 80 %, in trial production and enterprises drawn to parks are the wording of Hunan's own bulletins of
2021 to 2025; problems closed is one of the four rates that Changsha watches.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from projects.choices import ListStatus, Measure, Stage
from projects.models import MonthlyReport, Problem, Round

from .figure import Condition, always, figure
from .span import Span

NEVER = Q(pk__in=[])
# columns of `with_figures`; a comparison with a blank alone is neither true nor false, so that its opposite finds nothing
_HAS_PLAN_AND_REPORT = Q(planned_disbursement__isnull=False, planned_disbursement__gt=0, disbursed__isnull=False)
_BEYOND_PREPARATION = Q(stage__in=[stage for stage in Stage if stage != Stage.PREPARATION])


OF_SHARES = frozenset((Measure.ABOVE_PLAN_COUNT, Measure.EIGHTY_PERCENT_COUNT))  # which are told by these columns


def _has_plan_and_report(_span: Span) -> Q:
    return _HAS_PLAN_AND_REPORT


def _of_project(reports: Any) -> Any:
    return reports.filter(entry__project=OuterRef("pk"))


# started


def _has_started(span: Span) -> Q:
    begun = _BEYOND_PREPARATION | Q(started_on__isnull=False) | Q(disbursed__gt=0)
    continuing = span.listed().filter(project=OuterRef("pk"), status=ListStatus.CONTINUING)
    return Q(Exists(continuing)) | Q(Exists(_of_project(span.to_date()).filter(begun)))


def _start_is_known(span: Span) -> Q:
    listed = span.listed().filter(project=OuterRef("pk"), status=ListStatus.CONTINUING)
    return Q(Exists(listed)) | Q(Exists(_of_project(span.to_date())))


# the stage that the newest approved report with a stage gives


def _stage_is(*stages: Stage) -> Condition:
    def condition(span: Span) -> Exists:
        later = MonthlyReport.objects.approved().filter(
            entry=OuterRef("entry"), month__gt=OuterRef("month"), month__lte=span.last_month
        )
        newest = _of_project(span.to_date()).filter(~Exists(later.exclude(stage="")), stage__in=stages)
        return Exists(newest)

    return condition


def _stage_is_known(span: Span) -> Exists:
    return Exists(_of_project(span.to_date()).exclude(stage=""))


# the round of the last month


def _asked(span: Span) -> Q | Exists:
    if span.last is None:
        return NEVER
    return Exists(span.entries().on_list_in(span.last).asked_to_report().filter(project=OuterRef("pk")))


def _of_round(span: Span) -> Any:
    reports = MonthlyReport.objects.filter(entry__programme_id=span.programme_id, month=span.last_month)
    return _of_project(reports)


def _is_in(span: Span) -> Q:
    return Q(Exists(_of_round(span).arrived()))


def _is_approved(span: Span) -> Q:
    return Q(Exists(_of_round(span).approved()))


def _is_late(span: Span) -> Q:
    # looked up apart: joined, SQLite would begin with the reports of all projects for each of them
    rounds = Round.objects.filter(programme=span.programme_id, month=span.last_month).order_by()
    return Q(Exists(_of_round(span).arrived().filter(handed_in_on__gt=Subquery(rounds.values("punctual_until")))))


def _is_missing(span: Span) -> Q:
    return ~_is_in(span)


# problems


def is_live(span: Span, path: str = "") -> Q:
    """Whether a problem, at this path, was there at some time in the months shown."""
    if span.days is None:
        return NEVER
    first, last = span.days
    raised, unsolved = Q(**{f"{path}raised_on__lte": last}), Q(**{f"{path}solved_on__isnull": True})
    return raised & (unsolved | Q(**{f"{path}solved_on__gte": first}))


def is_closed(span: Span, path: str = "") -> Q:
    """Whether one of these was solved by the end of them."""
    return Q(**{f"{path}solved_on__lte": span.days[1]}) if span.days else NEVER


def live_problems(span: Span) -> Any:
    return Problem.objects.filter(is_live(span))


def closed_problems(span: Span) -> Any:
    return live_problems(span).filter(is_closed(span))


def of_project(problems: Any) -> Any:
    return problems.filter(project=OuterRef("pk"))


def number_of(problems: Any) -> Any:
    # no aggregate of Django's, which would group the few of one project
    counted = problems.order_by().values_list(Func("pk", function="COUNT", output_field=BigIntegerField()))
    return Coalesce(Subquery(counted), 0)  # where it is plain that there are none nobody counts


# what officers expect of the year


def _forecasts(span: Span) -> Any:
    return _of_project(span.to_date()).filter(forecast__isnull=False).order_by("-month")


MONTHLY = (
    figure(
        Measure.STARTED_COUNT,
        _(
            "Number of projects that have started: continuing from the year before, or by an approved report a stage"
            " beyond preparation, a day of start, or money disbursed."
        ),
        _start_is_known,
        counted=_has_started,
    ),
    figure(
        Measure.ABOVE_PLAN_COUNT,
        _("Number of projects that have disbursed more than their plan for the whole year."),
        _has_plan_and_report,
        counted=lambda span: _HAS_PLAN_AND_REPORT & Q(disbursed__gt=F("planned_disbursement")),
    ),
    figure(
        Measure.EIGHTY_PERCENT_COUNT,
        _("Number of projects that have disbursed 80% or more of their plan for the year."),
        _has_plan_and_report,
        counted=lambda span: (
            _HAS_PLAN_AND_REPORT & Q(GreaterThanOrEqual(F("disbursed") * 10, F("planned_disbursement") * 8))
        ),
    ),
    figure(
        Measure.TRIAL_PRODUCTION_COUNT,
        _("Number of projects whose newest approved report with a stage says trial production."),
        _stage_is_known,
        counted=_stage_is(Stage.TRIAL),
    ),
    figure(
        Measure.IN_PRODUCTION_COUNT,
        _("Number of projects whose newest approved report with a stage says in production."),
        _stage_is_known,
        counted=_stage_is(Stage.PRODUCTION),
    ),
    figure(
        Measure.REPORTS_IN,
        _("Reports of the last month that are submitted or approved, of the entries that are asked for one."),
        _asked,
        applies=_asked,
        counted=_is_in,
    ),
    figure(
        Measure.REPORTS_APPROVED,
        _("Reports of the last month that the province has approved."),
        _asked,
        applies=_asked,
        counted=_is_approved,
    ),
    figure(
        Measure.REPORTS_LATE,
        _("Reports of the last month that were submitted after the due date and the grace period."),
        _asked,
        applies=_asked,
        counted=_is_late,
    ),
    figure(
        Measure.REPORTS_MISSING,
        _("Entries on the list in the last month whose report is neither submitted nor approved."),
        _asked,
        applies=_asked,
        counted=_is_missing,
    ),
    figure(
        Measure.PROBLEMS_RAISED,
        _("Problems open during the months shown."),
        always,
        counted=lambda span: Q(Exists(of_project(live_problems(span)))),
        amount=lambda span: number_of(of_project(live_problems(span))),
    ),
    figure(
        Measure.PROBLEMS_CLOSED,
        _("Of these, problems that were solved by the end of the last month."),
        always,
        counted=lambda span: Q(Exists(of_project(closed_problems(span)))),
        amount=lambda span: number_of(of_project(closed_problems(span))),
    ),
    figure(
        Measure.FORECAST,
        _("Sum of the reported forecasts of the whole year's disbursement, by the newest approved reports."),
        lambda span: Q(Exists(_forecasts(span))),
        amount=lambda span: Subquery(_forecasts(span).values("forecast")[:1]),
    ),
)
