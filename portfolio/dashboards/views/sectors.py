"""All sectors: their figures, and how well the chain of each is covered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from projects.totals.scope import Scope
from projects.totals.totals import breakdowns
from projects.views.frame import shell
from projects.views.pages import page

from ..presenters.chain import chain
from ..presenters.chart_files import chart_files
from ..presenters.directions import directions
from ..presenters.tables import sector_table


@page
def sectors(request: HttpRequest) -> HttpResponse:
    """The sectors of a programme with the links of their chains."""
    scope = Scope.of(request)
    answers = breakdowns(scope, None, "sector", "chain_link", "basis", compared=False)
    whole = answers[None].whole
    all_sectors = scope.form.fields["sector"].listed()
    chain_links = scope.form.fields["chain_link"].listed()
    context = shell(request, scope, basis=answers["basis"], whole=whole) | {
        "table": sector_table(scope, answers["sector"], answers[None]),
        "downloads": chart_files(scope),
        "directions": directions(scope),
        "chains": [chain(scope, each, chain_links, answers["chain_link"]) for each in all_sectors],
    }
    return render(request, "dashboards/sectors.html", context)
