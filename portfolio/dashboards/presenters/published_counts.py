"""Counts that were published of a programme's progress, beside what the register comes to for the same months."""

from __future__ import annotations

from dataclasses import dataclass, replace

from projects.choices import TargetKind, Unit
from projects.models import Target
from projects.totals.figures import MONTHLY
from projects.totals.scope import Scope
from projects.totals.totals import Row, breakdowns, ratio
from projects.views import formatting
from projects.views.figure_display import FigureDisplay, coverage_sentence, shown
from projects.views.targets import PublishedTarget, said


@dataclass(frozen=True)
class PublishedCount:
    """A published count, and the register's. `share` is the register's in percent of all projects of the list."""

    target: Target
    said: PublishedTarget
    shown: FigureDisplay
    coverage: str
    months: str
    share: str

    @property
    def difference(self) -> int:
        return abs((self.shown.value or 0) - self.target.value)

    @property
    def differs(self) -> bool:
        return self.shown.value != self.target.value


def published_counts(scope: Scope, *measures: str) -> list[PublishedCount]:
    """Those of these measures, without any of all, in the order in which they were published; none for a part of the list,
    of which nothing was. Queries: one for each month that they speak of.
    """
    if not scope.is_whole or not scope.through:
        return []
    targets = [target for target in _published(scope) if not measures or target.measure in measures]
    found = {}
    for month in {target.through_month for target in targets}:
        asked = replace(scope, first_month=1, last_month=month) if month else scope
        names = tuple(dict.fromkeys(each.measure for each in targets if each.through_month == month))
        found[month] = breakdowns(asked, None, illustrative=True, compared=False, figures=names)[None].whole
    return [_count(target, found[target.through_month], scope) for target in targets]


def _published(scope: Scope) -> list[Target]:
    said = [each for each in scope.targets if each.kind == TargetKind.REPORTED and each.unit == Unit.PROJECTS]
    return sorted((each for each in said if each.measure in MONTHLY), key=lambda each: MONTHLY.index(each.measure))


def _count(target: Target, whole: Row, scope: Scope) -> PublishedCount:
    figure, month = whole.figures[target.measure], target.through_month or scope.last_month
    return PublishedCount(
        target=target,
        said=said(target),
        shown=shown(whole, target.measure, form="headline"),
        coverage=coverage_sentence(figure),
        months=formatting.months(1, month),
        share=formatting.percent(ratio(figure.value, figure.of)),
    )
