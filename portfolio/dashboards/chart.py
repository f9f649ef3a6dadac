"""A chart by itself: its SVG as a file, and a page that says how to cite it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.exports.columns import build_head
from projects.models import Prefecture, Revision
from projects.pages import formatting, links
from projects.pages.decorators import get_choice_parameter, page
from projects.pages.figure_display import coverage_sentence, get_illustrative_words
from projects.pages.filter_form import get_chips
from projects.pages.frame import get_dates_text, shell, visible_part
from projects.pages.month_notice import approved_of_asked
from projects.pages.parameters import accepts_parameters
from projects.totals.dimensions import MONTH
from projects.totals.scope import Scope
from projects.totals.totals import Row, breakdowns

from ..charts.prefecture_map import PROGRESS, SHOWN
from . import regions
from .breakdown import prefecture_breakdown
from .disbursement import build_disbursement

# a file brings its styles along and runs no script
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class Chart(NamedTuple):
    """`about` are months, units, coverage and basis in words; `context` is for the drawing of the page."""

    title: str
    about: str
    context: dict[str, Any]


@page
@accepts_parameters(map=SHOWN)
def chart_file(request: HttpRequest, name: str) -> HttpResponse:
    """The SVG of the page as a file, its links with the address of the site. What is not drawn is 404."""
    scope = Scope.from_request(request)
    chart = _get_chart(request, scope, name)
    if chart is None:
        raise Http404
    context = {"name": name, "chart_page": chart, "source": _source(request, scope, name)} | chart.context
    svg = render_to_string("charts/file.svg", context).replace('href="/', f'href="{request.build_absolute_uri("/")}')
    response = HttpResponse(svg, content_type="image/svg+xml")
    period = scope.end_month or scope.year or ""
    response["Content-Disposition"] = f'attachment; filename="{name}-{period}.svg"'
    response["Content-Security-Policy"] = POLICY
    return response


@page
@accepts_parameters(map=SHOWN)
def chart(request: HttpRequest, name: str) -> HttpResponse:
    """The page of one chart; where there is nothing to draw it says so, and leads on by its menus."""
    scope = Scope.from_request(request)
    if name == "sectors":  # a chart by itself once; its bars stand in the table of this page
        return HttpResponseRedirect(links.page("sectors", query=scope.parameters(), filters=False))
    found = _get_chart(request, scope, name)
    context = shell(request, scope) | {"name": name, "found": found}
    if found is not None:
        values = {"title": _title(), "finding": found.title, "about": found.about, "dates": get_dates_text(scope)}
        context |= found.context | {
            "cited": _("%(title)s: %(finding)s. %(about)s. %(dates)s.") % values,
            "permanent_url": _permanent_url(request, scope, name),
        }
    return render(request, "dashboards/chart.html", context)


def _get_chart(request: HttpRequest, scope: Scope, name: str) -> Chart | None:
    """Return a chart, None where there is nothing to draw; 404 for an unknown name."""
    measure = get_choice_parameter(request, regions.PARAMETER, SHOWN)
    if name == "disbursement":
        return _get_disbursement(request, scope)
    if name == "prefectures":
        return _get_map(request, scope, measure)
    raise Http404


def _get_disbursement(request: HttpRequest, scope: Scope) -> Chart | None:
    answers = breakdowns(scope, None, MONTH)
    found = build_disbursement(scope, answers[None], answers[MONTH])
    if found is None or found.chart is None:
        return None
    about = _describe(request, scope, answers[None].total_row, Measure.DISBURSED, formatting.money_unit("table"))
    return Chart(found.finding, about, {"disbursement": found})


def _get_map(request: HttpRequest, scope: Scope, measure: str) -> Chart | None:
    answers = breakdowns(scope, None, "prefecture", "basis")
    whole, prefectures = answers[None].total_row, scope.visible_records(Prefecture)
    found = regions.region_map(request, scope, prefectures, answers["prefecture"], measure)
    if not found.map.areas:
        return None
    table = prefecture_breakdown(request, scope, answers["prefecture"], whole, prefectures, measure, place="")
    figure = Measure.DISBURSED_OF_PLAN if measure == PROGRESS else Measure(measure)
    about = f"{build_head(found.label, found.unit)} · {_describe(request, scope, whole, figure)}"
    height = found.map.height  # and below it the note on the map
    context = {"map": found, "map_measure": measure, "note_y": height + 12, "height": height + 20}
    return Chart(table.finding or found.label, about, context)


def _describe(request: HttpRequest, scope: Scope, whole: Row, figure: str, unit: str = "") -> str:
    """Return 'January to June 2023, billion CNY, 30 of 42 have reports, illustrative', and the conditions of the list."""
    parts = [unit, coverage_sentence(whole.figures[figure]), get_illustrative_words(whole, figure)]
    if scope.programme and scope.end_month:
        months = formatting.months_of_year(scope.first_month, scope.last_month, scope.programme.year)
        parts.insert(0, months + approved_of_asked(scope))
    parts += [chip.label for chip in get_chips(request, scope)]
    parts.append(visible_part(scope))
    return formatting.clauses(parts)


def _title() -> str:
    return _("Key-project monitor, Hunan electronic information manufacturing")


def _source(request: HttpRequest, scope: Scope, name: str) -> str:
    """Return who shows a chart, its dates and its permanent address."""
    return f"{_title()} · {get_dates_text(scope)} · {_permanent_url(request, scope, name)}"


def _permanent_url(request: HttpRequest, scope: Scope, name: str) -> str:
    """Return the address of the chart as it is known now, whatever becomes known later."""
    pairs = links.get_permanent_parameters(scope.parameters(), newest=_revision(scope))
    if measure := request.GET.get(regions.PARAMETER):
        pairs.append((regions.PARAMETER, measure))
    return request.build_absolute_uri(links.page("chart", name, query=pairs, filters=False))


def _revision(scope: Scope) -> int:
    return scope.as_of.revision if scope.as_of else Revision.objects.newest_number()
