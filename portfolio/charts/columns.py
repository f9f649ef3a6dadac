"""Column charts: the months of a year, or one year after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .scale import Amount, GridLine, axis, px, to_percent
from .value_box import ValueBox

_INSIDE = (Fraction(13, 100), Fraction(73, 100))  # of a slot: where its outline begins, and how wide it is
_FILLED = (Fraction(26, 100), Fraction(47, 100))  # the same for the column itself
_APART, _TALL = 5, 11  # pixels: from an edge to the text above it, and how tall the text is


@dataclass(frozen=True)
class Slot:
    """What is to be shown in one place: an amount, and an outline (a plan) around it. None is drawn as nothing."""

    label: str
    amount: Amount | None
    outline: Amount | None
    url: str
    title: str
    text: str
    drawn: str = "m-done"
    always_named: bool = False  # its name is kept where there is little room
    box: ValueBox | None = None


@dataclass(frozen=True)
class ColumnBox:
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True)
class ChartColumn:
    slot: Slot
    hit: ColumnBox
    outline: ColumnBox | None
    bar: ColumnBox | None
    middle: str
    text_y: str
    inside: bool  # the text stands within the outline, whose sides must not run through it


@dataclass(frozen=True)
class ColumnChart:
    label: str
    height: int
    name_y: int
    grid: list[GridLine]
    columns: list[ChartColumn]


def _get_text_base(bar: float, outline: float) -> float:
    """The base of an amount's text: just above its bar, or above the outline if its edge would go through the text."""
    base = bar - _APART
    return outline - _APART if base - _TALL < outline < bar else base


def column_chart(slots: Sequence[Slot], *, label: str, unit: int, height: int = 200) -> ColumnChart:
    """Columns from an axis that holds every amount and outline."""
    amounts = [amount for slot in slots for amount in (slot.amount, slot.outline) if amount is not None]
    scale = axis(max(amounts, default=0), unit)

    width = Fraction(1, max(len(slots), 1))
    whole, wide = to_percent(width), {inside: to_percent(width * inside[1]) for inside in (_INSIDE, _FILLED)}

    def column(index: int, slot: Slot) -> ChartColumn:
        left = width * index
        bar, outline = (
            None if amount is None else scale.height(amount, height) for amount in (slot.amount, slot.outline)
        )
        top = height - (outline or 0)
        text_y = _get_text_base(height - (bar or 0), top)
        return ChartColumn(
            slot=slot,
            hit=ColumnBox(to_percent(left), whole, "0", str(height)),
            outline=box(left, _INSIDE, outline),
            bar=box(left, _FILLED, bar),
            middle=to_percent(left + width / 2),
            text_y=px(text_y),
            inside=top < text_y,
        )

    def box(left: Fraction, inside: tuple[Fraction, Fraction], tall: float | None) -> ColumnBox | None:
        if tall is None:
            return None
        return ColumnBox(to_percent(left + width * inside[0]), wide[inside], px(height - tall), px(tall))

    columns = [column(index, slot) for index, slot in enumerate(slots)]
    return ColumnChart(label=label, height=height, name_y=height + 18, grid=scale.grid(height), columns=columns)
