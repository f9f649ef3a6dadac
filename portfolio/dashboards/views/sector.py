"""One sector: its share of the list, its chain, its months, its projects."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from projects.totals.scope import Scope
from projects.totals.today import beside_today
from projects.totals.totals import breakdowns
from projects.views import links
from projects.views.frame import shell
from projects.views.pages import page
from projects.views.table_files import file_asked

from ..presenters.chain import chain
from ..presenters.part import Sibling, part_context, tables_of_part


@page
def sector(request: HttpRequest, code: str) -> HttpResponse:
    """A sector of a programme's list; 404 for a code that there is not."""
    scope = Scope.of(request)
    all_sectors = scope.form.fields["sector"].listed()
    found = next((each for each in all_sectors if each.code == code), None)
    if found is None:
        raise Http404
    own = scope.narrowed(sector=code)
    answers: dict[Any, Any] = beside_today(own, breakdowns(own, None, "chain_link", "basis", "month", compared=False))
    whole = breakdowns(scope, None, "sector", compared=False)
    chain_links = scope.form.fields["chain_link"].listed()
    year = scope.programme.year if scope.programme else None
    if file := file_asked(request, own, tables_of_part(own, answers, whole, by="sector", name=found.name)):
        return file
    context = (
        shell(request, scope, basis=answers["basis"], whole=whole[None].whole)
        | part_context(request, own, scope, answers, whole, by="sector", name=found.name)
        | {
            "part": found,
            "siblings": [
                Sibling(each.name, links.in_programme("sector", each.code, year=year), each == found)
                for each in all_sectors
            ],
            "chain": chain(own, found, chain_links, answers["chain_link"]),
        }
    )
    return render(request, "dashboards/sector.html", context)
