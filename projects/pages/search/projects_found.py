"""Projects that a search found: of the list of the year, with the filters that are set."""

from __future__ import annotations

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.totals.scope import Scope
from projects.totals.totals import totals
from sectors.models import in_language

from .. import formatting, links
from .groups import MOST, FoundGroup, FoundLine

_COLUMNS = (
    "code",
    "name_zh",
    "name_en",
    "prefecture__name_zh",
    "prefecture__name_en",
    "sector__name_zh",
    "sector__name_en",
)


def projects(scope: Scope) -> FoundGroup:
    """The first of them by code, with how many there are: the same number as the list and its totals say."""
    label = _("Projects")
    count = totals(scope, figures=(Measure.PROJECT_COUNT,)).total_row.figures[Measure.PROJECT_COUNT].value or 0
    rows = scope.projects().values_list(*_COLUMNS)[:MOST] if count else ()
    lines = [
        FoundLine(
            in_language(name_zh, name_en),
            links.page("project", code, query=scope.of_year, filters=False),
            formatting.clauses([code, *_named(place_zh, place_en), in_language(sector_zh, sector_en)]),
        )
        for code, name_zh, name_en, place_zh, place_en, sector_zh, sector_en in rows
    ]
    return FoundGroup("projects", label, lines, count, links.records(scope.parameters()))


def _named(name_zh: str | None, name_en: str | None) -> list[str]:
    return [in_language(name_zh, name_en or "")] if name_zh else []
