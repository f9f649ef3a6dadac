"""The industry chain of a sector: each link with what stands in it, and where it has gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.pages import formatting, links
from projects.pages.figure_display import FigureDisplay, shown
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row
from sectors.models import ChainLink, Sector

from ...charts.bars import Meter, meter

FIGURES = (Measure.PROJECT_COUNT, Measure.TOTAL_INVESTMENT, Measure.PLANNED_DISBURSEMENT, Measure.DISBURSED)


@dataclass(frozen=True)
class Link:
    name: str
    url: str
    figures: dict[str, FigureDisplay]
    illustrative: links.CountLink | None
    meter: Meter
    gaps: list[links.PageLink]  # what the link lacks, and the records that show it
    thin: bool  # none or one project: a break in the chain is near
    empty: bool


@dataclass(frozen=True)
class Chain:
    sector: str
    url: str
    finding: str
    links: list[Link]
    unit: str

    @property
    def is_empty(self) -> bool:
        """Whether no link has a project: then its drawing says no more than the finding."""
        return all(link.empty for link in self.links)


def chain(scope: Scope, sector: Sector, chain_links: Iterable[ChainLink], by_link: Answer) -> Chain:
    """One sector's chain, its links in chain order."""
    rows = {row.key: row for row in by_link.rows}
    own = [each for each in chain_links if each.sector_id == sector.pk]
    known = [rows[each.code].figures[Measure.TOTAL_INVESTMENT].value or 0 for each in own if each.code in rows]
    most = max(known, default=0)
    shown_links = [_link(scope, each, rows.get(each.code), most) for each in own]
    return Chain(
        sector=sector.name,
        url=links.in_programme("sector", sector.code, year=scope.year),
        finding=_finding(scope, shown_links),
        links=shown_links,
        unit=formatting.money_unit("headline"),
    )


def _finding(scope: Scope, shown_links: list[Link]) -> str:
    """How well the chain is covered: 'Of 5 links: 1 link without a project, 2 with only one each'."""
    if not shown_links:
        return _("No chain links are kept for this sector")
    empty = len([link for link in shown_links if link.empty])
    thin = len([link for link in shown_links if link.thin and not link.empty])
    of = {"of": len(shown_links)}
    if not empty and not thin:
        return (
            ngettext("The only link has several projects", "Each of %(of)s links has several projects", of["of"]) % of
        )
    parts = []
    if empty:
        parts.append(ngettext("%(n)s link without a project", "%(n)s links without a project", empty) % {"n": empty})
    if thin:
        parts.append(ngettext("%(n)s with only one", "%(n)s with only one each", thin) % {"n": thin})
    told = _told(scope, _("Of %(of)s links: %(gaps)s"), _("Of %(of)s links, in what you may see: %(gaps)s"))
    return told % (of | {"gaps": formatting.clauses(parts)})


def _link(scope: Scope, link: ChainLink, row: Row | None, most: int) -> Link:
    url = links.records(scope.with_filters(chain_link=link.code).parameters())
    if row is None:
        none = links.PageLink(_told(scope, _("no project"), _("no project that you may see")), "")
        return Link(link.name, url, {}, None, meter(None, None), [none], thin=True, empty=True)
    figures = {str(name): shown(row, name, form="headline") for name in FIGURES}
    investment = figures[Measure.TOTAL_INVESTMENT]
    return Link(
        name=link.name,
        url=url,
        figures=figures,
        illustrative=_illustrative(scope, link, row),
        meter=meter(investment.value, most, illustrative=bool(investment.rests)),
        gaps=_gaps(scope, row),
        thin=(row.figures[Measure.PROJECT_COUNT].value or 0) < 2,
        empty=False,
    )


def _illustrative(scope: Scope, link: ChainLink, row: Row) -> links.CountLink | None:
    count = row.illustrative[Measure.PROJECT_COUNT].value if row.illustrative else None
    if not count:
        return None
    pairs = scope.with_filters(chain_link=link.code, basis="illustrative").parameters()
    url = links.records([*pairs, ("counted_in", Measure.PROJECT_COUNT)])
    return links.CountLink(_("%(count)s illustrative") % {"count": formatting.count(count)}, url, count)


def _gaps(scope: Scope, row: Row) -> list[links.PageLink]:
    count, investment = row.figures[Measure.PROJECT_COUNT], row.figures[Measure.TOTAL_INVESTMENT]
    gaps = []
    if investment.unknown_count:
        text = ngettext(
            "%(n)s without a published investment", "%(n)s without a published investment", investment.unknown_count
        )
        gaps.append(
            links.PageLink(text % {"n": investment.unknown_count}, links.lacking(row, Measure.TOTAL_INVESTMENT))
        )
    everything = links.opening(row, Measure.PROJECT_COUNT)
    if row.illustrative is not None and row.illustrative[Measure.PROJECT_COUNT].value == count.value:
        text = _told(scope, _("no real project published"), _("no real project that you may see"))
        gaps.append(links.PageLink(text, everything))
    if row.figures[Measure.DISBURSED].value == 0:
        gaps.append(links.PageLink(_("nothing disbursed yet"), links.opening(row, Measure.DISBURSED)))
    if count.value == 1:
        gaps.append(
            links.PageLink(_told(scope, _("only one project"), _("only one project that you may see")), everything)
        )
    return gaps


def _told(scope: Scope, of_the_list: str, of_what_is_seen: str) -> str:
    """A reader of some prefectures is told of no gap in the list: others may fill it."""
    return of_the_list if scope.access.reads_all else of_what_is_seen
