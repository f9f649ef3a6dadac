"""How the totals would move, in words and with the way to the records of each present figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.choices import Unit
from projects.totals.totals import FigureValue
from projects.workflows.proposals import Effect

from .. import formatting, links


@dataclass(frozen=True)
class EffectLine:
    """One figure before and after; texts are empty where nothing is known. `value` is what `url` opens to."""

    place: str
    label: str
    unit: str
    figure: str
    now: str
    then: str
    known_now: str
    known_then: str
    url: str
    value: int | None


def effect_lines(effects: Iterable[Effect]) -> list[EffectLine]:
    return [_line(effect) for effect in effects]


def _line(effect: Effect) -> EffectLine:
    now, then = effect.now, effect.then
    place = _("Programme of %(year)s") % {"year": effect.year}
    return EffectLine(
        place=f"{place} · {effect.place}" if effect.sector else place,
        label=formatting.sentence_case(str(now.label)),
        unit=formatting.unit_name(now.unit),
        figure=now.name,
        now=_written(now),
        then=_written(then),
        known_now=_covered(now.known, now.of),
        known_then=_covered(then.known, then.of),
        url=links.records([*effect.parameters, ("counted_in", now.name)]) if effect.parameters else "",
        value=now.value,
    )


def _written(figure: FigureValue) -> str:
    """With every digit: rounded, a small change would not show."""
    if figure.value is None:
        return ""
    return formatting.exact_money(figure.value) if figure.unit == Unit.CNY else formatting.count(figure.value)


def _covered(known: int, of: int) -> str:
    return _("%(known)s of %(of)s have a figure") % {"known": formatting.count(known), "of": formatting.count(of)}
