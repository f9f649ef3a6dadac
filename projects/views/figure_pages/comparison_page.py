"""`/compare/`: two days side by side. Which records came, went or changed, and what each did to each figure."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Difference
from projects.totals.comparison import Comparison, compared
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from projects.versioning.as_of import SINCE, compared_with
from projects.views import formatting, links
from projects.views.frame import shell
from projects.views.list_pages import pages_of
from projects.views.pages import page

PAGE_SIZE = 100


@page
def compare(request: HttpRequest) -> HttpResponse:
    """The day of `since` against the one that the page looks at; for the months and filters of the address."""
    scope = Scope.of(request)
    since = compared_with(request, until=scope.today)
    found = compared(scope, since, figures=tuple(FIGURES))
    pages = pages_of(request, len(found.records), size=PAGE_SIZE)
    shown = found.records[pages.first - 1 if pages.total else 0 : pages.last]
    context = shell(request, scope) | {
        "since": since,
        "since_name": SINCE,
        "lede": _lede(found),
        "figures": [(each, links.page("figure", each.name, query=scope.parameters())) for each in found.figures],
        "columns": [figure for figure in found.figures if figure.effects and not figure.is_ratio],
        "records": shown,
        "count": formatting.count(len(found.records)),
        "pages": pages,
        "carried": [pair for pair in scope.parameters() if pair[0] != SINCE],
        "api_url": links.api("comparison", [*links.fixed(scope.parameters()), (SINCE, since.text)], request=request),
    }
    return render(request, "figures/compare.html", context)


def _lede(found: Comparison) -> str:
    """How many records differ, in one sentence."""
    if not found.records:
        return _("Nothing differs between these two days.")
    numbers = Counter(record.kind for record in found.records)
    values = {
        "added": formatting.count(numbers[Difference.ADDED]),
        "removed": formatting.count(numbers[Difference.REMOVED]),
        "changed": formatting.count(numbers[Difference.CHANGED]),
    }
    return _("Records added: %(added)s, removed: %(removed)s, changed: %(changed)s.") % values
