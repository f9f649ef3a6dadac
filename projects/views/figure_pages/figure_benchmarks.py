"""What a figure is held against: every number that was published of it, and which plan each percentage uses."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.models import Source
from projects.totals.explanation import Explanation
from projects.totals.pace import Progress
from projects.totals.totals import FigureValue
from projects.views import formatting
from projects.views.targets import Compared, compared, plan_names, planned_text


@dataclass(frozen=True)
class PlanLine:
    """A figure in per cent of one plan, and where the even pace would be. Amounts as text."""

    name: str
    plan: str
    percent: str
    expected: str
    gap: str
    gap_points: str
    source: Source | None
    note: str


def against_lines(figure: FigureValue) -> list[Compared]:
    """The published numbers of the same measure."""
    return [compared(each, "table") for each in figure.targets if each.target.measure == figure.name]


def progress_lines(opened: Explanation) -> list[PlanLine]:
    """Money disbursed against each plan, for months that begin in January; empty for any other figure."""
    if opened.figure.name != Measure.DISBURSED or opened.scope.first_month != 1:
        return []
    names = plan_names(list(opened.progress))
    return [_line(each, name) for each, name in zip(opened.progress, names, strict=True)]


def _line(progress: Progress, name: str) -> PlanLine:
    plan = progress.plan
    return PlanLine(
        name=formatting.sentence_case(name),
        plan=planned_text(progress),
        percent=formatting.share(progress.share),
        expected=formatting.money(progress.expected, "headline"),
        gap=formatting.signed_money(progress.gap),
        gap_points=formatting.points(progress.gap_share),
        source=plan.source if plan else None,
        note=plan.note if plan else _("added up from the entries of these projects"),
    )
