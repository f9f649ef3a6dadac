"""`/search/`: what the words find, in groups, each bounded; what is called exactly so is led to at once."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.totals.scope import Scope

from .. import links
from ..decorators import page
from ..frame import shell
from ..other_years import in_other_years
from ..parameters import reads
from .exact_match import exact_match
from .figures_and_pages import figures, pages, programmes
from .groups import FoundGroup
from .projects_found import projects
from .records_found import enterprises, notes, prefectures, problems, sectors
from .words import SearchTerms


@page
@reads("search")
def search(request: HttpRequest) -> HttpResponse:
    """Everything of a question that has the words; filters that are set narrow the projects, and problems of them."""
    scope = Scope.from_request(request)
    words = SearchTerms.of(dict(scope.filters).get("search", ""))
    if words and (address := exact_match(scope, words)):
        return HttpResponseRedirect(address)
    found = [each for each in _groups(request, scope, words) if each.lines] if words else []
    context = shell(request, scope) | {
        "words": words.text,
        "groups": found,
        "other_years": in_other_years(scope),
        "narrowed": [each for each in scope.filters if each[0] not in ("search", "ordering")],
        "widened_url": links.page("search", query=[("search", words.text)], filters=False),
        "title": _("Search: %(words)s") % {"words": words.text} if words else _("Search"),
    }
    return render(request, "search/search.html", context)


def _groups(request: HttpRequest, scope: Scope, words: SearchTerms) -> Iterator[FoundGroup]:
    yield projects(scope)
    yield programmes(scope, words)
    yield enterprises(scope, words)
    yield sectors(scope, words)
    yield prefectures(scope, words)
    yield figures(scope, words)
    yield pages(request, words)
    yield problems(scope, words)
    yield notes(scope, words)
