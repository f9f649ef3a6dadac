"""Comparison of two states of knowledge by one question: which records came, went or changed, and what each did to figures.

The effects of the records add up to the difference exactly: both sides are the sums of the same groups, one a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from projects.choices import Difference
from projects.history.as_of import AsOf, override_as_of
from projects.text import TwoNames

from .dimensions import DIMENSIONS, EACH, dimension_of
from .figures import FIGURES, USUAL, Figure
from .scope import Scope
from .sums import Group, add_sums, get_groups
from .totals import FigureValue, figure_value

Names = tuple[str, str]  # Chinese and English
SORTED_BY = ("sector", "chain_link", "prefecture", "basis", "transferred", "kind")  # dimensions that sort a record


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
    basis: str


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
    def previous_state(self) -> AsOf:
        return self.then.as_of  # type: ignore[return-value]  # of a past state


def get_comparison(
    scope: Scope,
    since: AsOf,
    *,
    figures: Sequence[str] = USUAL,
    first: int = 0,
    size: int | None = 50,
) -> Comparison:
    """Compare what was known at `since` with what the scope knows, for the same months and filters.

    `records` are `size` of those that differ from index `first` on (None: all), by code, with their effects.
    """
    then, now = _State(scope.with_as_of(since), figures), _State(scope, figures)
    codes = sorted(then.records.keys() | now.records.keys())
    records = [_record_difference(then.records.get(code), now.records.get(code), figures) for code in codes]
    records = [record for record in records if record.effects or record.classes or record.kind != Difference.CHANGED]
    page = records[first:][:size]
    return Comparison(
        scope,
        then.scope,
        tuple(_figure_difference(name, then, now, records, page) for name in figures),
        tuple(page),
        len(records),
        {kind: sum(record.kind == kind for record in records) for kind in Difference},
    )


def get_figure_difference(
    scope: Scope, since: AsOf, name: str, *, first: int = 0, size: int | None = 50
) -> FigureDifference:
    """Return the difference of one figure, with `size` of all its effects from index `first` on, the largest first."""
    (figure,) = get_comparison(scope, since, figures=(name,), size=None).figures
    return replace(figure, effects=figure.effects[first:][:size])


class _State:
    """The records of a scope by their codes, with the parts of figures that they have in its state."""

    def __init__(self, scope: Scope, figures: Sequence[str]) -> None:
        self.scope = scope
        with override_as_of(scope.as_of):
            groups = get_groups(scope, (EACH, *SORTED_BY), figures)
        self.records = {group.keys["code"]: group for group in groups}
        self.sums = add_sums(groups)

    def value(self, name: str) -> FigureValue:
        return figure_value(self.sums, name)


def _record_difference(before: Group | None, after: Group | None, figures: Iterable[str]) -> RecordDifference:
    record: Any = after or before
    kind = Difference.ADDED if before is None else Difference.REMOVED if after is None else Difference.CHANGED
    named = (record.keys["code"], *dimension_of(EACH).names(record.keys), kind)
    effects = {}
    for name in figures:
        parts = [figure_value(group.sums, name).value if group else None for group in (before, after)]
        if parts[0] != parts[1]:
            effects[str(name)] = Effect(*named, *parts)
    return RecordDifference(*named, effects, _reclassified(before, after), record.keys["basis"])


def _reclassified(before: Group | None, after: Group | None) -> tuple[Reclassified, ...]:
    """How a record is sorted otherwise that is among the projects of the question on both sides."""
    if before is None or after is None or not all(group.sums.get("project_count") for group in (before, after)):
        return ()
    found = []
    for name in SORTED_BY:
        key = DIMENSIONS[name].columns[0]
        if key in after.keys and before.keys[key] != after.keys[key]:
            found.append(Reclassified(name, *(DIMENSIONS[name].names(group.keys) for group in (before, after))))
    return tuple(found)


def _figure_difference(
    name: str, then: _State, now: _State, records: Sequence[RecordDifference], page: Sequence[RecordDifference]
) -> FigureDifference:
    before, after = then.value(name), now.value(name)
    effects = [record.effects[name] for record in page if name in record.effects]
    return FigureDifference(
        name,
        before.value,
        after.value,
        sum(name in record.effects for record in records),
        tuple(sorted(effects, key=lambda effect: (-abs(effect.difference), effect.key))),
        Shares(before.ratio, after.ratio) if FIGURES[name].ratio else None,
    )
