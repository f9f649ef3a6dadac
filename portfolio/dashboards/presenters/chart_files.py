"""Downloads of a chart: the records and sums behind it, a picture, and the page that says how to cite it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.choices import ReportState
from projects.pages import links
from projects.pages.files import files_of
from projects.totals.scope import Scope

from . import regions

SUMS = {"disbursement": "month", "sectors": "sector", "prefectures": "prefecture"}  # of each chart, by what they are


@dataclass(frozen=True)
class ChartFiles:
    """`numbers` are files of the records behind it, where their list takes the same question, and the sums as JSON."""

    name: str
    numbers: list[links.PageLink]
    picture: str
    cite: str


def chart_files(scope: Scope, *, map_of: str = "") -> dict[str, ChartFiles]:
    """Of each chart by its name; `map_of` is the figure that the map shows."""
    return {name: _files(scope, name, map_of if name == "prefectures" else "") for name in SUMS}


def _files(scope: Scope, name: str, map_of: str) -> ChartFiles:
    pairs = scope.parameters()
    drawn = [*pairs, (regions.PARAMETER, map_of)] if map_of else pairs
    sums = links.page("api:totals", query=[*pairs, ("by", SUMS[name])])
    return ChartFiles(
        name=name,
        numbers=[*_records(scope, name), links.PageLink(_("Sums, for other systems"), sums)],
        picture=links.page("chart-picture", name, query=drawn, filters=False),
        cite=links.page("chart", name, query=drawn, filters=False),
    )


def _records(scope: Scope, name: str) -> list[links.PageLink]:
    pairs = scope.parameters()
    if SUMS[name] != "month":
        return files_of("projects", pairs)
    if scope.filters or scope.programme is None:  # which the list of reports knows by other names
        return []
    of_months = [pair for pair in pairs if pair[0] not in ("through", "month")]
    return files_of("reports", [*of_months, ("state", ReportState.APPROVED.value)])
