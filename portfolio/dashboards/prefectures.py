"""Prefectures: the page of all with a map and a table, and that of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from projects.access import get_access
from projects.models import Prefecture
from projects.pages.decorators import get_choice_parameter, page
from projects.pages.downloads import table_download
from projects.pages.frame import shell
from projects.pages.parameters import accepts_parameters
from projects.pages.reach import set_reader_of_record
from projects.pages.tables import FILES
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns, with_current_figures

from ..charts.prefecture_map import SHOWN
from . import regions
from .breakdown import ORDERS, prefecture_breakdown, prefectures_without_projects, sector_breakdown
from .part import Part


@page
@accepts_parameters(*FILES, map=SHOWN, sort_prefectures=ORDERS)
def prefectures(request: HttpRequest) -> HttpResponse:
    """The prefectures that the reader sees. The figure of the map is a parameter; an unknown one is 400."""
    scope = Scope.from_request(request)
    measure = get_choice_parameter(request, regions.PARAMETER, SHOWN)
    answers = with_current_figures(scope, breakdowns(scope, None, "prefecture", "basis", compared=False))
    whole, answer, visible = answers[None].total_row, answers["prefecture"], scope.visible_records(Prefecture)
    by_prefecture = prefecture_breakdown(request, scope, answer, whole, visible, measure, place="table")
    if file := table_download(request, scope, [by_prefecture.table]):
        return file
    context = shell(request, scope, basis=answers["basis"], whole=whole) | {
        "by_prefecture": by_prefecture,
        "map": regions.region_map(request, scope, visible, answer, measure),
        "map_measure": measure,
        "without": prefectures_without_projects(visible, answer),
    }
    return render(request, "dashboards/prefectures.html", context)


@page
@accepts_parameters("ordering", *FILES, sort_sectors=ORDERS)
def prefecture(request: HttpRequest, adcode: str) -> HttpResponse:
    """A prefecture of a programme's list; 404 for one that is unknown or that the reader does not see."""
    if all(adcode != code for code, *_names in get_access(request.user).places):
        set_reader_of_record(request, is_own=False)
    part = Part(request, "prefecture", adcode, within="sector")
    answers = part.answers
    sectors = sector_breakdown(request, part.scope, answers["sector"], answers[None].total_row, place="sectors")
    if file := table_download(request, part.scope, [sectors.table, part.table]):
        return file
    return render(request, "dashboards/prefecture.html", part.build_context() | {"sectors": sectors})
