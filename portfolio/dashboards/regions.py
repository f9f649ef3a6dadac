"""Map of prefectures: which figure it shows, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.models import Prefecture
from projects.pages import formatting, links
from projects.pages.figure_display import coverage_of, coverage_sentence, get_illustrative_words
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row
from sectors.models import in_language

from ..charts.prefecture_map import PROGRESS, SHOWN, PrefectureMap, Region, prefecture_map
from ..charts.scale import Amount
from ..charts.value_box import ValueBox

PARAMETER = "map"
BOTH = Measure.DISBURSED_OF_PLAN


class RegionMap(NamedTuple):
    map: PrefectureMap
    switches: list[links.PageLink]
    label: str
    unit: str


def region_map(
    request: HttpRequest, scope: Scope, prefectures: Iterable[Prefecture], by_prefecture: Answer, shown: str
) -> RegionMap:
    """The map of one figure, with the switch to the others; `prefectures` are those that the reader sees."""
    rows = {row.key: row for row in by_prefecture.rows}
    labels = {name: (BOTH if name == PROGRESS else Measure(name)).header for name in SHOWN}
    regions = {each.adcode: _region(scope, each, rows.get(each.adcode), shown, labels) for each in prefectures}
    label = labels[shown]
    return RegionMap(
        map=prefecture_map(
            regions,
            shown,
            label=_("Map of the prefectures: %(figure)s") % {"figure": label},
            note=in_language(settings.MAP_NOTE_ZH, settings.MAP_NOTE_EN),
            approval_number=settings.MAP_APPROVAL_NUMBER,
        ),
        switches=[
            links.PageLink(labels[name], links.same_page(request, **{PARAMETER: name}) + "#prefectures", name == shown)
            for name in SHOWN
        ],
        label=label,
        unit="%" if shown == PROGRESS else formatting.money_unit("map"),
    )


def _region(scope: Scope, prefecture: Prefecture, row: Row | None, shown: str, labels: Mapping[str, str]) -> Region:
    url = links.in_programme("prefecture", prefecture.adcode, year=scope.year)
    if row is None:
        title = _("%(name)s: no project") % {"name": prefecture.name}
        return Region(prefecture, None, "", url, title)
    amount = _amount(row, shown)
    if amount is not None:  # where its number leads: to the records that it is the sum of
        url = links.counted_address(row, BOTH if shown == PROGRESS else shown)
    text = _text(amount, shown)
    count = row.figures[Measure.PROJECT_COUNT].value or 0
    projects = ngettext("%(count)s project", "%(count)s projects", count) % {"count": formatting.count(count)}
    if shown == PROGRESS:
        projects = coverage_sentence(row.figures[Measure.DISBURSED_OF_PLAN])
    with_unit = f"{text}%" if shown == PROGRESS else f"{text} {formatting.money_unit('map')}"
    title = _("%(name)s: %(amount)s, %(projects)s") % {
        "name": prefecture.name,
        "amount": with_unit if text else _("not known"),
        "projects": projects,
    }
    return Region(prefecture, amount, text, url, title, _box(prefecture, row, shown, labels))


def _box(prefecture: Prefecture, row: Row, shown: str, labels: Mapping[str, str]) -> ValueBox:
    """All the figures that the map can show, that of the map among them."""
    name = Measure.DISBURSED if shown == PROGRESS else shown
    rows = [(label, _text(_amount(row, each), each)) for each, label in labels.items()]
    count = row.figures[Measure.PROJECT_COUNT].value or 0
    return ValueBox(
        prefecture.name,
        (
            (Measure.PROJECT_COUNT.header, formatting.count(count)),
            *rows,
            (_("with both"), coverage_of(row.figures[BOTH])),
        ),
        formatting.clauses([formatting.money_unit("map"), get_illustrative_words(row, name)]),
    )


def _amount(row: Row, shown: str) -> Amount | None:
    return row.progress if shown == PROGRESS else row.figures[shown].value


def _text(amount: Amount | None, shown: str) -> str:
    if amount is None:
        return ""
    return formatting.share(amount) if shown == PROGRESS else formatting.money(amount, "map")  # type: ignore[arg-type]
