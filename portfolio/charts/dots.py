"""Dot plot: published statements about one figure on one scale, a line between those that should be the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .scale import Axis, axis, part, to_percent


@dataclass(frozen=True)
class DotLine:
    """One statement: its dot, and the span of all statements about the same thing (empty if there is only one)."""

    x: str
    first: str
    last: str


@dataclass(frozen=True)
class DotScale:
    """What all dots of a table share: where its grid lines are, and the amounts at its two ends as text."""

    lines: list[str]
    top: str
    scale: Axis


def dot_scale(amounts: Sequence[int], *, unit: int) -> DotScale:
    scale = axis(max(amounts, default=0), unit)
    lines = [to_percent(step.amount / scale.top) for step in scale.steps]
    return DotScale(lines=lines, top=scale.steps[-1].label, scale=scale)


def dot_line(amount: int, of_same: Sequence[int], on: DotScale) -> DotLine:
    apart = len(set(of_same)) > 1
    top = on.scale.top
    return DotLine(
        x=to_percent(part(amount, top)),
        first=to_percent(part(min(of_same), top)) if apart else "",
        last=to_percent(part(max(of_same), top)) if apart else "",
    )
