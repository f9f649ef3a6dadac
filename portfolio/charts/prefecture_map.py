"""The map of prefectures: five fixed classes, a label in each, a link over each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.models import Prefecture
from projects.money import BILLION, without_zeros
from projects.pages import formatting
from sectors.models import in_language

from .outlines import Outline, outlines
from .scale import Amount
from .value_box import ValueBox

PROGRESS = "progress"
_EDGES: dict[str, tuple[Amount, ...]] = {
    # where the second to fifth class begin; fixed, so that maps of two months can be compared
    Measure.TOTAL_INVESTMENT: (2 * BILLION, 5 * BILLION, 10 * BILLION, 30 * BILLION),
    Measure.PLANNED_DISBURSEMENT: (BILLION // 2, BILLION, 3 * BILLION, 8 * BILLION),
    Measure.DISBURSED: (BILLION // 5, BILLION // 2, BILLION, 3 * BILLION),
    PROGRESS: (Fraction(1, 5), Fraction(3, 10), Fraction(2, 5), Fraction(1, 2)),
}
SHOWN = tuple(str(name) for name in _EDGES)
_FIRST_WITH_LIGHT_TEXT = 4
_LONG_NAME = 4


@dataclass(frozen=True)
class Region:
    """What is known of a prefecture: the amount to show (None: nothing known), its text, where it leads."""

    prefecture: Prefecture
    amount: Amount | None
    text: str
    url: str
    title: str
    box: ValueBox | None = None


@dataclass(frozen=True)
class Area:
    """One outline: `drawn` is its class, q0 for no project, qx for what the reader does not see and nothing is known of."""

    outline: Outline
    region: Region | None
    drawn: str
    label: str = ""
    label_class: str = "off"


@dataclass(frozen=True)
class PrefectureMap:
    label: str
    height: int
    areas: list[Area]
    legend: list[tuple[str, str]]  # CSS class and label
    hidden: bool  # whether there are outlines that the reader does not see into
    note: str
    approval_number: str
    not_on_map: list[str]  # prefectures that the boundary file has no outline of


def prefecture_map(
    regions: Mapping[str, Region], shown: str, *, label: str, note: str, approval_number: str
) -> PrefectureMap:
    """A map of the boundary file; `regions` are the prefectures that the reader sees, by administrative code."""
    drawn = outlines()
    areas = [_area(outline, regions.get(outline.adcode), shown) for outline in drawn.outlines]
    codes = {outline.adcode for outline in drawn.outlines}
    return PrefectureMap(
        label=label,
        height=drawn.height,
        areas=areas,
        legend=_legend(shown),
        hidden=any(area.drawn == "qx" for area in areas),
        note=note,
        approval_number=approval_number,
        not_on_map=[region.prefecture.name for code, region in regions.items() if code not in codes],
    )


def _area(outline: Outline, region: Region | None, shown: str) -> Area:
    if region is None:
        return Area(outline, None, "qx")
    number = _get_class(region.amount, _EDGES[shown])
    return Area(
        outline,
        region,
        drawn=f"q{number}",
        label=in_language(short_chinese(region.prefecture.name_zh), short_english(region.prefecture.name_en)),
        label_class="off" if not number else "hi" if number >= _FIRST_WITH_LIGHT_TEXT else "lo",
    )


def _get_class(amount: Amount | None, edges: Sequence[Amount]) -> int:
    """1 to 5 by the edges that an amount reaches, 0 where nothing is known."""
    return 0 if amount is None else 1 + len([edge for edge in edges if amount >= edge])


def _legend(shown: str) -> list[tuple[str, str]]:
    edges = [_edge(edge, shown) for edge in _EDGES[shown]]
    labels = [
        _("under %(edge)s") % {"edge": edges[0]},
        *(f"{low}–{high}" for low, high in pairwise(edges)),
        _("%(edge)s and more") % {"edge": edges[-1]},
    ]
    return [(f"q{number}", text) for number, text in enumerate(labels, start=1)]


def _edge(edge: Amount, shown: str) -> str:
    if shown == PROGRESS:
        return formatting.share(Fraction(edge), 0)
    return without_zeros(formatting.money(edge, "table"))


def short_chinese(name: str) -> str:
    """'长沙市' is 长沙 on a map; a long name of an autonomous prefecture is its first two characters and its last."""
    short = name.removesuffix("市").removesuffix("地区")
    return short if len(short) <= _LONG_NAME else short[:2] + short[-1]


def short_english(name: str) -> str:
    return name.split()[0] if name else ""
