"""Plans of an entry side by side, and what each asks for by a month: even by default, or by its curve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from django.db.models import QuerySet

from projects.choices import PlanKind
from projects.database.prepared_records import records_of
from projects.models import Entry, LightRule, Plan
from projects.periods import MONTHS_OF_YEAR
from projects.totals.results import ratio


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

    def to_date(self, month: int) -> Fraction:
        """What the plan asks for from January to the end of a month, 1 to 12 (0: nothing), in CNY."""
        if not self.curve:
            before = self.first_month - 1
            return Fraction(self.amount * max(0, month - before), MONTHS_OF_YEAR - before)
        return Fraction(list(accumulate(self.curve))[month - 1] if month else 0)

    def of_month(self, month: int) -> Fraction:
        """What it asks for in one month, in CNY."""
        return self.to_date(month) - self.to_date(month - 1)

    def ahead(self, done: int, month: int) -> Fraction | None:
        """How far `done` CNY are ahead of the plan to date, as a share of it; negative when behind, None for no plan."""
        return (done - self.to_date(month)) / self.amount if self.amount else None

    @property
    def is_even(self) -> bool:
        return not self.curve


Plans = Mapping[PlanKind, YearPlan]


def measured_against(plans: Plans, rule: LightRule | None) -> YearPlan | None:
    """The plan that percentages and lights are of: the kind that the rule names, the announced one without a rule."""
    return plans.get(PlanKind(rule.against) if rule else PlanKind.ANNOUNCED)


@dataclass(frozen=True)
class PlanProgress:
    """What is done of one plan of an entry, in CNY and as a share; `is_rated` when the light is measured against it."""

    plan: YearPlan
    done: int | None
    is_rated: bool
    month: int = 0

    @property
    def share(self) -> Fraction | None:
        return ratio(self.done, self.plan.amount)

    @property
    def due(self) -> Fraction | None:
        """What it asks for from January to the month, whatever is reported; None where money is not held against it."""
        return self.plan.to_date(self.month) if self.month else None

    @property
    def gap(self) -> Fraction | None:
        """CNY ahead of that; negative when behind."""
        return None if self.due is None or self.done is None else self.done - self.due

    @property
    def gap_share(self) -> Fraction | None:
        """The same as a share of the annual plan."""
        return None if self.done is None or not self.month else self.plan.ahead(self.done, self.month)


def progress_by_plan(plans: Plans, *, rated: YearPlan | None, done: int | None, month: int = 0) -> list[PlanProgress]:
    return [PlanProgress(plan, done, plan is rated, month) for plan in plans.values()]


def plans_differ(plans: Plans) -> bool:
    """Whether they ask for different amounts, so that a percentage alone would not say enough."""
    return len({plan.amount for plan in plans.values()}) > 1


def plans_by_entry(entries: Iterable[Entry]) -> dict[int, Plans]:
    """The plans in force of each entry by kind, announced first; one query for all."""
    entries = list(entries)
    found: dict[int, dict[PlanKind, YearPlan]] = {entry.pk: {} for entry in entries}
    for entry in entries:
        if entry.planned_disbursement is not None:
            own = YearPlan(PlanKind.ANNOUNCED, entry.planned_disbursement, first_month=_joined_in(entry))
            found[entry.pk][PlanKind.ANNOUNCED] = own
    first_months = {entry.pk: _joined_in(entry) for entry in entries}
    for plan in records_of("plans in force", _in_force, list(found)):
        kind = PlanKind(plan.kind)
        found[plan.entry_id][kind] = YearPlan(kind, plan.amount, tuple(plan.curve), plan, first_months[plan.entry_id])
    return {key: {kind: plans[kind] for kind in PlanKind if kind in plans} for key, plans in found.items()}


def _in_force(*entries: int) -> QuerySet:
    return Plan.objects.in_force().filter(entry__in=entries).select_related("source").order_by("entry", "decided_on")


def _joined_in(entry: Entry) -> int:
    """The month of the year from which on it is on the list; 1 from the start, and of no year's days but its own."""
    return entry.joined.month if entry.joined and entry.joined.year == entry.programme.year else 1


def plans_of(entry: Entry) -> Plans:
    """The plans in force of one entry by kind, announced first."""
    return plans_by_entry([entry])[entry.pk]
