"""Kinds of rules about monthly reports."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from projects.choices import Importance, ListStatus, PlausibilityKind, ProjectKind, Stage
from projects.models import MonthlyReport, PlausibilityRule
from projects.models.entry import was_on_list
from projects.money import AmountInSentence
from projects.periods import MONTHS_OF_YEAR
from projects.plausibility.outliers import modified_z_score
from projects.plausibility.surroundings import Surroundings

from .kind import HUNDRED, Finding, kind

_ORDER = list(Stage)
_PRODUCING = (Stage.TRIAL, Stage.PRODUCTION)


@kind(
    name=PlausibilityKind.YEAR_TO_DATE,
    looks_at={"monthlyreport": ("disbursed",)},
    message=_("With {value} in this month the year to date is negative: {other}."),
)
def _year_to_date(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """Only a month that takes something back can make it negative."""
    if record.disbursed is None or record.disbursed >= 0:
        return
    whole = record.disbursed + sum(each.disbursed or 0 for each in around.earlier_reports(record))
    if whole < 0:
        yield Finding("disbursed", AmountInSentence(record.disbursed), AmountInSentence(whole))


@kind(
    name=PlausibilityKind.PRODUCTION,
    looks_at={"monthlyreport": ("stage", "disbursed")},
    message=_("The stage is “{value}”, but nothing was ever disbursed."),
)
def _production(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """Not of a continuing project of which nobody knows what was disbursed before."""
    if record.stage not in _PRODUCING or record.disbursed or record.entry.disbursed_before:
        return
    if record.entry.disbursed_before is None and record.entry.status == ListStatus.CONTINUING:
        return
    if not any(each.disbursed for each in around.earlier_reports(record)):
        yield Finding("stage", record.get_stage_display())


@kind(
    name=PlausibilityKind.STAGE,
    looks_at={"monthlyreport": ("stage",)},
    message=_("The stage is “{value}”, but it was “{other}” in an earlier month."),
)
def _stage(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    if not record.stage:
        return
    for earlier in reversed(around.earlier_reports(record)):
        if earlier.stage:
            if _ORDER.index(Stage(earlier.stage)) > _ORDER.index(Stage(record.stage)):
                yield Finding("stage", record.get_stage_display(), earlier.get_stage_display())
            return


@kind(
    name=PlausibilityKind.ENTERPRISES,
    looks_at={"monthlyreport": ("enterprises_attracted",)},
    importance=Importance.REFUSE,
    message=_("Only parks attract enterprises: {value} of a plant would count in no figure."),
)
def _enterprises(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    if record.enterprises_attracted and record.entry.project.kind != ProjectKind.PARK:
        yield Finding("enterprises_attracted", record.enterprises_attracted)


@kind(
    name=PlausibilityKind.CONSTRUCTION_START,
    looks_at={"monthlyreport": ("started_on",)},
    limit=1,
    message=_("Construction began on {value}, more than {limit} month before the month that is reported, {other}."),
)
def _construction_start(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    if record.started_on is None:
        return
    apart = (record.period.year - record.started_on.year) * MONTHS_OF_YEAR + record.month - record.started_on.month
    if apart > (rule.limit or 0):
        yield Finding("started_on", record.started_on.isoformat(), record.period)


@kind(
    name=PlausibilityKind.AFTER_LEAVING,
    looks_at={"monthlyreport": ("month", "entry")},
    importance=Importance.REFUSE,
    message=_("The project was not on the list in {value}, so no report is asked of it."),
)
def _after_leaving(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    if not was_on_list(record.entry.joined, record.entry.left, record.period):
        yield Finding("month", record.period)


@kind(
    name=PlausibilityKind.OUTLIER,
    looks_at={"monthlyreport": ("disbursed",)},
    importance=Importance.POINT_OUT,
    limit=350,
    months=5,
    message=_("{value} is far from what the months before were: a score of {other}, beyond {limit}."),
)
def _outlier(record: MonthlyReport, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    before = [each.disbursed for each in around.earlier_reports(record) if each.disbursed is not None]
    score = score_of(record.disbursed, before, record.entry.planned_disbursement, months=rule.months or 0)
    if score is not None and rule.limit is not None and abs(score) * HUNDRED > rule.limit:
        yield Finding("disbursed", AmountInSentence(record.disbursed or 0), f"{float(score):+.1f}".replace("-", "−"))


def score_of(amount: int | None, before: list[int], plan: int | None, *, months: int) -> Fraction | None:
    """How far the month's share of the plan lies from the shares of the months before, in deviations.

    None where there is no plan, no amount, or not enough months. Amounts in CNY.
    """
    if amount is None or not plan or len(before) < months:
        return None
    return modified_z_score(Fraction(amount, plan), [Fraction(each, plan) for each in before])


KINDS = (_year_to_date, _production, _stage, _enterprises, _construction_start, _after_leaving, _outlier)
