"""Bar charts in a table cell beside their figures: bullets, meters, shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from .scale import Amount, part, to_percent
from .value_box import ValueBox


@dataclass(frozen=True)
class Bullet:
    """Plan as an outline, money done inside it, a tick for the time gone. `drawn` says what it rests on."""

    label: str
    url: str
    plan: str
    done: str
    time: str  # empty where there is no plan to be on time with
    illustrative: bool
    box: ValueBox | None = None


def bullet(
    *,
    label: str,
    url: str,
    plan: Amount | None,
    done: Amount | None,
    elapsed: Fraction | None,
    longest: Amount,
    illustrative: bool,
    box: ValueBox | None = None,
) -> Bullet:
    """One bullet; `longest` is the amount that takes the whole width."""
    width = part(plan, longest)
    return Bullet(
        label=label,
        url=url,
        plan=to_percent(width) if plan else "",
        done=to_percent(part(done, longest)),
        time=to_percent(width * elapsed) if plan and elapsed is not None else "",
        illustrative=illustrative,
        box=box,
    )


@dataclass(frozen=True)
class Meter:
    """How much a value is of a whole; `filled` empty when there is no value."""

    filled: str
    illustrative: bool


def meter(value: Amount | None, whole: Amount | None, *, illustrative: bool = False) -> Meter:
    """A value as a part of a whole."""
    return Meter("" if value is None else to_percent(part(value, whole)), illustrative)


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
