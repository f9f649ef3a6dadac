"""Plans of an entry side by side, and what each asks for by a month: even by default, or by its curve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from projects.choices import PlanKind
from projects.models import Entry, LightRule, Plan
from projects.money import ratio
from projects.periods import MONTHS_OF_YEAR


@dataclass(frozen=True)
class YearPlan:
    """One plan for an entry's year, in CNY. `record` is None for the amount that stands on the list itself.

    `first_month` is that in which the entry joined: an even plan asks nothing for what came before.
    """

    kind: PlanKind
    amount: int
    curve: tuple[int, ...] = ()
    record: Plan | None = None
    first_month: int = 1

    def of_month(self, month: int) -> Fraction:
        """Return what the plan asks for in one month, 1 to 12, in CNY: nothing before the entry joined."""
        if month < self.first_month:
            return Fraction(0)
        return Fraction(self.curve[month - 1]) if self.curve else self._even_part

    @property
    def _even_part(self) -> Fraction:
        return Fraction(self.amount, MONTHS_OF_YEAR - self.first_month + 1)

    def get_due(self, months: Iterable[int]) -> Fraction:
        """Return what it asks for in these months together, in CNY."""
        return sum((self.of_month(month) for month in months), Fraction(0))

    @property
    def is_even(self) -> bool:
        return not self.curve


Plans = Mapping[PlanKind, YearPlan]


def measured_against(plans: Plans, rule: LightRule | None) -> YearPlan | None:
    """Return the plan that percentages and lights are of, None if the entry has no plan of that kind."""
    return plans.get(kind_measured_against(rule))


def kind_measured_against(rule: LightRule | None) -> PlanKind:
    """Return the kind of plan that a rule names, the announced one without a rule."""
    return PlanKind(rule.against) if rule else PlanKind.ANNOUNCED


@dataclass(frozen=True)
class PlanProgress:
    """What is done of one plan of an entry and what the plan asks for in the same months, in CNY; `gap_share` of the plan.

    None where nothing is held against it. `is_rated` if the light is measured against it.
    """

    plan: YearPlan
    is_rated: bool
    done: int | None = None
    due: Fraction | None = None

    @property
    def share(self) -> Fraction | None:
        return ratio(self.done, self.plan.amount)

    @property
    def gap(self) -> Fraction | None:
        """CNY ahead of what is due; negative when behind."""
        return None if self.due is None or self.done is None else self.done - self.due

    @property
    def gap_share(self) -> Fraction | None:
        return self.gap / self.plan.amount if self.gap is not None and self.plan.amount else None


def progress_by_plan(plans: Plans, *, rated: YearPlan | None, pairs: Mapping[int, int]) -> list[PlanProgress]:
    """Return what is done of each plan, in their order; `pairs` are CNY by month, none where none is held against a plan."""
    if not pairs:
        return [PlanProgress(plan, plan is rated) for plan in plans.values()]
    done = sum(pairs.values())
    return [PlanProgress(plan, plan is rated, done, plan.get_due(pairs)) for plan in plans.values()]


def plans_differ(plans: Plans) -> bool:
    """Return True if they ask for different amounts, so that a percentage alone would not say enough."""
    return len({plan.amount for plan in plans.values()}) > 1


def announced_plan(amount: int | None, joined: dt.date | None, year: int) -> dict[PlanKind, YearPlan]:
    """Return the plan that stands on the list itself by its kind; empty if the amount (CNY) is not known."""
    if amount is None:
        return {}
    return {PlanKind.ANNOUNCED: YearPlan(PlanKind.ANNOUNCED, amount, first_month=first_month(joined, year))}


def first_month(joined: dt.date | None, year: int) -> int:
    """Return the month from which on an entry is on the list; 1 from the start, and of no year's days but its own."""
    return joined.month if joined and joined.year == year else 1


def plans_by_entry(entries: Iterable[Any], *, year: int | None = None) -> dict[int, Plans]:
    """Return the plans in force of each entry by key and kind, announced first, with their records. One query.

    `year` is that of the programme of all of them, where the entries are rows without one.
    """
    by_key = {entry.pk: entry for entry in entries}
    found: dict[int, dict[PlanKind, YearPlan]] = {
        key: announced_plan(entry.planned_disbursement, entry.joined, year or entry.programme.year)
        for key, entry in by_key.items()
    }
    in_force = Plan.objects.in_force().filter(entry__in=list(by_key)).select_related("source")
    for plan in in_force.order_by("entry", "decided_on"):
        entry, kind = by_key[plan.entry_id], PlanKind(plan.kind)
        month = first_month(entry.joined, year or entry.programme.year)
        found[entry.pk][kind] = YearPlan(kind, plan.amount, tuple(plan.curve), plan, month)
    return {key: {kind: plans[kind] for kind in PlanKind if kind in plans} for key, plans in found.items()}


def plans_of(entry: Entry) -> Plans:
    """Return the plans in force of one entry by kind, announced first. One query."""
    return plans_by_entry([entry])[entry.pk]
