"""Sectors: the page of all with the coverage of their chains and the directions of the announcement, and that of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.access import visible
from projects.choices import Measure
from projects.pages import formatting, links
from projects.pages.decorators import page
from projects.pages.downloads import table_download
from projects.pages.figure_display import FigureDisplay
from projects.pages.frame import shell
from projects.pages.parameters import accepts_parameters
from projects.pages.tables import FILES
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row, breakdowns, with_current_figures
from sectors.choices import DirectionMeasure
from sectors.models import ChainLink, Direction, Sector

from ..charts.bars import get_filled_part
from . import findings
from .breakdown import ORDERS, Breakdown, build_breakdown, sector_breakdown
from .part import Part


@page
@accepts_parameters(*FILES, sort_sectors=ORDERS, sort_directions=ORDERS)
def sectors(request: HttpRequest) -> HttpResponse:
    """The sectors of a programme with the links of their chains."""
    scope = Scope.from_request(request)
    answers = with_current_figures(scope, breakdowns(scope, None, "sector", "chain_link", "basis", compared=False))
    whole = answers[None].total_row
    by_sector = sector_breakdown(request, scope, answers["sector"], whole, place="table")
    directions = get_directions(request, scope)
    tables = [by_sector.table, *([directions.breakdown.table] if directions else [])]
    if file := table_download(request, scope, tables):
        return file
    chain_links = scope.visible_records(ChainLink)
    context = shell(request, scope, basis=answers["basis"], whole=whole) | {
        "by_sector": by_sector,
        "directions": directions,
        "chains": [
            build_chain(scope, sector, chain_links, answers["chain_link"]) for sector in scope.visible_records(Sector)
        ],
    }
    return render(request, "dashboards/sectors.html", context)


@page
@accepts_parameters("ordering", *FILES)
def sector(request: HttpRequest, code: str) -> HttpResponse:
    """A sector of a programme's list; 404 for an unknown code."""
    part = Part(request, "sector", code, within="chain_link")
    if file := table_download(request, part.scope, [part.table]):
        return file
    chain = build_chain(part.scope, part.record, part.scope.visible_records(ChainLink), part.answers["chain_link"])
    return render(request, "dashboards/sector.html", part.build_context() | {"chain": chain})


# Industry chains


@dataclass(frozen=True)
class Link:
    """A link of a chain; an empty one has no figures."""

    record: ChainLink
    figures: dict[str, FigureDisplay]
    illustrative: links.CountLink | None
    filled: str  # how much of the largest investment of the chain its own is, as a width
    gaps: list[tuple[str, str]]  # what it lacks, and the records that show it
    count: int

    @property
    def is_empty(self) -> bool:
        return not self.figures

    @property
    def is_thin(self) -> bool:
        """Return whether it has none or one project: a break in the chain is near."""
        return self.count < 2


class Chain(NamedTuple):
    sector: Sector
    url: str
    finding: str
    links: list[Link]

    @property
    def is_empty(self) -> bool:
        """Return whether no link has a project: then its drawing says no more than the finding."""
        return all(link.is_empty for link in self.links)


def build_chain(scope: Scope, sector: Sector, chain_links: Iterable[ChainLink], by_link: Answer) -> Chain:
    """Return the chain of a sector, its links in chain order."""
    rows = {row.key: row for row in by_link.rows}
    own = [(link, rows.get(link.code)) for link in chain_links if link.sector_id == sector.pk]
    most = max((row.figures[Measure.TOTAL_INVESTMENT].value or 0 for _link, row in own if row), default=0)
    found = [_build_link(scope, link, row, most) for link, row in own]
    url = links.in_programme("sector", sector.code, year=scope.year)
    return Chain(sector, url, _chain_finding(scope, found), found)


def _chain_finding(scope: Scope, chain_links: list[Link]) -> str:
    """Return how well the chain is covered: 'Of 5 links: 1 link without a project, 2 with only one each'."""
    if not chain_links:
        return _("No chain links are kept for this sector")
    empty = len([link for link in chain_links if link.is_empty])
    thin = len([link for link in chain_links if link.is_thin and not link.is_empty])
    values = {"of": len(chain_links)}
    if not empty and not thin:
        text = ngettext("The only link has several projects", "Each of %(of)s links has several projects", values["of"])
        return text % values
    parts = []
    if empty:
        parts.append(ngettext("%(n)s link without a project", "%(n)s links without a project", empty) % {"n": empty})
    if thin:
        parts.append(ngettext("%(n)s with only one", "%(n)s with only one each", thin) % {"n": thin})
    text = _choose_by_access(scope, _("Of %(of)s links: %(gaps)s"), _("Of %(of)s links, in what you may see: %(gaps)s"))
    return text % (values | {"gaps": formatting.clauses(parts)})


def _build_link(scope: Scope, link: ChainLink, row: Row | None, most: int) -> Link:
    if row is None:
        text = _choose_by_access(scope, _("no project"), _("no project that you may see"))
        return Link(link, {}, None, "", [(text, "")], 0)
    names = (Measure.PROJECT_COUNT, Measure.TOTAL_INVESTMENT, Measure.PLANNED_DISBURSEMENT, Measure.DISBURSED)
    figures = {name.value: FigureDisplay(row, name, form="headline") for name in names}
    investment = figures[Measure.TOTAL_INVESTMENT]
    return Link(
        record=link,
        figures=figures,
        illustrative=_illustrative_count(scope, link, row),
        filled=get_filled_part(investment.value, most),
        gaps=_get_gaps(scope, row),
        count=row.figures[Measure.PROJECT_COUNT].value or 0,
    )


def _illustrative_count(scope: Scope, link: ChainLink, row: Row) -> links.CountLink | None:
    count = row.illustrative[Measure.PROJECT_COUNT].value if row.illustrative else None
    if not count:
        return None
    pairs = scope.with_filters(chain_link=link.code, basis="illustrative").parameters()
    url = links.records([*pairs, ("counted_in", Measure.PROJECT_COUNT)])
    return links.CountLink(_("%(count)s illustrative") % {"count": formatting.count(count)}, url, count)


def _get_gaps(scope: Scope, row: Row) -> list[tuple[str, str]]:
    count, without = row.figures[Measure.PROJECT_COUNT].value, row.figures[Measure.TOTAL_INVESTMENT].unknown_count
    everything = links.counted_address(row, Measure.PROJECT_COUNT)
    gaps = []
    if without:
        text = ngettext("%(n)s without a published investment", "%(n)s without a published investment", without)
        gaps.append((text % {"n": without}, links.missing_address(row, Measure.TOTAL_INVESTMENT)))
    if row.illustrative is not None and row.illustrative[Measure.PROJECT_COUNT].value == count:
        text = _choose_by_access(scope, _("no real project published"), _("no real project that you may see"))
        gaps.append((text, everything))
    if row.figures[Measure.DISBURSED].value == 0:
        gaps.append((_("nothing disbursed yet"), links.counted_address(row, Measure.DISBURSED)))
    if count == 1:
        text = _choose_by_access(scope, _("only one project"), _("only one project that you may see"))
        gaps.append((text, everything))
    return gaps


def _choose_by_access(scope: Scope, of_list: str, of_part: str) -> str:
    """Return the text for the reader: one of some prefectures reads of no gap in the list, which others may fill."""
    return of_list if scope.access.reads_all else of_part


# Directions of the announcement: three are groups of sectors, the other is what comes from other provinces


class Directions(NamedTuple):
    """The table of those that group sectors, the sectors of each, and the others with what measures them."""

    breakdown: Breakdown
    groups: list[tuple[Direction, str]]
    others: list[Direction]
    transferred: FigureDisplay
    source: Direction


def get_directions(request: HttpRequest, scope: Scope) -> Directions | None:
    """Return the directions; None where none is on record. Two queries beside those of one breakdown."""
    known = list(visible(Direction.objects.prefetch_related("sectors"), scope.user))
    if not known:
        return None
    answers = breakdowns(scope, None, "direction", compared=False, illustrative=True)
    rows, whole = {row.key: row for row in answers["direction"].rows}, answers[None].total_row
    by_sectors = [direction for direction in known if direction.measured_by == DirectionMeasure.SECTORS]
    return Directions(
        breakdown=build_breakdown(
            request,
            scope,
            answers["direction"],
            whole,
            name="directions",
            place="directions",
            head=_("Direction"),
            title=_("By direction"),
            page=lambda key: links.records(rows[key].parameters),
            finding=findings.join_findings(
                [findings.largest_share(answers["direction"], whole, Measure.TOTAL_INVESTMENT)]
            ),
        ),
        groups=[(each, formatting.listing(sector.name for sector in each.sectors.all())) for each in by_sectors],
        others=[direction for direction in known if direction not in by_sectors],
        transferred=FigureDisplay(whole, Measure.TRANSFERRED_COUNT, form="headline"),
        source=known[0],
    )
