"""Comparison of two states of knowledge by one question: which records came, went or changed, and what each did to figures.

The effects of the records add up to the difference exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from django.db.models import QuerySet

from projects.choices import Difference, Measure
from projects.database.prepared_records import plain_of
from projects.models import Project
from projects.text import TwoNames
from projects.versioning.as_of import AsOf, looking_back

from .difference_orders import CODE, SORTED_BY
from .differences import Differences, Differing, differing_records, effects_on
from .dimensions import DIMENSIONS, EACH, dimension_of
from .figures import COUNTED, FIGURES, USUAL, Figure
from .light_filter import follows_lights
from .scope import Scope
from .totals import FigureValue, breakdowns, ratio_of

Names = tuple[str, str]  # Chinese and English


@dataclass(frozen=True)
class Effect(TwoNames):
    """What one record did to one figure: its part then and now, in the figure's unit; None where it had none."""

    key: str
    name_zh: str
    name_en: str
    kind: Difference
    before: int | None
    after: int | None

    @property
    def difference(self) -> int:
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class Shares:
    """A ratio then and now, None where it is withheld."""

    before: Fraction | None
    after: Fraction | None

    @property
    def points(self) -> Fraction | None:
        """The difference; None where it was not given on either side."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class FigureDifference:
    """A figure then and now, in its unit, None where it is not known; and of how many records the part differs.

    `effects` are those of one page of them, the largest first. Of a ratio this is what stands above, and `ratio` what it is.
    """

    name: str
    before: int | None
    after: int | None
    count: int
    effects: tuple[Effect, ...]
    ratio: Shares | None = None

    @property
    def figure(self) -> Figure:
        return FIGURES[self.name]

    @property
    def difference(self) -> int | None:
        """In the figure's unit; what was not known on one side counts as nothing. None: it was not known on either."""
        if self.after is None and self.before is None:
            return None
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class Reclassified:
    """A record that is sorted otherwise than it was: the dimension, and its names then and now."""

    dimension: str
    before: Names
    after: Names

    @property
    def label(self) -> Any:
        return DIMENSIONS[self.dimension].label


@dataclass(frozen=True)
class RecordDifference(TwoNames):
    """One record then and now: what it did to each figure, by the figure's name, and how it is sorted otherwise."""

    key: str
    name_zh: str
    name_en: str
    kind: Difference
    effects: Mapping[str, Effect]
    classes: tuple[Reclassified, ...]


@dataclass(frozen=True)
class Comparison:
    """The figures of one question, as known `since` then and as the scope itself knows them.

    `records` are a page of the `count` that differ; `kinds` says what became of how many.
    """

    scope: Scope
    then: Scope
    figures: tuple[FigureDifference, ...]
    records: tuple[RecordDifference, ...]
    count: int
    kinds: Mapping[Difference, int]

    @property
    def since(self) -> AsOf:
        return self.then.as_of  # type: ignore[return-value]  # of a past state


def compared(
    scope: Scope, since: AsOf, *, figures: Sequence[str] = USUAL, first: int = 0, size: int = 50, order: str = CODE
) -> Comparison:
    """Compare what was known at `since` with what the scope knows, for the same months and filters.

    `size` of the records that differ from index `first` on, in one of `differences.orders`, with their effects: no more
    rows are read.
    """
    then = _then(scope, since)
    whole = partial(_whole, scope, figures)
    found = differing_records(then, scope, figures, whole, first=first, size=size, order=order)
    described = _Described(then, scope, found.rows)
    shown = tuple(described.record(row) for row in found.rows)
    ratios = _ratios(found, then, scope, figures)
    return Comparison(
        scope,
        then,
        tuple(
            FigureDifference(
                name,
                found.figures[name].before,
                found.figures[name].after,
                found.effects[name],
                _by_size(record.effects[name] for record in shown if name in record.effects),
                ratios.get(name),
            )
            for name in figures
        ),
        shown,
        found.count,
        found.kinds,
    )


def difference(
    scope: Scope,
    since: AsOf,
    name: str,
    *,
    first: int = 0,
    size: int = 50,
    order: str = "",
    known: Mapping[str, FigureValue] | None = None,
    largest: Sequence[int] = (),
) -> FigureDifference:
    """The same of one figure, with `size` of all its effects from index `first` on, in one of `EFFECT_ORDERS`. `known` has
    what `totals` says of it and `largest` what its `explanation` does, where these were asked already.
    """
    then = _then(scope, since)

    def whole() -> Mapping[str, FigureValue]:
        return known or _whole(scope, [name])

    found = effects_on(then, scope, name, whole, first=first, size=size, order=order, largest=largest)
    described = _Described(then, scope, found.rows)
    effects = tuple(described.record(row).effects[name] for row in found.rows)
    change = found.figures[name]
    return FigureDifference(name, change.before, change.after, found.effects[name], effects)


def _then(scope: Scope, since: AsOf) -> Scope:
    """The question then. Of its sums, those of lights alone follow the programme's months: for others none are read."""
    return scope.known(since) if follows_lights(scope) else replace(scope, as_of=since)


def _whole(scope: Scope, figures: Sequence[str]) -> dict[str, FigureValue]:
    """What `totals` says of figures, of what is below the ratios among them and of how many projects: apart of those that
    are kept as sums.
    """
    below = [ratio.below.value for ratio in (FIGURES[name].ratio for name in figures) if ratio]
    asked = dict.fromkeys([*figures, *below, Measure.PROJECT_COUNT.value])
    found: dict[str, FigureValue] = {}
    for counted in (False, True):
        if names := [name for name in asked if (name in COUNTED) == counted]:
            answer = breakdowns(scope, None, compared=False, figures=names)[None]
            found |= {name: answer.whole.figures[name] for name in names}
    return found


def _by_size(effects: Iterable[Effect]) -> tuple[Effect, ...]:
    return tuple(sorted(effects, key=lambda effect: (-abs(effect.difference), effect.key)))


def _ratios(found: Differences, then: Scope, now: Scope, figures: Iterable[str]) -> dict[str, Shares]:
    """What the ratios among the figures were and are, as `totals` tells it of the same sums."""
    names = [name for name in figures if FIGURES[name].ratio]
    if not names:
        return {}
    known = then if follows_lights(now) else now.known(then.as_of)  # by its months it is told whether anything compares
    was, is_now = (
        {name: ratio_of(sums, name, of=0, compares=side.compares).ratio for name in names}
        for sums, side in zip(found.sums, (known, now), strict=True)
    )
    return {name: Shares(was[name], is_now[name]) for name in names}


class _Described:
    """What the records of a page are called and how they are sorted, in both states where that may be another; one query
    for each.
    """

    def __init__(self, then: Scope, now: Scope, rows: Sequence[Differing]) -> None:
        is_sorted = any(row.is_sorted_otherwise for row in rows)
        told_then = [row.keys.before for row in rows if row.keys.after is None or row.is_sorted_otherwise]
        self.was = _lines(then, told_then, is_sorted=is_sorted)
        told_now = [row.keys.after for row in rows if not row.names or row.is_sorted_otherwise]
        self.is_now = _lines(now, told_now, is_sorted=is_sorted)

    def record(self, row: Differing) -> RecordDifference:
        told = (row.code, *self._names(row), row.kind)
        effects = {name: Effect(*told, change.before, change.after) for name, change in row.parts.items()}
        return RecordDifference(*told, effects, self._classes(row))

    def _names(self, row: Differing) -> Names:
        if row.keys.after is not None and row.names:
            return dimension_of(EACH).names({"code": row.code, **row.names})
        return dimension_of(EACH).names(self.is_now.get(row.keys.after) or self.was[row.keys.before])

    def _classes(self, row: Differing) -> tuple[Reclassified, ...]:
        if not row.is_sorted_otherwise:
            return ()
        was, is_now = self.was[row.keys.before], self.is_now[row.keys.after]
        names = {name: (DIMENSIONS[name].names(was), DIMENSIONS[name].names(is_now)) for name in SORTED_BY}
        return tuple(Reclassified(name, *pair) for name, pair in names.items() if pair[0] != pair[1])


def _lines(scope: Scope, keys: Iterable[int | None], *, is_sorted: bool) -> dict[int | None, Mapping[str, Any]]:
    """What these projects are called in the state of a scope, all of which are in it; and how they are sorted there."""
    there = [key for key in keys if key is not None]
    if not there:
        return {}

    def build(keys: Sequence[int]) -> QuerySet:
        rows = Project.objects.visible_to(scope.user).filter(pk__in=keys)
        columns = ["pk", *dimension_of(EACH).columns]
        for name in SORTED_BY if is_sorted else ():
            rows, more = DIMENSIONS[name].grouped(rows)
            columns += more
        return rows.order_by().values(*columns)

    with looking_back(scope.as_of):
        found = plain_of(("lines", scope.access, is_sorted), build, there).dictionaries()
        return {row["pk"]: row for row in found}
