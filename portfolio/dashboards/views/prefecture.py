"""One prefecture: its share of the list, its sectors, its months, its projects."""

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

from ..presenters.part import Sibling, part_context, tables_of_part
from ..presenters.tables import sector_table


@page
def prefecture(request: HttpRequest, adcode: str) -> HttpResponse:
    """A prefecture of a programme's list; 404 for one that there is not or that the reader does not see."""
    scope = Scope.of(request)
    visible = scope.form.fields["prefecture"].listed()
    found = next((each for each in visible if each.adcode == adcode), None)
    if found is None:
        raise Http404
    own = scope.narrowed(prefecture=adcode)
    answers: dict[Any, Any] = beside_today(own, breakdowns(own, None, "sector", "basis", "month", compared=False))
    whole = breakdowns(scope, None, "prefecture", compared=False)
    year = scope.programme.year if scope.programme else None
    sectors = sector_table(request, own, answers["sector"], answers[None], place="sectors")
    of_part = tables_of_part(own, answers, whole, by="prefecture", name=found.name)
    tables = {"sectors": lambda: sectors.file, **of_part}
    if file := file_asked(request, own, tables):
        return file
    context = (
        shell(request, scope, basis=answers["basis"], whole=whole[None].whole)
        | part_context(request, own, scope, answers, whole, by="prefecture", name=found.name)
        | {
            "part": found,
            "siblings": [
                Sibling(each.name, links.in_programme("prefecture", each.adcode, year=year), each == found)
                for each in visible
            ],
            "sectors": sectors,
        }
    )
    return render(request, "dashboards/prefecture.html", context)
