"""`/league/`: the ranking of sectors, prefectures or chain links by the share of the year's plan that is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Basis, Measure
from projects.exports.columns import LineColumn
from projects.monitoring.ranking import OpenPlace, Place, league, league_of_open_month
from projects.pagination import both_ways
from projects.totals.figures import FIGURES as KNOWN_FIGURES
from projects.totals.figures import USUAL
from projects.totals.scope import Scope
from projects.totals.totals import Answer, breakdowns

from .. import formatting, links
from ..column_order import ordered, orders
from ..decorators import one_of, order_asked, page
from ..figure_display import share_of_plan
from ..parameters import reads
from ..project_list import disbursed_label
from ..sort_heads import SortColumn, sort_heads
from ..table_columns import coverage, of_figure, share, text
from ..table_files import (
    EVERY_FIELD,
    FILES,
    PageTable,
    cells_of,
    every_field_links,
    file_asked,
    file_links,
    table_of_lines,
    wants_every_field,
)
from .ranking_order import COLUMNS, OPEN_COLUMNS, RANK
from .tabs import framed

BY = ("sector", "prefecture", "chain_link")
FIGURES = (
    Measure.PROJECT_COUNT.value,
    Measure.PLANNED_DISBURSEMENT.value,
    Measure.DISBURSED.value,
    Measure.DISBURSED_OF_PLAN.value,
)
OF_ROUND = (Measure.STARTED_COUNT.value, Measure.REPORTS_MISSING.value)
SORT = "sort"
OPEN_FIGURES = (*FIGURES, Measure.REPORTS_APPROVED.value)
EVERY_FIGURE = (*USUAL, Measure.FORECAST.value)
# columns that say of how many a figure is known, by their names: what they are called differs by language
_COVERED = {
    "plan_known": Measure.PLANNED_DISBURSEMENT.value,
    "both_known": Measure.DISBURSED_OF_PLAN.value,
}

_Place = TypeVar("_Place", Place, OpenPlace)


@page
@reads("by", SORT, *FILES, fields=EVERY_FIELD)
def league_table(request: HttpRequest) -> HttpResponse:
    """The rows of one breakdown in their order; those with too few plans and reports come last, without a rank."""
    scope = Scope.from_request(request)
    by = one_of(request, "by", BY)
    if not scope.is_comparable:
        return _of_open_month(request, scope, by)
    figures = (*(EVERY_FIGURE if wants_every_field(request) else FIGURES), *OF_ROUND)
    answers = breakdowns(scope, None, by, "basis", compared=False, figures=figures)
    order = order_asked(request, SORT, orders(COLUMNS, usual=RANK), otherwise=both_ways(OPEN_COLUMNS))
    columns, total = _columns(scope, by), league(answers[None])[0]
    ranked = _grouped(league(answers[by]))
    lines = {name: ordered(group, order, COLUMNS) for name, group in ranked.items()}

    def table() -> PageTable:
        of_all = replace(total, rank=None)  # alone it is ranked among nobody
        return table_of_lines(
            "league", _head(by), columns, [*chain(*lines.values())], total=of_all, others=_others(request, columns)
        )

    if file := file_asked(request, scope, {"league": table}):
        return file
    context = _context(request, scope, by, answers["basis"]) | {
        "lede": formatting.sentences([_finding(ranked["real"]), _finding(ranked["illustrative"])]),
        **lines,
        "heads": sort_heads(request, SORT, order, columns),
        "total": total,
        "elapsed": formatting.percent(answers[None].year_elapsed),
    }
    return render(request, "rounds/league.html", context)


def _context(request: HttpRequest, scope: Scope, by: str, basis: Answer) -> dict[str, Any]:
    return framed(request, scope, "league", basis=basis) | {
        "switches": [links.PageLink(_label(name), links.same_page(request, by=name), name == by) for name in BY],
        "head": _head(by),
        "files": file_links(request),
        "every_field": every_field_links(request),
        "single_month": scope.is_single_month,
    }


def _of_open_month(request: HttpRequest, scope: Scope, by: str) -> HttpResponse:
    """Those alone that have reported are compared, by those with a plan; ranked where they hold enough of the plan."""
    figures = (*EVERY_FIGURE, Measure.REPORTS_APPROVED.value) if wants_every_field(request) else OPEN_FIGURES
    every = breakdowns(scope, None, by, "basis", compared=False, figures=figures)
    approved = breakdowns(scope.like_for_like(), None, by, compared=False, illustrative=True, figures=OPEN_FIGURES)
    earlier = breakdowns(scope.last_shown, None, by, compared=False, figures=OPEN_FIGURES)
    places = league_of_open_month(every[by], approved[by], earlier[by])
    order = order_asked(request, SORT, orders(OPEN_COLUMNS, usual=RANK), otherwise=both_ways(COLUMNS))
    ranked = _grouped(places)
    counts = {
        "count": formatting.count(len(ranked["real"]) + len(ranked["illustrative"])),
        "of": formatting.count(len(places)),
    }
    columns = _open_columns(scope, by, elapsed=formatting.percent(approved[None].year_elapsed))
    total = league_of_open_month(every[None], approved[None], earlier[None])[0]
    lines = {name: ordered(group, order, OPEN_COLUMNS) for name, group in ranked.items()}

    def table() -> PageTable:
        below, others = _as_total(total), _others(request, columns)
        return table_of_lines("league", _head(by), columns, [*chain(*lines.values())], total=below, others=others)

    if file := file_asked(request, scope, {"league": table}):
        return file
    context = _context(request, scope, by, every["basis"]) | {
        "lede": formatting.sentences(
            [
                _("%(count)s of %(of)s can be compared.") % counts,
                _finding(ranked["real"], "approved"),
                _finding(ranked["illustrative"], "approved"),
            ]
        ),
        **lines,
        "heads": sort_heads(request, SORT, order, columns),
        "total": total,
        "month": formatting.month_name(scope.last_month),
    }
    return render(request, "rounds/league_open.html", context)


def _grouped(places: Sequence[_Place]) -> dict[str, list[_Place]]:
    """Those of real records, those with illustrative reports in their share, and those not ranked, each in order."""
    ranked = [place for place in places if place.rank is not None]
    return {
        "real": [place for place in ranked if not place.is_illustrative],
        "illustrative": [place for place in ranked if place.is_illustrative],
        "unranked": [place for place in places if place.rank is None],
    }


def _columns(scope: Scope, by: str) -> list[SortColumn]:
    plan, of_plan = _("Annual plan"), _("% of plan")
    gap, start = _("Gap to the pro-rata plan, percentage points"), _("Start rate, %")
    return [
        *_first_columns(by),
        _figure("projects", _("Projects"), Measure.PROJECT_COUNT),
        _figure("disbursed", disbursed_label(scope), Measure.DISBURSED),
        _figure("plan", plan, Measure.PLANNED_DISBURSEMENT),
        _known("plan_known", _("with data"), plan, Measure.PLANNED_DISBURSEMENT),
        _figure("share", of_plan, Measure.DISBURSED_OF_PLAN),
        _known("both_known", _("with both"), of_plan, Measure.DISBURSED_OF_PLAN),
        SortColumn("gap", gap, numeric=True, kind="far", in_files=(share(gap, COLUMNS["gap"]),)),
        _figure("started", _("Started"), Measure.STARTED_COUNT),
        SortColumn("start_rate", start, numeric=True, in_files=(share(start, COLUMNS["start_rate"]),)),
        _figure("missing", _("Reports outstanding"), Measure.REPORTS_MISSING),
    ]


def _open_columns(scope: Scope, by: str, *, elapsed: str) -> list[SortColumn]:
    last = scope.last_shown.last_month
    least = {"least": settings.LEAST_COMPARED_PERCENT}

    def shared(name: str, label: str, **more: Any) -> SortColumn:
        return SortColumn(name, label, numeric=True, in_files=(share(label, OPEN_COLUMNS[name]),), **more)

    earlier = {"months": formatting.short_months(1, last) if last else ""}
    approved, of_plan = pgettext("reports", "Approved"), _("% of plan")
    return [
        *_first_columns(by),
        SortColumn(
            "approved",
            approved,
            numeric=True,
            in_files=(
                of_figure(approved, Measure.REPORTS_APPROVED, attrgetter("row")),
                coverage(approved, Measure.REPORTS_APPROVED, attrgetter("row"))[1],
            ),
        ),
        shared("held", _("They hold of the plan, %"), under=_("compared from %(least)s") % least),
        _figure("plan", _("Their annual plan"), Measure.PLANNED_DISBURSEMENT, row="approved"),
        _figure("disbursed", disbursed_label(scope), Measure.DISBURSED, row="approved"),
        shared("share", of_plan),
        _known("both_known", _("with both"), of_plan, Measure.DISBURSED_OF_PLAN, row="approved"),
        shared("gap", _("Gap to the pro-rata plan, percentage points"), kind="far", under=elapsed),
        shared("earlier", _("All projects, %(months)s, percentage points") % earlier, kind="far"),
    ]


def _first_columns(by: str) -> list[SortColumn]:
    code = text(_("%(label)s, code") % {"label": _head(by)}, lambda place: place.row.key)
    among = text(_("Ranked among"), _group)
    return [
        SortColumn(RANK, _("Rank"), kind="c", in_files=(LineColumn(_("Rank"), COLUMNS[RANK]),)),
        SortColumn("name", _head(by), in_files=(text(_head(by), COLUMNS["name"]), code, among)),
    ]


def _group(place: Any) -> str:
    """Those with illustrative reports in their share are ranked by themselves."""
    made_up = place.rank is not None and place.is_illustrative
    return str(Basis.ILLUSTRATIVE.label) if made_up else ""


def _as_total(place: OpenPlace) -> SimpleNamespace:
    """The line below all: of those that have reported, however little of the plan they hold."""
    told = {name: getattr(place, name) for name in ("row", "approved", "held", "earlier")}
    return SimpleNamespace(
        **told, rank=None, share=place.approved.progress if place.approved else None, gap_share=place.approved_gap
    )


def _others(request: HttpRequest, columns: Sequence[SortColumn]) -> list[LineColumn]:
    """The figures of the rows that the page does not show, each with how many have it."""
    if not wants_every_field(request):
        return []
    shown, row_of = {each.figure for each in cells_of(columns)}, attrgetter("row")
    covered = {_COVERED.get(each.name) for each in columns}
    found: list[LineColumn] = []
    for name in EVERY_FIGURE:
        label, measure = formatting.sentence_case(str(KNOWN_FIGURES[name].label)), Measure(name)
        found += [] if name in shown | covered else [of_figure(label, measure, row_of)]
        found += [] if name in covered else coverage(label, measure, row_of)
    return found


def _figure(name: str, label: str, measure: Measure, *, row: str = "row") -> SortColumn:
    return SortColumn(name, label, numeric=True, in_files=(of_figure(label, measure, attrgetter(row)),))


def _known(name: str, label: str, of: str, measure: Measure, *, row: str = "row") -> SortColumn:
    return SortColumn(name, label, kind="cov", in_files=coverage(of, measure, attrgetter(row)))


def _label(by: str) -> str:
    return {"sector": _("By sector"), "prefecture": _("By prefecture"), "chain_link": _("By chain link")}[by]


def _head(by: str) -> str:
    return {"sector": _("Sector"), "prefecture": _("Prefecture"), "chain_link": _("Chain link")}[by]


def _finding(ranked: Sequence[Place | OpenPlace], compared: str = "row") -> str:
    """Who leads and who comes last, by the figures that are compared; empty where there is nothing to compare."""
    if len(ranked) < 2:
        return ""
    first, last = ranked[0], ranked[-1]
    return _("%(first)s has completed the largest share of its plan, %(most)s; %(last)s the smallest, %(least)s.") % {
        "first": formatting.listing([place.row.name for place in ranked if place.rank == first.rank]),
        "most": share_of_plan(getattr(first, compared)),
        "last": formatting.listing([place.row.name for place in ranked if place.rank == last.rank]),
        "least": share_of_plan(getattr(last, compared)),
    }
