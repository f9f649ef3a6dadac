"""Contradictions between published numbers: claims about a project, and targets of a programme.

Nothing here decides who is right; the numbers are put side by side, with how far they are apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from projects.choices import Measure, Relation, Unit
from projects.models import Claim, Target
from projects.periods import MONTHS_OF_YEAR
from projects.totals.targets import ABOUT

WHOLE = 1000  # tenths of a percent


@dataclass(frozen=True)
class ClaimGroup:
    """What is said about one figure of a project, for one thing it covers.

    `spread` is the largest less the smallest amount in CNY, `apart` the same as a share of the smallest; both are None
    unless at least two amounts differ.
    """

    figure: str
    scope: str
    claims: tuple[Claim, ...]
    spread: int | None
    apart: Fraction | None

    @property
    def disagrees(self) -> bool:
        return len({claim.value for claim in self.claims}) > 1


@dataclass(frozen=True)
class ImpliedPlan:
    """The plan behind `target`, money disbursed: `value` CNY, or below that much where `is_bound`."""

    target: Target
    value: int
    is_bound: bool

    def agrees_with(self, plan: Target | ImpliedPlan) -> bool:
        """Return whether the other number can be meant: within the rounding of the share, or below the bound."""
        if self.is_bound:
            return plan.value < self.value
        return abs(plan.value - self.value) <= self.value * ABOUT


@dataclass(frozen=True)
class TargetGroup:
    """Numbers said of one measure that differ: of one programme and the same months, or the same of several years.

    `implied` are plans for the year that follow from other numbers and agree with none of the `targets`.
    """

    measure: str
    targets: tuple[Target, ...]
    spread: int | None
    apart: Fraction | None
    implied: tuple[ImpliedPlan, ...] = ()


@dataclass(frozen=True)
class Disagreement:
    """All claims about one figure of a project that do not say the same, oldest source last.

    `spread` and `apart` are as in `ClaimGroup`, but the widest among claims that cover the same thing; None where no two of
    these differ: then `of_the_same` is false, and numbers of different things are no distance apart.
    """

    claims: tuple[Claim, ...]
    spread: int | None
    apart: Fraction | None
    of_the_same: bool


def claim_disagreements(claims: Iterable[Claim]) -> list[Disagreement]:
    """Return figures of projects about which claims differ, whether they cover the same thing or not."""
    by_figure: dict[tuple[int, str], list[Claim]] = {}
    for claim in claims:
        by_figure.setdefault((claim.project_id, claim.figure), []).append(claim)
    return [_disagreement(members) for members in by_figure.values() if len({each.value for each in members}) > 1]


def _disagreement(members: list[Claim]) -> Disagreement:
    apart = [group for group in claim_groups(members) if group.disagrees]
    if not apart:
        return Disagreement(tuple(members), None, None, of_the_same=False)
    widest = max(apart, key=lambda group: group.apart or Fraction(0))
    return Disagreement(tuple(members), widest.spread, widest.apart, of_the_same=True)


def _amounts(claims: Iterable[Claim]) -> list[int]:
    return [claim.amount for claim in claims if claim.amount is not None]


def claim_groups(claims: Iterable[Claim]) -> list[ClaimGroup]:
    """Return claims by figure and by what they cover, in the order in which they come."""
    groups: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((claim.figure, claim.scope_zh, claim.scope_en), []).append(claim)
    found = []
    for (figure, *_scope), members in groups.items():
        spread, apart = _distance(_amounts(members))
        found.append(ClaimGroup(figure, members[0].scope, tuple(members), spread, apart))
    return found


def disagreements(targets: Iterable[Target]) -> list[TargetGroup]:
    """Return numbers of one programme for the same measure and months that differ, what they imply included."""
    targets = list(targets)
    groups: dict[tuple[int, str, int | None], list[Target]] = {}
    for target in targets:
        groups.setdefault((target.programme_id, target.measure, target.through_month), []).append(target)
    implied: dict[int, list[ImpliedPlan]] = {}
    for plan in implied_plans(targets):
        implied.setdefault(plan.target.programme_id, []).append(plan)
    found = []
    for members in groups.values():
        beside = implied.get(members[0].programme_id, []) if is_plan_of_year(members[0]) else []
        beside = [plan for plan in beside if not any(plan.agrees_with(each) for each in members)]
        if beside or len({target.value for target in members}) > 1:
            found.append(_group(members, beside))
    return found


def repetitions(targets: Iterable[Target]) -> list[TargetGroup]:
    """Return amounts of money that were announced alike for several years, which real sums hardly ever are."""
    groups: dict[tuple[str, int], list[Target]] = {}
    for target in targets:
        if target.unit == Unit.CNY and target.relation == Relation.EXACTLY:
            groups.setdefault((target.measure, target.value), []).append(target)
    return [_group(members) for members in groups.values() if len({target.programme_id for target in members}) > 1]


def _group(members: list[Target], implied: Iterable[ImpliedPlan] = ()) -> TargetGroup:
    implied = tuple(implied)
    spread, apart = _distance([*(target.value for target in members), *(plan.value for plan in implied)])
    return TargetGroup(members[0].measure, tuple(members), spread, apart, implied)


def _distance(values: list[int]) -> tuple[int | None, Fraction | None]:
    if len(set(values)) < 2:
        return None, None
    least, most = min(values), max(values)
    return most - least, Fraction(most - least, least) if least else None


def implied_plans(targets: Iterable[Target]) -> list[ImpliedPlan]:
    """Return the plan behind each target that states its share of the plan, in the order of their months."""
    plans = [_implied_plan(target) for target in targets if target.plan_share]
    return sorted(plans, key=lambda plan: plan.target.through_month or MONTHS_OF_YEAR)


def _implied_plan(target: Target) -> ImpliedPlan:
    value = round(Fraction(target.value * WHOLE, target.plan_share or WHOLE))
    return ImpliedPlan(target, value, is_bound=target.plan_share_relation in (Relation.MORE_THAN, Relation.AT_LEAST))


def is_plan_of_year(target: Target) -> bool:
    return target.measure == Measure.PLANNED_DISBURSEMENT and target.through_month is None
