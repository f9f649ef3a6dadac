"""Forecast: what the year would come to if the pace so far held, and what that means for each plan of the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.conf import settings

from projects.choices import Measure
from projects.models import Target
from projects.periods import MONTHS_OF_YEAR
from projects.totals.lights import HUNDRED
from projects.totals.plans import Plans
from projects.totals.results import Answer
from projects.totals.scope import Scope
from projects.totals.standings import sum_disbursed
from projects.totals.targets import is_within_target
from projects.totals.totals import totals

_FIGURES = (Measure.PROJECT_COUNT, Measure.DISBURSED, Measure.PLANNED_DISBURSEMENT)


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
    """The year at the pace so far, in CNY; None when nothing can be said of it.

    `amount` was disbursed in the `share` of the year that has gone, by the `known` of `of` entries that have reported every
    month and have a plan. `against` are the plans of the same entries; none where these hold too little of the plan of all
    (`too_few`).
    """

    value: Fraction | None
    known: int
    of: int
    amount: int | None = None
    share: Fraction | None = None
    against: Sequence[Outlook] = ()
    too_few: bool = False


def get_forecast(scope: Scope) -> Forecast:
    """Return the forecast of a scope's year; without a value for a span that does not begin in January.

    Not to be asked of an open month: `Scope.last_shown`.
    """
    answer, facts, month = totals(scope, figures=_FIGURES), scope.facts, scope.last_month
    rows = [
        (sum_disbursed(approved) or 0, entry.planned_disbursement)
        for entry in facts.entries
        if scope.first_month == 1 and entry.planned_disbursement is not None and facts.is_listed(entry)
        if (approved := facts.approved(entry, month)) and not facts.months_lacking(entry)
    ]
    figures = answer.total_row.figures
    known, of = len(rows), figures[Measure.PROJECT_COUNT].value or 0
    if not rows or not answer.year_elapsed:
        return Forecast(None, known, of)
    amount, planned = sum(done for done, _planned in rows), sum(planned for _done, planned in rows)
    value = amount / answer.year_elapsed
    forecast = Forecast(value, known, of, amount, answer.year_elapsed)
    plan = figures[Measure.PLANNED_DISBURSEMENT]
    if not plan.value or planned * HUNDRED < plan.value * settings.LEAST_COMPARED_PERCENT:
        return replace(forecast, too_few=True)
    plans = _plans(scope, answer) if known == plan.known else [(planned, None)]
    return replace(forecast, against=[Outlook(amount, value - amount, target) for amount, target in plans])


def get_entry_forecast(plans: Plans, *, month: int, done: int | None) -> Forecast:
    """Return the forecast of one entry, beside its plans in their order; `done` is CNY from January to the month."""
    if done is None or not month:
        return Forecast(None, 0, 1)
    share = Fraction(month, MONTHS_OF_YEAR)
    value = done / share
    against = [Outlook(plan.amount, value - plan.amount) for plan in plans.values()]
    return Forecast(value, 1, 1, done, share, against)


def _plans(scope: Scope, answer: Answer) -> list[tuple[int, Target | None]]:
    """Return the programme's plans for the whole list; for a part of it, the sum of its own entries' plans.

    So too where the entries have less than nine tenths of a plan among them: it is of projects that are not on the list.
    """
    figures = answer.total_row.figures
    own = figures[Measure.PLANNED_DISBURSEMENT].value
    if own is None:
        return []
    targets = [comparison.target for comparison in figures[Measure.DISBURSED].targets if scope.is_whole]
    plans = [target for target in targets if target.measure == Measure.PLANNED_DISBURSEMENT]
    return [(plan.value, plan) for plan in plans if own * 10 >= plan.value * 9] or [(own, None)]
