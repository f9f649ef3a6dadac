"""Page of one prefecture: its share of the list, its sectors, its months, its projects."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from projects.pages.decorators import page
from projects.pages.parameters import reads
from projects.pages.table_files import FILES, file_asked, sorted_by

from ..presenters.part import MONTHS, RATES, Part
from ..presenters.table_order import ORDERS
from ..presenters.tables import sector_table


@page
@reads("ordering", sorted_by(MONTHS), sorted_by(RATES), *FILES, sort_sectors=ORDERS)
def prefecture(request: HttpRequest, adcode: str) -> HttpResponse:
    """A prefecture of a programme's list; 404 for one that there is not or that the reader does not see."""
    part = Part(request, "prefecture", adcode, within="sector")
    sectors = sector_table(request, part.scope, part.answers["sector"], part.answers[None], place="sectors")
    if file := file_asked(request, part.scope, {"sectors": lambda: sectors.file, **part.tables}):
        return file
    return render(request, "dashboards/prefecture.html", part.context() | {"sectors": sectors})
