"""The league: sectors, prefectures or chain links by the share of the year's plan that is done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.monitoring.ranking import Place, league
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from .. import formatting, links
from ..figure_display import share_of_plan
from ..pages import one_of, page
from ..project_list import disbursed_label
from .tabs import Switch, framed

BY = ("sector", "prefecture", "chain_link")
FIGURES = (
    Measure.PROJECT_COUNT.value,
    Measure.PLANNED_DISBURSEMENT.value,
    Measure.DISBURSED.value,
    Measure.DISBURSED_OF_PLAN.value,
    Measure.STARTED_COUNT.value,
    Measure.REPORTS_MISSING.value,
)


@page
def league_table(request: HttpRequest) -> HttpResponse:
    """The rows of one breakdown in their order; those with too few plans and reports come last, without a rank."""
    scope = Scope.of(request)
    by = one_of(request, "by", BY)
    answers = breakdowns(scope, None, by, "basis", compared=False, figures=FIGURES)
    places = league(answers[by])
    ranked = [place for place in places if place.rank is not None]
    context = framed(request, scope, "league", basis=answers["basis"]) | {
        "switches": [Switch(_label(name), links.same_page(request, by=name), name == by) for name in BY],
        "head": _head(by),
        "lede": _finding(ranked),
        "ranked": ranked,
        "unranked": [place for place in places if place.rank is None],
        "total": league(answers[None])[0],
        "elapsed": formatting.percent(answers[None].year_elapsed),
        "disbursed_label": disbursed_label(scope),
        "single_month": scope.is_single_month,
    }
    return render(request, "rounds/league.html", context)


def _label(by: str) -> str:
    return {"sector": _("By sector"), "prefecture": _("By prefecture"), "chain_link": _("By chain link")}[by]


def _head(by: str) -> str:
    return {"sector": _("Sector"), "prefecture": _("Prefecture"), "chain_link": _("Chain link")}[by]


def _finding(ranked: list[Place]) -> str:
    """Who leads and who comes last; empty where there is nothing to compare."""
    if len(ranked) < 2:
        return ""
    first, last = ranked[0], ranked[-1]
    return _("%(first)s leads with %(most)s of its plan; %(last)s comes last with %(least)s.") % {
        "first": formatting.listing([place.row.name for place in ranked if place.rank == first.rank]),
        "most": share_of_plan(first.row),
        "last": formatting.listing([place.row.name for place in ranked if place.rank == last.rank]),
        "least": share_of_plan(last.row),
    }
