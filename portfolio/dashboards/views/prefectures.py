"""All prefectures: a map and a table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from projects.totals.scope import Scope
from projects.totals.totals import breakdowns
from projects.views.frame import shell
from projects.views.pages import one_of, page

from ...charts.prefecture_map import SHOWN
from ..presenters import regions
from ..presenters.chart_files import chart_files
from ..presenters.tables import prefecture_table


@page
def prefectures(request: HttpRequest) -> HttpResponse:
    """The prefectures that the reader sees. The figure of the map is a parameter; an unknown one is 400."""
    scope = Scope.of(request)
    shown = one_of(request, regions.PARAMETER, SHOWN)
    answers = breakdowns(scope, None, "prefecture", "basis", compared=False)
    found = scope.form.fields["prefecture"].listed()
    context = shell(request, scope, basis=answers["basis"], whole=answers[None].whole) | {
        "table": prefecture_table(scope, answers["prefecture"], answers[None], found, shown),
        "map": regions.region_map(request, scope, found, answers["prefecture"], shown),
        "downloads": chart_files(scope, map_of=shown),
        "without": regions.without_projects(found, answers["prefecture"]),
    }
    return render(request, "dashboards/prefectures.html", context)
