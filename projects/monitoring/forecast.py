"""Forecast: what the year will come to, by three named methods side by side, and what each means for each plan.

Officers' own forecasts; the pace so far (done ÷ share of the year gone); the pace by the plan's curve (done ÷ share of
the plan that was due by now). For even plans the last two agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from projects.choices import Measure, PlanKind
from projects.models import Target
from projects.periods import MONTHS_OF_YEAR
from projects.totals.lights import HUNDRED
from projects.totals.plans import Plans
from projects.totals.results import Answer
from projects.totals.scope import Scope
from projects.totals.standings import sum_disbursed
from projects.totals.totals import totals


class Method(TextChoices):
    OFFICERS = "officers", _("reported forecasts")
    PACE = "pace", _("the pace so far")
    CURVE = "curve", _("the pace by the plan's curve")

    @property
    def explanation(self) -> Any:
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
    amount: int | None = (
        None  # what it is reckoned from, in CNY, and the share of the year or of the plans that this is for
    )
    share: Fraction | None = None

    @property
    def label(self) -> Any:
        return self.method.label


def get_forecasts(scope: Scope) -> list[Forecast]:
    """The three methods, in their order. A span that does not begin in January says nothing of the year.

    Each is of the entries for which it can speak: officers for those of which they say what they expect, the pace for those
    that have reported every month; all of those that have a plan. Not to be asked of an open month: `Scope.last_shown`.
    """
    whole, facts, last = totals(scope, figures=_FIGURES), scope.facts, scope.last_month
    officers: list[Spoken] = []
    pace: list[Spoken] = []
    due: list[tuple[Fraction, Fraction]] = []  # of the announced plans, to date and in the whole year
    for entry in facts.entries:
        planned, approved = entry.planned_disbursement, facts.approved(entry, last)
        if planned is None or not facts.is_listed(entry):
            continue
        expected = facts.forecast(entry)
        if expected is not None:
            officers.append((expected, planned))
        if approved and not facts.months_lacking(entry) and scope.first_month == 1:
            plan = facts.plans[entry.pk][PlanKind.ANNOUNCED]
            pace.append((sum_disbursed(approved) or 0, planned))
            due.append((plan.to_date(last), plan.to_date(MONTHS_OF_YEAR)))
    of_year = sum(year for _to_date, year in due)
    share_due = Fraction(sum(to_date for to_date, _year in due), of_year) if of_year else None
    return [
        _forecast(Method.OFFICERS, Fraction(1), scope, whole, officers),
        _forecast(Method.PACE, whole.year_elapsed, scope, whole, pace),
        _forecast(Method.CURVE, share_due, scope, whole, pace),
    ]


_FIGURES = (Measure.PROJECT_COUNT, Measure.DISBURSED, Measure.PLANNED_DISBURSEMENT)
Spoken = tuple[int, int]  # of an entry for which a method can speak: what it comes to, and its plan on the list, in CNY


def _forecast(
    method: Method, share: Fraction | None, scope: Scope, whole: Answer, spoken: Sequence[Spoken]
) -> Forecast:
    """One method: what those come to for which it speaks (`spoken`), divided by a share of the year; `whole` is of all."""
    amount = sum(amount for amount, _planned in spoken) if spoken else None
    planned = sum(planned for _amount, planned in spoken)
    value, known = _divide(amount, share), len(spoken)
    of = whole.total_row.figures[Measure.PROJECT_COUNT].value or 0
    if value is None:
        return Forecast(method, None, known, of)
    found = Forecast(method, value, known, of, amount=amount, share=share)
    all_ = whole.total_row.figures[Measure.PLANNED_DISBURSEMENT]
    if planned * HUNDRED < (all_.value or 0) * settings.LEAST_COMPARED_PERCENT or not all_.value:
        return replace(found, too_few=True)
    plans = _plans(scope, whole) if known == all_.known else [(planned, None)]
    return replace(found, against=[Outlook(planned, value - planned, target) for planned, target in plans])


def get_entry_forecasts(plans: Plans, *, month: int, done: int | None, said: int | None) -> list[Forecast]:
    """The three methods for one entry, each beside its plans in their order.

    `done` is CNY from January to the month, `said` the officers' newest forecast.
    """
    first = next(iter(plans.values()), None)
    due = first.to_date(month) / first.amount if first and first.amount else None
    rows: list[tuple[Method, int | None, Fraction | None]] = [
        (Method.OFFICERS, said, Fraction(1)),
        (Method.PACE, done, Fraction(month, MONTHS_OF_YEAR)),
        (Method.CURVE, done, due),
    ]
    return [_get_entry_forecast(plans, *row) for row in rows]


def _get_entry_forecast(plans: Plans, method: Method, amount: int | None, share: Fraction | None) -> Forecast:
    value = _divide(amount, share)
    against = [] if value is None else [Outlook(plan.amount, value - plan.amount) for plan in plans.values()]
    return Forecast(method, value, int(value is not None), 1, against, amount=amount, share=share)


def _divide(done: int | None, share: Fraction | None) -> Fraction | None:
    return done / share if done is not None and share else None


def _plans(scope: Scope, answer: Answer) -> list[tuple[int, Target | None]]:
    """The programme's plans for the whole list; for a part of it, the sum of its own entries' plans."""
    if scope.is_whole:
        compared = [each.target for each in answer.total_row.figures[Measure.DISBURSED].targets]
        return [(each.value, each) for each in compared if each.measure == Measure.PLANNED_DISBURSEMENT]
    own = answer.total_row.figures[Measure.PLANNED_DISBURSEMENT].value
    return [] if own is None else [(own, None)]
