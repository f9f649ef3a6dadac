"""Effect of an import on targets: what the headline figures are held against, as it is and as it would be."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from projects.imports.workbooks.checks import RowCheck, Verdict
from projects.models import Target
from projects.totals.scope import Scope
from projects.totals.targets import Comparison
from projects.totals.totals import Row, held_against


@dataclass(frozen=True)
class MovedTarget:
    """A target and how far a figure has come of it; None: there is none, or no share is given."""

    measure: str
    kind: str
    before: int | None
    ratio_before: float | None
    after: int
    ratio_after: float | None


def moved_targets(scope: Scope, whole: Row, rows: Iterable[RowCheck]) -> Mapping[str, Sequence[MovedTarget]]:
    """By the name of the figure those that rows add or change."""
    written = {
        _key(record): record
        for row in rows
        if row.verdict in (Verdict.NEW, Verdict.CHANGED)
        for record in row.records
        if isinstance(record, Target)
    }
    if not written:
        return {}
    before = _compared(scope, whole, scope.targets)
    after = _compared(scope, whole, [*(each for each in scope.targets if _key(each) not in written), *written.values()])
    return {
        figure: [_moved(before[figure].get(key), held) for key, held in found.items() if key in written]
        for figure, found in after.items()
    }


def _key(target: Target) -> Hashable:
    return target.measure, target.kind, target.through_month, target.source.natural_key()


def _compared(scope: Scope, whole: Row, targets: Sequence[Target]) -> dict[str, dict[Hashable, Comparison]]:
    figures = held_against(scope, whole, targets).figures
    return {name: {_key(each.target): each for each in figure.targets} for name, figure in figures.items()}


def _moved(before: Comparison | None, after: Comparison) -> MovedTarget:
    return MovedTarget(
        measure=after.target.measure,
        kind=after.target.kind,
        before=before.target.value if before else None,
        ratio_before=_number(before),
        after=after.target.value,
        ratio_after=_number(after),
    )


def _number(held: Comparison | None) -> float | None:
    return None if held is None or held.ratio is None else float(held.ratio)
