"""How a figure stands against the numbers that were announced for its programme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from projects.choices import Relation
from projects.models import Target
from projects.periods import MONTHS_OF_YEAR

from .figures import FIGURES, Span

ABOUT = Fraction(1, 100)  # 'about' means within one per cent: the published ones are rounded to two or three digits


@dataclass(frozen=True)
class Comparison:
    """A target beside a figure. `ratio` is value ÷ target; `met` is None when it cannot be said."""

    target: Target
    ratio: Fraction | None
    difference: int | None
    met: bool | None


def is_met(value: int, target: Target, *, figure: str) -> bool:
    """Whether `value` meets the target as its relation means it; money spent meets a plan by reaching it."""
    if target.measure != figure:
        return value >= target.value
    return {
        Relation.EXACTLY: value == target.value,
        Relation.AT_LEAST: value >= target.value,
        Relation.MORE_THAN: value > target.value,
        Relation.ABOUT: abs(value - target.value) <= target.value * ABOUT,
    }[Relation(target.relation)]


def concerns(target: Target, figure: str, span: Span) -> bool:
    """Whether the target is about this figure, as it stands at the end of the span (month 0: nothing reported yet).

    What fills a plan for the year by and by, as money spent does, is held against every such plan, and against the numbers
    reported for the same months, which all begin in January.
    """
    plan = FIGURES[figure].plan
    if target.measure != figure:
        return target.measure == plan
    if plan is None or not span.last_month:
        return True
    return span.first_month == 1 and (target.through_month or MONTHS_OF_YEAR) == span.last_month


def comparisons(
    figure: str, value: int | None, targets: Iterable[Target], *, span: Span, whole: bool
) -> list[Comparison]:
    """The targets of one figure; `whole` says that the value is of the programme's whole list."""
    return [compared(target, figure, value, whole=whole) for target in targets if concerns(target, figure, span)]


def compared(target: Target, figure: str, value: int | None, *, whole: bool) -> Comparison:
    """One of them beside a value."""
    ratio = Fraction(value, target.value) if value is not None and target.value else None
    difference = None if value is None else value - target.value
    met = is_met(value, target, figure=figure) if whole and value is not None else None
    return Comparison(target=target, ratio=ratio, difference=difference, met=met)
