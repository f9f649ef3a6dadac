"""Page of one sector: its share of the list, its chain, its months, its projects."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from projects.pages.decorators import page
from projects.pages.parameters import reads
from projects.pages.table_files import FILES, file_asked, sorted_by
from sectors.models import ChainLink

from ..presenters.chain import chain
from ..presenters.part import MONTHS, RATES, Part


@page
@reads("ordering", sorted_by(MONTHS), sorted_by(RATES), *FILES)
def sector(request: HttpRequest, code: str) -> HttpResponse:
    """A sector of a programme's list; 404 for a code that there is not."""
    part = Part(request, "sector", code, within="chain_link")
    if file := file_asked(request, part.scope, part.tables):
        return file
    chain_links = part.scope.visible_records(ChainLink)
    drawn = chain(part.scope, part.record, chain_links, part.answers["chain_link"])
    return render(request, "dashboards/sector.html", part.context() | {"chain": drawn})
