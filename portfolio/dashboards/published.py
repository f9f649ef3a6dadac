"""Numbers published of a programme's progress beside those of its list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure, TargetKind, Unit
from projects.models import Target
from projects.pages import formatting
from projects.pages.figure_display import FigureDisplay
from projects.pages.targets import PublishedTarget, build_comparison_display, build_target_display, untested_in_words
from projects.totals.figures import LISTED, MONTHLY
from projects.totals.scope import Scope
from projects.totals.targets import Comparison
from projects.totals.totals import Row, breakdowns, ratio

from .cards import CARDS, difference_and_verdict

_ORDER = (*MONTHLY, *LISTED)


@dataclass(frozen=True)
class PublishedCount:
    """A published count, and the register's of the same `months`. `share` is the register's in per cent of its list."""

    published: PublishedTarget
    figure: FigureDisplay
    months: str
    share: str
    illustrative: int
    illustrative_share: Fraction | None

    @property
    def target(self) -> Target:
        return self.published.target

    @property
    def is_different(self) -> bool:
        return self.figure.value != self.target.value

    @property
    def without_data(self) -> str:
        """Return how many projects lack the figure, in words; empty for none."""
        missing = self.figure.of - self.figure.known
        text = ngettext("%(count)s without data", "%(count)s without data", missing)
        return text % {"count": formatting.count(missing)} if missing else ""

    @property
    def verdict(self) -> str:
        """Return how they stand to each other: illustrative records prove nothing, and missing data are no distance."""
        if self.illustrative_share:
            return formatting.clauses([untested_in_words(self.illustrative_share), self.without_data])
        if self.without_data:
            return self.without_data
        values = {"amount": formatting.count(abs((self.figure.value or 0) - self.target.value))}
        return _("differs by %(amount)s") % values if self.is_different else _("equal")


def get_published_counts(scope: Scope, *measures: str, counted: Row | None = None) -> list[PublishedCount]:
    """Return published counts of these measures, by default of all; none for a part of the list.

    One query for each month that they speak of, but for the month shown where `counted` has it.
    """
    targets = _get_targets(scope, measures)
    rows = {} if counted is None else {scope.last_month: counted}
    for month in {_get_month(target, scope) for target in targets} - set(rows):
        names = tuple(dict.fromkeys(target.measure for target in targets if _get_month(target, scope) == month))
        until = replace(scope, first_month=1, last_month=month)
        rows[month] = breakdowns(until, None, illustrative=True, compared=False, figures=names)[None].total_row
    return [_build_count(target, rows[_get_month(target, scope)], scope) for target in targets]


def counts_of_month(scope: Scope, *measures: str) -> tuple[str, ...]:
    """Return the figures that `get_published_counts` needs of the month shown."""
    targets = _get_targets(scope, measures)
    return tuple({target.measure: None for target in targets if _get_month(target, scope) == scope.last_month})


def _get_targets(scope: Scope, measures: Sequence[str]) -> list[Target]:
    if not scope.is_whole or not scope.end_month:
        return []
    targets = [
        target
        for target in scope.targets
        if target.kind == TargetKind.REPORTED
        and target.unit == Unit.PROJECTS
        and target.measure in _ORDER
        and (not measures or target.measure in measures)
    ]
    return sorted(targets, key=lambda target: _ORDER.index(target.measure))


def _get_month(target: Target, scope: Scope) -> int:
    """Return the month that it speaks of; of what was said of the list as such the month shown."""
    return target.through_month or scope.last_month


def _build_count(target: Target, whole: Row, scope: Scope) -> PublishedCount:
    figure, illustrative = whole.figures[target.measure], (whole.illustrative or {}).get(target.measure)
    return PublishedCount(
        published=build_target_display(target),
        figure=FigureDisplay(whole, target.measure, form="headline"),
        months=formatting.months(1, _get_month(target, scope)),
        share=formatting.percent(ratio(figure.value, figure.of)),
        illustrative=(illustrative and illustrative.value) or 0,
        illustrative_share=whole.illustrative_share(target.measure),
    )


def build_published_lines(scope: Scope, whole: Row, counts: list[PublishedCount]) -> list[dict[str, Any]]:
    """Return published numbers that differ from each other or the list's, and the counts; none for a part of the list.

    `note` is how they stand to the list's.
    """
    return [*_build_figure_lines(whole), *map(_build_count_line, counts)] if scope.is_whole else []


def _build_figure_lines(whole: Row) -> Iterator[dict[str, Any]]:
    for name in CARDS:
        targets = [target for target in whole.figures[name].targets if target.target.measure == name]
        missed = [build_comparison_display(target) for target in targets if target.met is False]
        note = _spread_text(targets) or formatting.clauses([difference_and_verdict(target) for target in missed])
        if note:
            figure = FigureDisplay(whole, name, form="headline")
            numbers = [build_target_display(target.target) for target in targets]
            yield {"figure": figure, "published": numbers, "note": note}


def _spread_text(targets: list[Comparison]) -> str:
    values = [target.target.value for target in targets if target.target.sector is None]
    if len(set(values)) < 2:
        return ""
    apart = formatting.number(max(values) - min(values), targets[0].target.unit, "headline")
    text = _("%(count)s published figures, a difference of %(amount)s")
    return text % {"count": formatting.count(len(values)), "amount": apart}


def _build_count_line(count: PublishedCount) -> dict[str, Any]:
    notes = [count.verdict]
    if count.target.measure == Measure.STARTED_COUNT and count.share:
        values = {"share": count.share, "count": count.figure.text, "of": count.figure.of, "months": count.months}
        text = _("start rate %(share)s: %(count)s of %(of)s projects, %(months)s")
        if count.without_data:
            text = _("start rate at least %(share)s: %(count)s of %(of)s projects, %(months)s")
        notes.append(text % values)
    line = {"figure": count.figure, "months": count.months, "published": [count.published]}
    return line | {"note": formatting.clauses(notes)}
