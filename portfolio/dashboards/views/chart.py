"""A chart by itself: as a picture in a file, and as a page that says how to cite it and where it stays as it is."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.models import Revision
from projects.pages import links
from projects.pages.decorators import one_of, page
from projects.pages.frame import shell
from projects.pages.parameters import reads
from projects.totals.scope import Scope

from ...charts.prefecture_map import SHOWN
from ..presenters import regions
from ..presenters.chart_files import SUMS, chart_files
from ..presenters.chart_pictures import chart_picture

# A picture brings its colours along, and needs nothing else: as an image or alone it runs no script.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@page
@reads(map=SHOWN)
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """The chart as an SVG file, in the reader's language. What is not drawn is not found."""
    scope, shown = _asked(request, name)
    source, _address = _source(request, scope, name)
    found = chart_picture(request, scope, name, shown=shown, source=source)
    if found is None:
        raise Http404
    response = HttpResponse(found.svg, content_type="image/svg+xml")
    year = scope.end_month or scope.year or ""
    response["Content-Disposition"] = f'inline; filename="{name}-{year}.svg"'
    response["Content-Security-Policy"] = POLICY
    return response


@page
@reads(map=SHOWN)
def chart(request: HttpRequest, name: str) -> HttpResponse:
    """The page of one chart; where there is nothing to draw it says so, and leads on by its menus."""
    scope, shown = _asked(request, name)
    source, address = _source(request, scope, name)
    found = chart_picture(request, scope, name, shown=shown, source=source)
    if found is None:
        return render(request, "dashboards/chart.html", shell(request, scope))
    context = shell(request, scope) | {
        "name": name,
        "found": found,
        "files": chart_files(scope, map_of=shown)[name],
        "cited": _("%(title)s: %(finding)s. %(about)s.")
        % {"title": _title(), "finding": found.title, "about": found.about},
        "permanent_url": address,
    }
    return render(request, "dashboards/chart.html", context)


def _asked(request: HttpRequest, name: str) -> tuple[Scope, str]:
    if name not in SUMS:
        raise Http404
    return Scope.from_request(request), one_of(request, regions.PARAMETER, SHOWN)


def _title() -> str:
    return _("Key-project monitor, Hunan electronic information manufacturing")


def _source(request: HttpRequest, scope: Scope, name: str) -> tuple[str, str]:
    """What stands below a picture: who shows it, the day and the revision that it is of, and its address. That is the page
    as it is known now, whatever becomes known later, and is given as well.
    """
    revision = scope.as_of.revision if scope.as_of else Revision.objects.newest_number()
    pairs = links.fixed(scope.parameters(), newest=revision)
    if shown := request.GET.get(regions.PARAMETER):
        pairs.append((regions.PARAMETER, shown))
    address = request.build_absolute_uri(links.page("chart", name, query=pairs, filters=False))
    values = {"day": scope.today.isoformat(), "revision": revision, "title": _title()}
    told = _("%(title)s. Data as at %(day)s, revision r%(revision)s.") % values
    return f"{told} {address}", address
