"""Forecast: what the year will come to, by three named methods side by side, and what each means for each plan.

Officers' own forecasts; the pace so far (done ÷ share of the year gone); the pace by the plan's curve (done ÷ share of
the plan that was due by now). For even plans the last two agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from projects.choices import Measure, PlanKind
from projects.models import Entry, Target
from projects.periods import MONTHS_OF_YEAR
from projects.totals.results import Answer
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns, totals

from .lights import HUNDRED
from .plans import Plans, curve_to_date, plans_by_entry


class Method(TextChoices):
    OFFICERS = "officers", _("officers' own forecasts")
    PACE = "pace", _("the pace so far")
    CURVE = "curve", _("the pace by the plan's curve")

    @property
    def explained(self) -> Any:
        return {
            Method.OFFICERS: _(
                "Sum of what the newest approved reports expect of the whole year, of the projects that say it and"
                " have a plan."
            ),
            Method.PACE: _(
                "Money disbursed so far divided by the share of the year that has gone, of the projects that have"
                " reported every month and have a plan."
            ),
            Method.CURVE: _(
                "The same projects' money disbursed so far divided by the share of their plans that was due by now."
            ),
        }[self]


@dataclass(frozen=True)
class Outlook:
    """A forecast beside one plan for the year. `target` is None for the sum of the entries' own plans, in CNY."""

    planned: int
    difference: Fraction
    target: Target | None = None

    @property
    def met(self) -> bool:
        return self.difference >= 0

    @property
    def short(self) -> Fraction:
        """What is lacking of a plan that is not met."""
        return -self.difference


@dataclass(frozen=True)
class Forecast:
    """The year by one method, in CNY; None when it cannot be said. It rests on `known` of `of` entries.

    `against` are the plans of the same entries; none where these hold too little of the plan of all (`too_few`).
    """

    method: Method
    value: Fraction | None
    known: int
    of: int
    against: Sequence[Outlook] = ()
    too_few: bool = False

    @property
    def label(self) -> Any:
        return self.method.label


def forecasts(scope: Scope) -> list[Forecast]:
    """The three methods, in their order. A span that does not begin in January says nothing of the year.

    Each is of the entries for which it can speak: officers for those of which they say what they expect, the pace for those
    that have reported every month; all of those that have a plan. Not to be asked of an open month: `Scope.last_shown`.
    """
    whole = totals(scope, figures=_FIGURES)
    officers = pace = None
    if whole.whole.figures[Measure.FORECAST].known:
        officers = _answer(scope.also(counted_in=(Measure.FORECAST, Measure.PLANNED_DISBURSEMENT)), _FIGURES)
    reporting = scope.also(counted_in=(Measure.PLANNED_DISBURSEMENT,), complete_in=(Measure.DISBURSED,))
    if scope.first_month == 1 and scope.through:
        pace = _answer(reporting, _FIGURES[:-1])
    done = pace.whole.figures[Measure.DISBURSED].value if pace else None
    said = officers.whole.figures[Measure.FORECAST].value if officers else None
    return [
        _forecast(Method.OFFICERS, None if said is None else Fraction(said), scope, whole, officers),
        _forecast(Method.PACE, _scaled(done, whole.year_elapsed), scope, whole, pace),
        _forecast(Method.CURVE, _scaled(done, share_due(reporting)) if pace else None, scope, whole, pace),
    ]


_FIGURES = (Measure.PROJECT_COUNT, Measure.DISBURSED, Measure.PLANNED_DISBURSEMENT, Measure.FORECAST)


def _answer(scope: Scope, figures: Sequence[str]) -> Answer:
    """Without the programme's plans, which are for more than those that it is about."""
    return breakdowns(scope, None, compared=False, figures=figures)[None]


def _forecast(method: Method, value: Fraction | None, scope: Scope, whole: Answer, spoken: Answer | None) -> Forecast:
    """One method; `spoken` is the answer of those for which it can speak, `whole` that of all."""
    known, of = (each.whole.figures[Measure.PROJECT_COUNT].value or 0 if each else 0 for each in (spoken, whole))
    if value is None or spoken is None:
        return Forecast(method, None, known, of)
    own, all_ = (each.whole.figures[Measure.PLANNED_DISBURSEMENT] for each in (spoken, whole))
    if (own.value or 0) * HUNDRED < (all_.value or 0) * settings.LEAST_COMPARED_PERCENT or not all_.value:
        return Forecast(method, value, known, of, too_few=True)
    plans = _plans(scope, whole) if own.known == all_.known else [(own.value or 0, None)]
    return Forecast(method, value, known, of, [_outlook(value, *plan) for plan in plans])


def forecasts_of_entry(plans: Plans, *, month: int, done: int | None, said: int | None) -> list[Forecast]:
    """The three methods for one entry, each beside its plans in their order.

    `done` is CNY from January to the month, `said` the officers' newest forecast.
    """
    first = next(iter(plans.values()), None)
    due = first.to_date(month) / first.amount if first and first.amount else None
    rows: list[tuple[Method, Fraction | None]] = [
        (Method.OFFICERS, None if said is None else Fraction(said)),
        (Method.PACE, _scaled(done, Fraction(month, MONTHS_OF_YEAR))),
        (Method.CURVE, _scaled(done, due)),
    ]
    return [
        Forecast(
            method,
            amount,
            int(amount is not None),
            1,
            [] if amount is None else [_outlook(amount, plan.amount, None) for plan in plans.values()],
        )
        for method, amount in rows
    ]


def share_due(scope: Scope) -> Fraction | None:
    """The share of the entries' announced plans that was due by the end of the scope's months, by their curves."""
    entries = Entry.objects.filter(programme=scope.programme, project__in=scope.projects().order_by().values("pk"))
    announced = [plans[PlanKind.ANNOUNCED] for plans in plans_by_entry(entries).values() if PlanKind.ANNOUNCED in plans]
    year = curve_to_date(announced, MONTHS_OF_YEAR)
    return curve_to_date(announced, scope.last_month) / year if year else None


def _scaled(done: int | None, share: Fraction | None) -> Fraction | None:
    return done / share if done is not None and share else None


def _plans(scope: Scope, answer: Answer) -> list[tuple[int, Target | None]]:
    """The programme's plans for the whole list; for a part of it, the sum of its own entries' plans."""
    if scope.is_whole:
        compared = [each.target for each in answer.whole.figures[Measure.DISBURSED].targets]
        return [(each.value, each) for each in compared if each.measure == Measure.PLANNED_DISBURSEMENT]
    own = answer.whole.figures[Measure.PLANNED_DISBURSEMENT].value
    return [] if own is None else [(own, None)]


def _outlook(amount: Fraction, planned: int, target: Target | None) -> Outlook:
    return Outlook(planned, amount - planned, target)
