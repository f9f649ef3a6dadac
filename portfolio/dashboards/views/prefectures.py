"""Page of all prefectures: a map and a table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from projects.models import Prefecture
from projects.pages.decorators import one_of, page
from projects.pages.frame import shell
from projects.pages.parameters import reads
from projects.pages.table_files import FILES, file_asked
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns, with_current_figures

from ...charts.prefecture_map import SHOWN
from ..presenters import regions
from ..presenters.chart_files import chart_files
from ..presenters.table_order import ORDERS
from ..presenters.tables import prefecture_table


@page
@reads(*FILES, map=SHOWN, sort_prefectures=ORDERS)
def prefectures(request: HttpRequest) -> HttpResponse:
    """The prefectures that the reader sees. The figure of the map is a parameter; an unknown one is 400."""
    scope = Scope.from_request(request)
    shown = one_of(request, regions.PARAMETER, SHOWN)
    answers = with_current_figures(scope, breakdowns(scope, None, "prefecture", "basis", compared=False))
    found = scope.visible_records(Prefecture)
    table = prefecture_table(request, scope, answers["prefecture"], answers[None], found, shown, place="table")
    if file := file_asked(request, scope, {"prefectures": lambda: table.file}):
        return file
    context = shell(request, scope, basis=answers["basis"], whole=answers[None].total_row) | {
        "table": table,
        "map": regions.region_map(request, scope, found, answers["prefecture"], shown),
        "downloads": chart_files(scope, map_of=shown),
        "without": regions.without_projects(found, answers["prefecture"]),
    }
    return render(request, "dashboards/prefectures.html", context)
