"""Tables of the sectors and of the prefectures of a list, each with a title that states what it comes to."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.pages import links
from projects.totals.scope import Scope
from projects.totals.totals import Answer

from ...charts.prefecture_map import PROGRESS
from . import findings, regions
from .breakdown import BreakdownTable, table
from .table_order import table_order


def sector_table(request: HttpRequest, scope: Scope, answer: Answer, whole: Answer, *, place: str) -> BreakdownTable:
    """Figures by sector; `place` is the part of the page that it stands in."""
    return table(
        scope,
        answer,
        whole.total_row,
        table_order(request, "sectors", place=place),
        head=_("Sector"),
        name=_("By sector"),
        page=lambda key: links.in_programme("sector", key, year=scope.year),
        finding=findings.together(
            [findings.largest(answer, whole.total_row, Measure.TOTAL_INVESTMENT), findings.furthest(answer)]
        ),
    )


def prefecture_table(
    request: HttpRequest,
    scope: Scope,
    answer: Answer,
    whole: Answer,
    prefectures: list,
    measure: str,
    *,
    place: str,
    narrow: bool = False,
) -> BreakdownTable:
    """Figures by prefecture; the title is about the measure of the map, and says how many have no project."""
    empty = len(regions.without_projects(prefectures, answer))
    return table(
        scope,
        answer,
        whole.total_row,
        table_order(request, "prefectures", place=place),
        narrow=narrow,
        head=_("Prefecture"),
        name=_("By prefecture"),
        page=lambda key: links.in_programme("prefecture", key, year=scope.year),
        finding=findings.together(
            [
                findings.furthest(answer)
                if measure == PROGRESS
                else findings.largest(answer, whole.total_row, measure),
                findings.without_projects(empty) if not scope.filters else "",
            ]
        ),
    )
