"""Scales and axes: from amounts to percentages along x and pixels along y, and an axis with round numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from projects.money import without_zeros

MOST_STEPS = 5
_ROUND = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))

Amount = int | Fraction


@dataclass(frozen=True)
class AxisStep:
    """A line of the grid: an amount and its text in the axis' unit."""

    amount: Fraction
    label: str


@dataclass(frozen=True)
class GridLine:
    """A line of the grid as it is drawn, with its text beside it."""

    y: str
    text_y: str
    label: str


@dataclass(frozen=True)
class Axis:
    """From 0 to `top`, a round amount not below any of those shown."""

    top: Fraction
    steps: tuple[AxisStep, ...]

    def height(self, amount: Amount, height: int) -> float:
        """How many of `height` pixels an amount takes."""
        return float(Fraction(amount) / self.top) * height

    def y(self, amount: Amount, height: int) -> str:
        """The y of an amount, counted from the top."""
        return px(height - self.height(amount, height))

    def grid(self, height: int) -> list[GridLine]:
        """Its lines, the lowest first."""
        places = [(step, height - self.height(step.amount, height)) for step in self.steps]
        return [GridLine(px(y), px(y + 4), step.label) for step, y in places]


def axis(most: Amount, unit: int) -> Axis:
    """An axis of at most five steps that holds `most`; an axis of one unit when there is nothing to show."""
    exact = Fraction(most) / unit if most > 0 else Fraction(1)
    wanted = Decimal(exact.numerator) / Decimal(exact.denominator)
    size = Decimal(10) ** (wanted / MOST_STEPS).adjusted()
    step = next(size * each for each in _ROUND if size * each * MOST_STEPS >= wanted)
    count = int((wanted / step).to_integral_value(rounding=ROUND_CEILING))
    labels = [step * number for number in range(count + 1)]
    steps = tuple(AxisStep(Fraction(label) * unit, without_zeros(f"{label:,f}")) for label in labels)
    return Axis(steps[-1].amount, steps)


def part(amount: Amount | None, whole: Amount | None) -> Fraction:
    """An amount as a share of another, at least 0 and at most 1; 0 where there is none."""
    if not amount or not whole or amount < 0:
        return Fraction(0)
    return min(Fraction(amount) / Fraction(whole), Fraction(1))


def to_percent(share: Fraction | float) -> str:
    """A share of the width as an SVG length: '33.59%'."""
    return f"{float(share) * 100:.2f}%"


def px(value: float) -> str:
    return f"{value:.1f}"
