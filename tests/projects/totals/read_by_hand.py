"""Every figure read once more by hand: from stored records as plain values, without a condition of SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from projects.choices import Basis, ListStatus, ProjectKind, ReportState, Stage, Transferred
from projects.models import Claim, Entry, MonthlyReport, Problem, Project
from projects.totals.figures import HEADLINE_FIGURES, Figure, Records

LAST_MONTH = 4  # of the questions


class Plain:
    """One project of the list as plain values, read without a condition of SQL."""

    def __init__(self, project: Project) -> None:
        self.project = project
        (self.entry,) = [each for each in Entry.objects.filter(project=project) if each.programme.year == 2023]
        self.all_reports = [each for each in MonthlyReport.objects.filter(entry=self.entry) if each.month <= LAST_MONTH]
        self.reports = sorted(
            (each for each in self.all_reports if each.state == ReportState.APPROVED), key=lambda each: each.month
        )
        self.planned = self.entry.planned_disbursement
        self.disbursed = self.sum_of("disbursed")
        self.problems = list(Problem.objects.filter(project=project))
        self.is_output_value = any(
            each.of_output_value and each.adopted for each in Claim.objects.filter(project=project)
        )
        self.last = [each for each in self.all_reports if each.month == LAST_MONTH]

    def sum_of(self, name: str) -> int | None:
        values = [value for each in self.reports if (value := getattr(each, name)) is not None]
        return sum(values) if values else None

    def newest(self, name: str) -> Any:
        values = [value for each in self.reports if (value := getattr(each, name)) not in (None, "")]
        return values[-1] if values else None

    @property
    def is_asked(self) -> bool:
        return self.project.basis != Basis.PUBLISHED

    @property
    def has_begun(self) -> bool:
        return self.entry.status == ListStatus.CONTINUING or any(
            each.started_on or (each.disbursed or 0) > 0 or each.stage not in ("", Stage.PREPARATION)
            for each in self.reports
        )

    def is_in(self, *states: str) -> bool:
        return any(each.state in states for each in self.last)


# figure -> (whom it applies to, its part of the figure: None where it is not known, whether it counts)
Reading = tuple[Callable[[Plain], bool], Callable[[Plain], int | None], Callable[[Plain], bool]]


def _always(_each: Plain) -> bool:
    return True


def _amount(value: Callable[[Plain], int | None], applies: Callable[[Plain], bool] = _always) -> Reading:
    return applies, value, lambda each: value(each) is not None


def _number(
    known: Callable[[Plain], bool], counted: Callable[[Plain], bool], applies: Callable[[Plain], bool] = _always
) -> Reading:
    return applies, lambda each: int(counted(each)) if known(each) else None, counted


def _of_plan(at_least: Callable[[int, int], bool]) -> Reading:
    def known(each: Plain) -> bool:
        return each.planned is not None and each.disbursed is not None

    return _number(known, lambda each: known(each) and at_least(each.disbursed, each.planned))


def _summed(headline: Figure) -> Reading:
    """Of a figure that is nothing but the sum of a column of projects; all that is more is written out below."""
    return _amount(lambda each: getattr(each.project, headline.column))


_PLAIN = [each for each in HEADLINE_FIGURES if each.column and each.records == Records.PROJECTS and not each.applies_to]
READINGS: dict[str, Reading] = {each.name: _summed(each) for each in _PLAIN} | {
    "project_count": _number(_always, _always),
    "total_investment": _amount(lambda each: each.project.total_investment),
    "planned_disbursement": _amount(lambda each: each.planned),
    "expected_revenue": _amount(lambda each: each.project.expected_revenue),
    "transferred_count": _number(
        lambda each: each.project.transferred != Transferred.UNKNOWN,
        lambda each: each.project.transferred == Transferred.YES,
    ),
    "enterprises_attracted": _amount(
        lambda each: each.sum_of("enterprises_attracted"), lambda each: each.project.kind == ProjectKind.PARK
    ),
    "disbursed": _amount(lambda each: each.disbursed),
    "disbursed_of_plan": _amount(lambda each: None if each.planned is None else each.disbursed),
    "started_count": _number(
        lambda each: each.entry.status == ListStatus.CONTINUING or bool(each.reports), lambda each: each.has_begun
    ),
    "above_plan_count": _of_plan(lambda done, plan: done > plan),
    "eighty_percent_count": _of_plan(lambda done, plan: done * 10 >= plan * 8),
    "trial_production_count": _number(
        lambda each: each.newest("stage") is not None, lambda each: each.newest("stage") == Stage.TRIAL
    ),
    "in_production_count": _number(
        lambda each: each.newest("stage") is not None, lambda each: each.newest("stage") == Stage.PRODUCTION
    ),
    "reports_in": _number(
        _always,
        lambda each: each.is_in(ReportState.SUBMITTED, ReportState.APPROVED),
        lambda each: each.is_asked,
    ),
    "reports_approved": _number(_always, lambda each: each.is_in(ReportState.APPROVED), lambda each: each.is_asked),
    "reports_late": _number(
        _always,
        lambda each: each.is_in(ReportState.SUBMITTED),  # handed in today, years after the round was due
        lambda each: each.is_asked,
    ),
    "reports_missing": _number(
        _always,
        lambda each: not each.is_in(ReportState.SUBMITTED, ReportState.APPROVED),
        lambda each: each.is_asked,
    ),
    "problems_raised": (_always, lambda each: len(each.problems), lambda each: bool(each.problems)),
    "problems_closed": (
        _always,
        lambda each: len([problem for problem in each.problems if problem.solved_on]),
        lambda each: any(problem.solved_on for problem in each.problems),
    ),
    "forecast": _amount(lambda each: each.newest("forecast")),
    "continuing_count": _number(
        lambda each: each.entry.status != ListStatus.UNKNOWN, lambda each: each.entry.status == ListStatus.CONTINUING
    ),
    "at_floor_count": _number(
        lambda each: each.project.total_investment is not None,
        lambda each: each.project.total_investment is not None and each.project.total_investment <= 500_000_000,
    ),
    "output_value": _amount(
        lambda each: each.project.expected_revenue if each.is_output_value else None, lambda each: each.is_output_value
    ),
}


class Expected:
    """What a figure must be, and the codes of the records that it must open to."""

    def __init__(self, listed: list[Plain], figure: str) -> None:
        applies, value, counted = READINGS[figure]
        concerned = [each for each in listed if applies(each)]
        known = [each for each in concerned if value(each) is not None]
        self.figure = figure
        self.known, self.of = len(known), len(concerned)
        self.value = sum(value(each) or 0 for each in known) if known or figure == "project_count" else None
        self.missing = [each.project.code for each in concerned if value(each) is None]
        self.counted = [each.project.code for each in concerned if counted(each)]


def expected_of(figures: Any = READINGS) -> list[Expected]:
    listed = [Plain(each) for each in Project.objects.order_by("code") if each.entries.exists()]
    return [Expected(listed, name) for name in figures]
