"""Plans for the year that published numbers imply: money disbursed, and the share of the plan that it is said to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from projects.choices import Measure, Relation
from projects.models import Target
from projects.periods import MONTHS_OF_YEAR
from projects.totals.targets import ABOUT

WHOLE = 1000  # tenths of a percent


@dataclass(frozen=True)
class ImpliedPlan:
    """The plan behind `target`, money disbursed: `value` CNY, or below that much where `is_bound`."""

    target: Target
    value: int
    is_bound: bool

    def agrees_with(self, plan: Target | ImpliedPlan) -> bool:
        """Whether the other number can be meant: within the rounding of the share, or below the bound."""
        if self.is_bound:
            return plan.value < self.value
        return abs(plan.value - self.value) <= self.value * ABOUT


def implied_plans(targets: Iterable[Target]) -> list[ImpliedPlan]:
    """Of every target that says what share of the plan it is, in the order of the months that they speak of."""
    found = [_implied(target) for target in targets if target.plan_share]
    return sorted(found, key=lambda plan: plan.target.through_month or MONTHS_OF_YEAR)


def _implied(target: Target) -> ImpliedPlan:
    value = round(Fraction(target.value * WHOLE, target.plan_share or WHOLE))
    return ImpliedPlan(target, value, is_bound=target.plan_share_relation in (Relation.MORE_THAN, Relation.AT_LEAST))


def is_plan_of_year(target: Target) -> bool:
    return target.measure == Measure.PLANNED_DISBURSEMENT and target.through_month is None
