"""Forecast: what the year would come to if the pace so far held, and what that means for each plan of the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from projects.choices import Measure
from projects.models import Target
from projects.totals.plans import PlanProgress
from projects.totals.results import Answer
from projects.totals.scope import Scope
from projects.totals.targets import is_within_target
from projects.totals.totals import totals

_FIGURES = (Measure.PROJECT_COUNT, Measure.DISBURSED, Measure.PLANNED_DISBURSEMENT, Measure.DISBURSED_OF_PLAN)


@dataclass(frozen=True)
class Outlook:
    """A forecast beside one plan for the year, in CNY. `target` is None for the entries' own plans."""

    planned: int
    difference: Fraction
    target: Target | None = None

    @property
    def is_level(self) -> bool:
        """Whether the forecast is no further from the plan than that is known."""
        return not self.difference or (self.target is not None and is_within_target(self.difference, self.target))

    @property
    def is_reached(self) -> bool:
        return self.is_level or self.difference > 0


@dataclass(frozen=True)
class Forecast:
    """The year at the pace so far, in CNY; None when nothing can be said of it, as of a year that `is_over`.

    `amount` was disbursed by the `known` of `of` entries that have a plan and a report, which is the `share` of their plans
    that was due in the months reported. `against` are the plans of the same entries; none where these hold too little of the
    plan of all (`too_few`).
    """

    value: Fraction | None
    known: int
    of: int
    amount: int | None = None
    share: Fraction | None = None
    against: Sequence[Outlook] = ()
    too_few: bool = False
    is_over: bool = False


def get_forecast(scope: Scope) -> Forecast:
    """Return the forecast of a scope's year; without a value for a span that does not begin in January.

    Not to be asked of an open month: `Scope.last_shown`.
    """
    answer = totals(scope, figures=_FIGURES)
    figures = answer.total_row.figures
    progress = figures[Measure.DISBURSED_OF_PLAN]
    forecast = Forecast(None, progress.known, figures[Measure.PROJECT_COUNT].value or 0)
    if scope.year_is_over:
        return replace(forecast, is_over=True)
    pairs, amount, planned = progress.pairs, progress.value, progress.below
    if amount is None or not planned or pairs is None or not pairs.due or scope.first_month != 1:
        return forecast
    share = pairs.due / planned
    forecast = replace(forecast, value=amount / share, amount=amount, share=share, too_few=progress.ratio is None)
    if forecast.too_few:
        return forecast
    plans = _get_targets(scope, answer, planned) if planned == pairs.planned else []
    plans = plans or [(planned, None)]
    return replace(forecast, against=[Outlook(each, amount / share - each, target) for each, target in plans])


def get_entry_forecast(progress: Sequence[PlanProgress]) -> Forecast:
    """Return the forecast of one entry by its first plan that asks for anything yet, beside all its plans in their order."""
    first = next((each for each in progress if each.done is not None and each.due and each.plan.amount), None)
    if first is None or first.due is None or first.done is None:
        return Forecast(None, 0, 1)
    share = first.due / first.plan.amount
    against = [Outlook(each.plan.amount, first.done / share - each.plan.amount) for each in progress]
    return Forecast(first.done / share, 1, 1, first.done, share, against)


def _get_targets(scope: Scope, answer: Answer, planned: int) -> list[tuple[int, Target | None]]:
    """Return the programme's plans, for the whole list alone and unless too much of it, or of its own plans, is missing."""
    if not scope.is_whole or (answer.listing is not None and answer.listing.is_short):
        return []
    compared = [each.target for each in answer.total_row.figures[Measure.DISBURSED].targets]
    plans = [target for target in compared if target.measure == Measure.PLANNED_DISBURSEMENT]
    return [(plan.value, plan) for plan in plans if planned * 10 >= plan.value * 9]
