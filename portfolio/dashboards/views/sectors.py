"""Page of all sectors: their figures, and how well the chain of each is covered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from projects.pages.decorators import page
from projects.pages.frame import shell
from projects.pages.parameters import reads
from projects.pages.table_files import FILES, file_asked
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns, with_current_figures
from sectors.models import ChainLink, Sector

from ..presenters.chain import chain
from ..presenters.chart_files import chart_files
from ..presenters.directions import directions
from ..presenters.table_order import ORDERS
from ..presenters.tables import sector_table


@page
@reads(*FILES, sort_sectors=ORDERS, sort_directions=ORDERS)
def sectors(request: HttpRequest) -> HttpResponse:
    """The sectors of a programme with the links of their chains."""
    scope = Scope.from_request(request)
    answers = with_current_figures(scope, breakdowns(scope, None, "sector", "chain_link", "basis", compared=False))
    whole = answers[None].total_row
    all_sectors = scope.visible_records(Sector)
    chain_links = scope.visible_records(ChainLink)
    table = sector_table(request, scope, answers["sector"], answers[None], place="table")
    announced = directions(request, scope)
    tables = {"sectors": lambda: table.file} | ({"directions": lambda: announced.table.file} if announced else {})
    if file := file_asked(request, scope, tables):
        return file
    context = shell(request, scope, basis=answers["basis"], whole=whole) | {
        "table": table,
        "downloads": chart_files(scope),
        "directions": announced,
        "chains": [chain(scope, each, chain_links, answers["chain_link"]) for each in all_sectors],
    }
    return render(request, "dashboards/sectors.html", context)
