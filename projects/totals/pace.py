"""Pace of spending: what is done against what each plan for the year asks for in the same reported months.

Done and due are of the same pairs of entry and month (`standings.Facts.get_pairs`); nothing is rounded before it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, starmap
from typing import NamedTuple

from projects.choices import Measure, PlanKind, TargetKind
from projects.models import Target

from .results import is_withheld
from .scope import Scope
from .targets import is_within_target
from .totals import Answer, Row, ratio


@dataclass(frozen=True)
class Progress:
    """Money disbursed against one plan for the year. Amounts in CNY (fractions where a month's part is not), shares of 1.

    `due` is what the plan asks for in the reported months that `done` is of, `compared` the plan for the year of the entries
    that have reported in any. `plan` is what was said of the whole programme, of which the entries' own plans take a part
    each (`is_scaled` unless these come to the same); None when `planned` is the sum of the own plans. Of these `partly` says
    how many they are where others have money and no plan, so that `done` is not all that was disbursed.
    """

    planned: int
    done: int
    due: Fraction
    compared: Fraction
    plan: Target | None = None
    partly: int | None = None
    is_scaled: bool = False

    @property
    def share(self) -> Fraction:
        return Fraction(self.done, self.planned)

    @property
    def due_share(self) -> Fraction:
        """What is due as a share of the whole plan."""
        return self.due / self.planned

    @property
    def gap(self) -> Fraction:
        """CNY ahead of what is due; negative when behind."""
        return self.done - self.due

    @property
    def gap_share(self) -> Fraction:
        """The same as a share of the plan of those that have reported: 0.007 is 0.7 points ahead."""
        return self.gap / self.compared

    @property
    def is_level(self) -> bool:
        """Whether the gap is within what the plan is known to, so that how large it is says nothing."""
        return self.plan is not None and is_within_target(self.gap, self.plan)


def plan_progress(answer: Answer) -> list[Progress]:
    """Return progress against every plan of the programme, announced first.

    What a plan P of the whole programme asks for is P × A ÷ S: A is what the entries' own plans ask for in the reported
    months, S what they come to for the year. None before the first report, where so few have reported that it says nothing
    of the list, and where S is less than nine tenths of what was announced.
    """
    row = answer.total_row
    figure, pairs = row.figures[Measure.DISBURSED_OF_PLAN], row.figures[Measure.DISBURSED_OF_PLAN].pairs
    if figure.value is None or not figure.below or pairs is None or answer.is_single_month or is_withheld(row):
        return []
    plans = [
        comparison.target
        for comparison in row.figures[Measure.DISBURSED].targets
        if comparison.target.measure == Measure.PLANNED_DISBURSEMENT and comparison.target.value
    ]
    announced = [plan.value for plan in plans if plan.kind == TargetKind.ANNOUNCED]
    is_short = answer.listing is not None and answer.listing.is_short
    if is_short or (announced and pairs.planned * 10 < announced[0] * 9):
        return []
    return [
        Progress(
            plan.value,
            figure.value,
            plan.value * pairs.due / pairs.planned,
            plan.value * Fraction(figure.below, pairs.planned),
            plan,
            is_scaled=plan.value != pairs.planned,
        )
        for plan in plans
    ]


def own_progress(answer: Answer) -> list[Progress]:
    """Return progress against the plans of the records' own entries: of a part of a list, since the programme's are for the
    whole, and of the entries that have both.
    """
    figure = answer.total_row.figures[Measure.DISBURSED_OF_PLAN]
    if figure.ratio is None or figure.value is None or not figure.below or answer.is_single_month:
        return []
    assert figure.pairs is not None  # noqa: S101  of a ratio
    partly = figure.known if figure.pairs.unplanned else None
    return [Progress(figure.below, figure.value, figure.pairs.due, Fraction(figure.below), partly=partly)]


class Reported(NamedTuple):
    """CNY done and due in the reported months from January to one month."""

    done: int
    due: Fraction


def get_reported_by_month(scope: Scope) -> list[Reported]:
    """Return what is done and due by each month from January to the scope's last, against its entries' announced plans.

    One query, of a part of the list.
    """
    facts = scope.facts
    keys = None if scope.is_whole else set(scope.ever_listed().values_list("pk", flat=True))
    done, due = [0] * scope.last_month, [Fraction(0)] * scope.last_month
    for entry in facts.entries:
        plan = facts.plans[entry.pk].get(PlanKind.ANNOUNCED)
        if plan is not None and (keys is None or entry.project_id in keys):
            for month, amount in facts.get_pairs(entry).items():
                done[month - 1] += amount
                due[month - 1] += plan.of_month(month)
    return list(starmap(Reported, zip(accumulate(done), accumulate(due), strict=True)))


def cumulative(by_month: Answer) -> list[int]:
    """Money disbursed from the first month shown to each month, in CNY."""
    return list(accumulate(row.figures[Measure.DISBURSED].value or 0 for row in by_month.rows))


@dataclass(frozen=True)
class MonthProgress:
    """One month of a programme's year: money disbursed in it and since January, in CNY; None without a report.

    `reported` is what is held against plans since January, and `plan` the plan for the year, where there is one to compare.
    """

    row: Row
    done: int | None
    since_january: int
    reported: Reported
    plan: int | None = None

    @property
    def share(self) -> Fraction | None:
        return ratio(self.reported.done, self.plan)

    @property
    def gap_share(self) -> Fraction | None:
        """How far what is reported is ahead of the plan for the same months, as a share of the year's."""
        return (self.reported.done - self.reported.due) / self.plan if self.plan else None


def month_by_month(by_month: Answer, reported: Sequence[Reported], plan: int | None = None) -> list[MonthProgress]:
    """Return each month of an answer by month that begins in January, against one plan for the year in CNY."""
    rows = zip(by_month.rows, cumulative(by_month), reported, strict=True)
    return [MonthProgress(row, row.figures[Measure.DISBURSED].value, done, month, plan) for row, done, month in rows]


def difference(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    """One share less another, None when either is not known."""
    return None if one is None or other is None else one - other
