"""One question asked of two states of knowledge: which records came, went or changed, and what each did to each figure.

Both sides are answered by `totals`, record by record, so the effects of the records add up to the difference exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from projects.choices import Difference
from projects.versioning.as_of import AsOf, looking_back
from sectors.models import in_language

from .dimensions import DIMENSIONS, EACH
from .figures import FIGURES, USUAL
from .results import FigureValue, Row
from .scope import Scope
from .totals import breakdowns

CLASSES = ("sector", "chain_link", "prefecture", "basis", "transferred", "kind")  # dimensions a record is sorted by
Names = tuple[str, str]  # Chinese and English


@dataclass(frozen=True)
class Effect:
    """What one record did to one figure: its part then and now, in the figure's unit; None where it had none."""

    key: str
    name_zh: str
    name_en: str
    kind: Difference
    before: int | None
    after: int | None

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)

    @property
    def difference(self) -> int:
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class FigureDifference:
    """A figure then and now. `effects` are of the records whose part differs, the largest first."""

    before: FigureValue
    after: FigureValue
    effects: tuple[Effect, ...]

    @property
    def name(self) -> str:
        return self.after.name

    @property
    def is_ratio(self) -> bool:
        return FIGURES[self.name].ratio is not None

    @property
    def points(self) -> Fraction | None:
        """Of a ratio the difference of its shares; None where it was not given on either side."""
        then, now = self.before.ratio, self.after.ratio
        return None if then is None or now is None else now - then

    @property
    def difference(self) -> int | None:
        """In the figure's unit; what was not known on one side counts as nothing. None: it was not known on either."""
        if self.after.value is None and self.before.value is None:
            return None
        return (self.after.value or 0) - (self.before.value or 0)


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
class RecordDifference:
    """One record then and now: what it did to each figure, by the figure's name, and how it is sorted otherwise."""

    key: str
    name_zh: str
    name_en: str
    kind: Difference
    effects: Mapping[str, Effect]
    classes: tuple[Reclassified, ...]

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)


@dataclass(frozen=True)
class Comparison:
    """The figures of one question, as known `since` then and as the scope itself knows them; records by their code."""

    scope: Scope
    since: AsOf
    figures: tuple[FigureDifference, ...]
    records: tuple[RecordDifference, ...]


@dataclass(frozen=True)
class _Side:
    """What is known of a question at one time: the whole, and for each record its figures and its classes."""

    whole: Row
    rows: Mapping[str, Row]
    classes: Mapping[str, Mapping[str, Names]]

    @classmethod
    def of(cls, scope: Scope, figures: Sequence[str]) -> _Side:
        answers = breakdowns(scope, None, EACH, compared=False, figures=figures)
        return cls(answers[None].whole, {str(row.key): row for row in answers[EACH].rows}, _classes(scope))


def compared(scope: Scope, since: AsOf, *, figures: Sequence[str] = USUAL) -> Comparison:
    """Compare what was known at `since` with what the scope knows, for the same months and filters."""
    then, now = _Side.of(scope.known(since), figures), _Side.of(scope, figures)
    differences = tuple(
        FigureDifference(then.whole.figures[name], now.whole.figures[name], _effects(name, then.rows, now.rows))
        for name in figures
    )
    return Comparison(scope, since, differences, _records(differences, then, now))


def _classes(scope: Scope) -> dict[str, dict[str, Names]]:
    """The names of each record's classes, by its code; one query."""
    with looking_back(scope.as_of):
        projects: Any = scope.projects().order_by()
        columns = ["code"]
        for name in CLASSES:
            projects, more = DIMENSIONS[name].grouped(projects)
            columns += more
        rows = list(projects.values(*columns))
    return {row["code"]: {name: DIMENSIONS[name].names(row) for name in CLASSES} for row in rows}


def _effects(name: str, before: Mapping[str, Row], after: Mapping[str, Row]) -> tuple[Effect, ...]:
    found = []
    for key in before.keys() | after.keys():
        then, now = before.get(key), after.get(key)
        was, is_now = _value(then, name), _value(now, name)
        if was != is_now:
            found.append(Effect(key, *_names(then, now), _kind(then, now), was, is_now))
    return tuple(sorted(found, key=lambda effect: (-abs(effect.difference), effect.key)))


def _records(figures: Sequence[FigureDifference], then: _Side, now: _Side) -> tuple[RecordDifference, ...]:
    effects: dict[str, dict[str, Effect]] = {}
    for figure in figures:
        for effect in figure.effects:
            effects.setdefault(effect.key, {})[figure.name] = effect
    found = []
    for key in sorted(then.rows.keys() | now.rows.keys()):
        kind = _kind(then.rows.get(key), now.rows.get(key))
        classes = _reclassified(then.classes.get(key), now.classes.get(key))
        if key in effects or classes or kind != Difference.CHANGED:
            names = _names(then.rows.get(key), now.rows.get(key))
            found.append(RecordDifference(key, *names, kind, effects.get(key, {}), classes))
    return tuple(found)


def _reclassified(then: Mapping[str, Names] | None, now: Mapping[str, Names] | None) -> tuple[Reclassified, ...]:
    if then is None or now is None:
        return ()
    return tuple(Reclassified(name, then[name], now[name]) for name in CLASSES if then[name] != now[name])


def _value(row: Row | None, name: str) -> int | None:
    return row.figures[name].value if row else None


def _names(then: Row | None, now: Row | None) -> Names:
    row = now or then
    return (row.name_zh, row.name_en) if row else ("", "")


def _kind(then: Row | None, now: Row | None) -> Difference:
    if then is None:
        return Difference.ADDED
    return Difference.REMOVED if now is None else Difference.CHANGED
