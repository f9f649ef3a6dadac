"""Cumulative chart: money disbursed since January against the even pace of each plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from projects.pages import formatting
from projects.periods import MONTHS_OF_YEAR

from .scale import Axis, GridLine, axis, px, to_percent
from .value_box import ValueBox

HEIGHT = 270
LABEL_ROOM = 36  # pixels that the two lines of a label take
_LATE = 9  # from this month on there is no room to the right of the newest point


@dataclass(frozen=True)
class MonthEnd:
    """What is drawn for the end of a month: money since January in CNY, the records behind it, what it rests on."""

    number: int
    amount: int
    url: str
    label: str
    solid: bool  # confirmed by a published number, or made of records that are not illustrative
    box: ValueBox | None = None


@dataclass(frozen=True)
class PlanOnChart:
    """A plan for the year, drawn as a line from 0 in January to its value in December."""

    name: str
    value: int
    text: str
    url: str
    dashed: bool
    short: str = ""  # where there is little room: at the end of its line

    @property
    def end(self) -> str:
        return self.short or self.name


@dataclass(frozen=True)
class PlanLine:
    plan: PlanOnChart
    y: str
    name_y: str
    value_y: str


@dataclass(frozen=True)
class Dot:
    x: str
    y: str
    month: MonthEnd


@dataclass(frozen=True)
class Segment:
    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True)
class MonthTick:
    x: str
    label: str
    strong: bool


@dataclass(frozen=True)
class Newest:
    """The label beside the newest point, and the line from there, at `point_y`, to where the first plan would be by now."""

    x: str
    point_y: str
    dx: str
    anchor: str
    y: str
    text: str
    gap_y: str
    expected_y: str
    expected: str


@dataclass(frozen=True)
class CumulativeChart:
    label: str
    height: int
    grid: list[GridLine]
    ticks: list[MonthTick]
    plans: list[PlanLine]
    line: list[Segment]
    dots: list[Dot]
    newest: Newest


def cumulative_chart(
    months: Sequence[MonthEnd], plans: Sequence[PlanOnChart], *, label: str, unit: int, expected: Fraction | None
) -> CumulativeChart:
    """The chart of at least one month. `expected` is what the first plan's even pace comes to by the newest one."""
    scale = axis(max([months[-1].amount, *(plan.value for plan in plans)]), unit)
    dots = [Dot(_get_month_x(month.number), scale.y(month.amount, HEIGHT), month) for month in months]
    start = Dot(to_percent(0), px(HEIGHT), months[0])
    return CumulativeChart(
        label=label,
        height=HEIGHT,
        grid=scale.grid(HEIGHT),
        ticks=[_tick(number, months[-1].number) for number in range(1, MONTHS_OF_YEAR + 1)],
        plans=_plan_lines(scale, plans),
        line=[Segment(one.x, one.y, other.x, other.y) for one, other in zip([start, *dots], dots, strict=False)],
        dots=dots,
        newest=_build_newest(scale, months[-1], expected),
    )


def _get_month_x(number: int) -> str:
    return to_percent(Fraction(number, MONTHS_OF_YEAR))


def _tick(number: int, newest: int) -> MonthTick:
    """Every third month is named, and the newest unless it would touch a neighbour."""
    named = number == newest or (number % 3 == 0 and abs(number - newest) != 1)
    return MonthTick(_get_month_x(number), formatting.short_month(number) if named else "", number == newest)


def _plan_lines(scale: Axis, plans: Sequence[PlanOnChart]) -> list[PlanLine]:
    """The lines from the highest down, their labels moved apart where they would lie over each other."""
    lines, lowest = [], float("-inf")
    for plan in sorted(plans, key=lambda each: -each.value):
        y = HEIGHT - scale.height(plan.value, HEIGHT)
        at = max(y - 2, lowest + LABEL_ROOM)
        lines.append(PlanLine(plan, px(y), px(at), px(at + 16)))
        lowest = at
    return lines


def _build_newest(scale: Axis, month: MonthEnd, expected: Fraction | None) -> Newest:
    late = month.number >= _LATE
    y = HEIGHT - scale.height(month.amount, HEIGHT)
    gap_y, expected_y, text, own = "", "", "", y + 15
    if expected is not None:
        at = HEIGHT - scale.height(expected, HEIGHT)
        gap_y = px(at)
        # above the line when behind it, below when ahead, so that it does not lie over the label of what was done
        expected_y = px(at - 4 if at < y else at + 16)
        text = formatting.money(expected, "headline")
        own = y - 10 if late and at >= y else own  # then both are on the same side of the point
    return Newest(
        x=_get_month_x(month.number),
        point_y=px(y),
        dx="-12" if late else "12",
        anchor="end" if late else "start",
        y=px(min(own, HEIGHT - 4)),
        text=formatting.money(month.amount, "headline"),
        gap_y=gap_y,
        expected_y=expected_y,
        expected=text,
    )
