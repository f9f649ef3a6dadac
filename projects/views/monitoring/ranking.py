"""The league: sectors, prefectures or chain links by the share of the year's plan that is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Measure
from projects.monitoring.ranking import OpenPlace, Place, league, league_of_open_month
from projects.monitoring.round_counts import with_round
from projects.totals.scope import Scope
from projects.totals.totals import Answer, breakdowns

from .. import formatting, links
from ..column_order import ordered, orders
from ..figure_display import share_of_plan
from ..pages import one_of, page
from ..project_list import disbursed_label
from ..sort_heads import SortColumn, sort_heads
from .ranking_order import COLUMNS, OPEN_COLUMNS, RANK
from .tabs import Switch, framed

BY = ("sector", "prefecture", "chain_link")
FIGURES = (
    Measure.PROJECT_COUNT.value,
    Measure.PLANNED_DISBURSEMENT.value,
    Measure.DISBURSED.value,
    Measure.DISBURSED_OF_PLAN.value,
)
SORT = "sort"
OPEN_FIGURES = (*FIGURES, Measure.REPORTS_APPROVED.value)


@page
def league_table(request: HttpRequest) -> HttpResponse:
    """The rows of one breakdown in their order; those with too few plans and reports come last, without a rank."""
    scope = Scope.of(request)
    by = one_of(request, "by", BY)
    if not scope.compares:
        return _of_open_month(request, scope, by)
    answers = with_round(scope, breakdowns(scope, None, by, "basis", compared=False, figures=FIGURES), by)
    order = one_of(request, SORT, orders(COLUMNS, usual=RANK))
    places = league(answers[by])
    ranked = [place for place in places if place.rank is not None]
    real = [place for place in ranked if not place.is_illustrative]
    illustrative = [place for place in ranked if place.is_illustrative]
    context = _context(request, scope, by, answers["basis"]) | {
        "lede": formatting.sentences([_finding(real), _finding(illustrative)]),
        "real": ordered(real, order, COLUMNS),
        "illustrative": ordered(illustrative, order, COLUMNS),
        "unranked": ordered([place for place in places if place.rank is None], order, COLUMNS),
        "heads": sort_heads(request, SORT, order, _columns(scope, by)),
        "total": league(answers[None])[0],
        "elapsed": formatting.percent(answers[None].year_elapsed),
    }
    return render(request, "rounds/league.html", context)


def _context(request: HttpRequest, scope: Scope, by: str, basis: Answer) -> dict[str, Any]:
    return framed(request, scope, "league", basis=basis) | {
        "switches": [Switch(_label(name), links.same_page(request, by=name), name == by) for name in BY],
        "head": _head(by),
        "disbursed_label": disbursed_label(scope),
        "single_month": scope.is_single_month,
    }


def _of_open_month(request: HttpRequest, scope: Scope, by: str) -> HttpResponse:
    """Those alone that have reported are compared, plan and money of the same; ranked where they hold enough of the plan."""
    every = breakdowns(scope, None, by, "basis", compared=False, figures=OPEN_FIGURES)
    approved = breakdowns(scope.like_for_like(), None, by, compared=False, figures=OPEN_FIGURES)
    earlier = breakdowns(scope.last_shown, None, by, compared=False, figures=OPEN_FIGURES)
    places = league_of_open_month(every[by], approved[by], earlier[by])
    order = one_of(request, SORT, orders(OPEN_COLUMNS, usual=RANK))
    ranked = [place for place in places if place.rank is not None]
    counts = {"count": formatting.count(len(ranked)), "of": formatting.count(len(places))}
    context = _context(request, scope, by, every["basis"]) | {
        "lede": formatting.sentences([_("%(count)s of %(of)s can be compared.") % counts, *_some(_finding(ranked))]),
        "places": ordered(places, order, OPEN_COLUMNS),
        "heads": sort_heads(
            request, SORT, order, _open_columns(scope, by, elapsed=formatting.percent(approved[None].year_elapsed))
        ),
        "total": league_of_open_month(every[None], approved[None], earlier[None])[0],
        "month": formatting.month_name(scope.last_month),
    }
    return render(request, "rounds/league_open.html", context)


def _columns(scope: Scope, by: str) -> list[SortColumn]:
    return [
        SortColumn(RANK, _("Rank"), kind="c"),
        SortColumn("name", _head(by)),
        SortColumn("projects", _("Projects"), numeric=True),
        SortColumn("disbursed", disbursed_label(scope), numeric=True),
        SortColumn("plan", _("Annual plan"), numeric=True),
        SortColumn("plan_known", _("with data"), kind="cov"),
        SortColumn("share", _("% of plan"), numeric=True),
        SortColumn("both_known", _("with both"), kind="cov"),
        SortColumn("gap", _("Gap to the pro-rata plan, percentage points"), numeric=True, kind="far"),
        SortColumn("started", _("Started"), numeric=True),
        SortColumn("start_rate", _("Start rate, %"), numeric=True),
        SortColumn("missing", _("Reports outstanding"), numeric=True),
    ]


def _open_columns(scope: Scope, by: str, *, elapsed: str) -> list[SortColumn]:
    last = scope.last_shown.last_month
    earlier = {"months": formatting.short_months(1, last) if last else ""}
    least = {"least": settings.LEAST_COMPARED_PERCENT}
    return [
        SortColumn(RANK, _("Rank"), kind="c"),
        SortColumn("name", _head(by)),
        SortColumn("approved", pgettext("reports", "Approved"), numeric=True),
        SortColumn("held", _("They hold of the plan, %"), numeric=True, under=_("compared from %(least)s") % least),
        SortColumn("plan", _("Their annual plan"), numeric=True),
        SortColumn("disbursed", disbursed_label(scope), numeric=True),
        SortColumn("share", _("% of plan"), numeric=True),
        SortColumn("gap", _("Gap to the pro-rata plan, percentage points"), numeric=True, kind="far", under=elapsed),
        SortColumn("earlier", _("All projects, %(months)s, percentage points") % earlier, numeric=True, kind="far"),
    ]


def _some(text: str) -> list[str]:
    return [text] if text else []


def _label(by: str) -> str:
    return {"sector": _("By sector"), "prefecture": _("By prefecture"), "chain_link": _("By chain link")}[by]


def _head(by: str) -> str:
    return {"sector": _("Sector"), "prefecture": _("Prefecture"), "chain_link": _("Chain link")}[by]


def _finding(ranked: Sequence[Place | OpenPlace]) -> str:
    """Who leads and who comes last; empty where there is nothing to compare."""
    if len(ranked) < 2:
        return ""
    first, last = ranked[0], ranked[-1]
    return _("%(first)s has completed the largest share of its plan, %(most)s; %(last)s the smallest, %(least)s.") % {
        "first": formatting.listing([place.row.name for place in ranked if place.rank == first.rank]),
        "most": share_of_plan(first.row),
        "last": formatting.listing([place.row.name for place in ranked if place.rank == last.rank]),
        "least": share_of_plan(last.row),
    }
