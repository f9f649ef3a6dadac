"""How a figure changed: since the month before, and since what was known on another day."""

from __future__ import annotations

from dataclasses import dataclass

from projects.totals.comparison import Effect, FigureDifference, compared
from projects.totals.explanation import Explanation, step_of_month
from projects.versioning.as_of import SINCE, AsOf
from projects.views import formatting, links
from projects.views.figure_display import FigureDisplay, shown
from sectors.models import in_language

MOST_EFFECTS = 20  # the rest is on the page that compares


@dataclass(frozen=True)
class MonthStep:
    """A figure made of months: to the month before, the newest month, and both together."""

    before_label: str
    before: FigureDisplay
    month_label: str
    month: FigureDisplay
    after_label: str
    after: FigureDisplay


@dataclass(frozen=True)
class EffectLine:
    """What one record did to the figure, as text."""

    code: str
    name: str
    url: str
    kind: str
    kind_label: str
    before: str
    after: str
    difference: str


@dataclass(frozen=True)
class SinceThen:
    """The figure as it was known then, and the records that changed it since; amounts to the last digit."""

    day: str
    is_before_all: bool
    before: str
    after: str
    difference: str
    effects: list[EffectLine]
    more: int
    compare_url: str


def month_step(opened: Explanation) -> MonthStep | None:
    """None for a figure that is not made of months, or of a single one."""
    step = step_of_month(opened)
    if step is None:
        return None
    before, newest = (shown(row, opened.figure.name, form="precise") for row in step)
    first, last = opened.scope.first_month, opened.scope.last_month
    return MonthStep(
        before_label=formatting.months(first, last - 1),
        before=before,
        month_label=formatting.month_name(last),
        month=newest,
        after_label=formatting.months(first, last),
        after=shown(opened.answer.whole, opened.figure.name, form="precise"),
    )


def since_then(opened: Explanation, since: AsOf) -> SinceThen:
    name = opened.figure.name
    (difference,) = compared(opened.scope, since, figures=(name,)).figures
    return SinceThen(
        day=since.text,
        is_before_all=since.is_before_all,
        before=_number(difference, difference.before.value),
        after=_number(difference, difference.after.value),
        difference=signed(difference, difference.difference),
        effects=[effect_line(difference, effect) for effect in difference.effects[:MOST_EFFECTS]],
        more=len(difference.effects[MOST_EFFECTS:]),
        compare_url=links.page("compare", query=[*opened.scope.parameters(), (SINCE, since.text)]),
    )


def effect_line(figure: FigureDifference, effect: Effect) -> EffectLine:
    return EffectLine(
        code=effect.key,
        name=in_language(effect.name_zh, effect.name_en),
        url=links.project(effect.key),
        kind=effect.kind.value,
        kind_label=str(effect.kind.label),
        before=_number(figure, effect.before),
        after=_number(figure, effect.after),
        difference=signed(figure, effect.difference),
    )


def _number(figure: FigureDifference, value: int | None) -> str:
    return "" if value is None else formatting.number(value, figure.after.unit, "precise")


def signed(figure: FigureDifference, difference: int | None) -> str:
    """A difference of a figure with its sign: money to the last digit. Empty when there is none to tell."""
    if difference is None:
        return ""
    if figure.after.unit == "CNY":
        return formatting.signed_money(difference, "precise")
    return formatting.signed_count(difference)
