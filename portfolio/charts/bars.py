"""Bar charts in a table cell beside their figures: bullets, meters, shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from .scale import Amount, part, to_percent
from .value_box import ValueBox


@dataclass(frozen=True, kw_only=True)
class Bullet:
    """Plan as an outline, money done inside it, a tick for the time gone; `longest` is what takes the whole width."""

    label: str
    url: str
    plan: Amount | None
    done: Amount | None
    elapsed: Fraction | None
    longest: Amount
    illustrative: bool
    box: ValueBox | None = None

    @property
    def plan_width(self) -> str:
        return to_percent(part(self.plan, self.longest)) if self.plan else ""

    @property
    def done_width(self) -> str:
        return to_percent(part(self.done, self.longest))

    @property
    def time(self) -> str:
        """Return where the tick stands; empty where there is no plan to be on time with."""
        return (
            to_percent(part(self.plan, self.longest) * self.elapsed) if self.plan and self.elapsed is not None else ""
        )


def get_filled_part(value: Amount | None, whole: Amount | None) -> str:
    """Return the width of a value in the meter of a whole; empty when there is no value."""
    return "" if value is None else to_percent(part(value, whole))


@dataclass(frozen=True)
class Piece:
    """A part of a bar: where it begins, how wide it is, how it is drawn (`drawn` names a CSS class), what it says."""

    x: str
    width: str
    drawn: str
    label: str
    url: str


def pieces(parts: Iterable[tuple[Amount | None, str, str, str]], whole: Amount | None) -> list[Piece]:
    """Parts of a whole side by side: (amount, drawn, label, url) each. Parts of nothing are left out."""
    x, found = Fraction(0), []
    for amount, drawn, label, url in parts:
        width = part(amount, whole)
        if width:
            found.append(Piece(to_percent(x), to_percent(width), drawn, label, url))
        x += width
    return found
