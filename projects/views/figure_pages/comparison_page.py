"""`/compare/`: two days side by side. Which records came, went or changed, and what each did to each figure."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Difference
from projects.totals.comparison import Comparison, compared, shares
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from projects.versioning.as_of import SINCE, compared_with
from projects.views import formatting, links
from projects.views.frame import shell
from projects.views.list_pages import first_asked, pages_of
from projects.views.pages import page

PAGE_SIZE = 100


@page
def compare(request: HttpRequest) -> HttpResponse:
    """The day of `since` against the one that the page looks at; for the months and filters of the address."""
    scope = Scope.of(request)
    since = compared_with(request, until=scope.today)
    first = first_asked(request, size=PAGE_SIZE)
    found = compared(scope, since, figures=tuple(FIGURES), first=first, size=PAGE_SIZE)
    ratios = shares(found)
    context = shell(request, scope) | {
        "since": since,
        "since_name": SINCE,
        "lede": _lede(found),
        "figures": [(each, ratios.get(each.name), _explained(each.name, scope)) for each in found.figures],
        "columns": [each for each in found.figures if each.count and not each.figure.ratio],
        "records": found.records,
        "count": formatting.count(found.count),
        "pages": pages_of(request, found.count, size=PAGE_SIZE),
        "carried": [pair for pair in scope.parameters() if pair[0] != SINCE],
        "api_url": links.api("comparison", [*links.fixed(scope.parameters()), (SINCE, since.text)], request=request),
    }
    return render(request, "figures/compare.html", context)


def _explained(name: str, scope: Scope) -> str:
    return links.page("figure", name, query=scope.parameters())


def _lede(found: Comparison) -> str:
    """How many records differ, in one sentence."""
    if not found.count:
        return _("Nothing differs between these two days.")
    values = {kind.value: formatting.count(found.kinds[kind]) for kind in Difference}
    return _("Records added: %(added)s, removed: %(removed)s, changed: %(changed)s.") % values
