"""Counts that were published of a programme's progress, beside what the register comes to for the same months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from projects.choices import TargetKind, Unit
from projects.models import Target
from projects.pages import formatting
from projects.pages.figure_display import FigureDisplay, coverage_sentence, shown
from projects.pages.targets import PublishedTarget, said
from projects.totals.figures import LISTED, MONTHLY
from projects.totals.scope import Scope
from projects.totals.totals import Row, breakdowns, ratio

_ORDER = (*MONTHLY, *LISTED)


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


def published_counts(scope: Scope, *measures: str, known: Row | None = None) -> list[PublishedCount]:
    """Those of these measures, without any of all, in the order in which they were published; none for a part of the list,
    of which nothing was. Queries: one for each month that they speak of, but for the month shown where `known` has it.
    """
    targets = _asked(scope, measures)
    found = {} if known is None else {scope.last_month: known}
    for month in {_month_of(target, scope) for target in targets} - set(found):
        names = tuple(dict.fromkeys(each.measure for each in targets if _month_of(each, scope) == month))
        asked = replace(scope, first_month=1, last_month=month)
        found[month] = breakdowns(asked, None, illustrative=True, compared=False, figures=names)[None].total_row
    return [_count(target, found[_month_of(target, scope)], scope) for target in targets]


def counts_of_the_month(scope: Scope, *measures: str) -> tuple[str, ...]:
    """The figures that are asked of the month shown, for whoever asks it for others anyway."""
    return tuple({each.measure: None for each in _asked(scope, measures) if _month_of(each, scope) == scope.last_month})


def _asked(scope: Scope, measures: Sequence[str]) -> list[Target]:
    if not scope.is_whole or not scope.end_month:
        return []
    return [target for target in _published(scope) if not measures or target.measure in measures]


def _month_of(target: Target, scope: Scope) -> int:
    """The month that it speaks of; of what was said of the list as such the month shown."""
    return target.through_month or scope.last_month


def _published(scope: Scope) -> list[Target]:
    said = [each for each in scope.targets if each.kind == TargetKind.REPORTED and each.unit == Unit.PROJECTS]
    return sorted((each for each in said if each.measure in _ORDER), key=lambda each: _ORDER.index(each.measure))


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
