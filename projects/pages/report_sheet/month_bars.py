"""Bars of the last twelve months beside a cell: coordinates and words, of amounts that are at hand."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from projects.monitoring.review import RecentMonths
from projects.pages import formatting

_TALL, _BASE = 44, 48  # pixels: the tallest bar, and where all stand
_WIDE = Fraction(19, 24)  # of a month's place
_NO_AMOUNT = 10  # pixels of the outline of a month without one
_LETTERS = 10  # pixels above the place where a text stands


@dataclass(frozen=True)
class MonthBar:
    x: str
    width: str
    y: str
    height: str
    drawn: str
    title: str


@dataclass(frozen=True)
class MonthBars:
    """`median_y` is '' where there is no median."""

    bars: list[MonthBar]
    label: str
    median: str
    median_y: str
    text_y: str
    first: str
    last: str


def month_bars(recent: RecentMonths, *, form: str) -> MonthBars:
    """A bar for each month, the last of them in outline: it is not reported yet."""
    amounts = [each.amount for each in recent.months if each.amount is not None]
    most = max([*amounts, recent.median or 0, 1])
    titles = [f"{each.month}: {_written(each.amount, form)}" for each in recent.months]
    place = Fraction(100, len(recent.months))
    median_y = _BASE - float(Fraction(recent.median) / most) * _TALL if recent.median is not None else None
    unit = formatting.money_unit(form)
    return MonthBars(
        bars=[
            _bar(place * index, place, each.amount, most, titles[index], is_last=each is recent.latest)
            for index, each in enumerate(recent.months)
        ],
        label=_("Disbursed in the last 12 months, %(unit)s: %(months)s") % {"unit": unit, "months": "; ".join(titles)},
        median=formatting.shortest_money(round(recent.median), form) if recent.median is not None else "",
        median_y="" if median_y is None else f"{median_y:.1f}",
        text_y="" if median_y is None else f"{_beside(median_y):.1f}",
        first=str(recent.months[0].month),
        last=str(recent.latest.month),
    )


def _beside(line: float) -> float:
    """Where the word of a line stands: above it, below it where there is no room, never on it nor on an outline."""
    return min(line - 4, _BASE - _NO_AMOUNT - 4) if line >= _LETTERS + 4 else line + _LETTERS + 2


def _bar(
    left: Fraction, place: Fraction, amount: int | None, most: int | Fraction, title: str, *, is_last: bool
) -> MonthBar:
    tall = _NO_AMOUNT if amount is None else max(float(Fraction(amount) / most) * _TALL, 0.5)
    drawn = "m-none" if amount is None else "b-now" if is_last else "m-done"
    x, width = left + place * (1 - _WIDE) / 2, place * _WIDE
    return MonthBar(f"{float(x):.2f}%", f"{float(width):.2f}%", f"{_BASE - tall:.1f}", f"{tall:.1f}", drawn, title)


def _written(amount: int | None, form: str) -> str:
    return "—" if amount is None else formatting.shortest_money(amount, form)
