"""Tables of a breakdown ordered by any of their columns: each by a parameter of its own, as a page may have several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.views.column_order import Value, known_of, ordered, orders, value_of
from projects.views.pages import one_of
from projects.views.sort_heads import SortColumn, SortHead, sort_heads

USUAL = "usual"  # as the records behind the rows are kept in order
COLUMNS: dict[str, Value] = {
    "name": lambda line: line.row.name,
    "projects": value_of(Measure.PROJECT_COUNT),
    "investment": value_of(Measure.TOTAL_INVESTMENT),
    "investment_known": known_of(Measure.TOTAL_INVESTMENT),
    "plan": value_of(Measure.PLANNED_DISBURSEMENT),
    "plan_known": known_of(Measure.PLANNED_DISBURSEMENT),
    "disbursed": value_of(Measure.DISBURSED),
    "share": lambda line: line.row.progress,
    "both_known": known_of(Measure.DISBURSED_OF_PLAN),
    "gap": lambda line: line.row.progress,  # less the share of the year that is gone, which is the same for all
}
COMPARED = ("share", "both_known", "gap")  # what an open month withholds


@dataclass(frozen=True)
class TableOrder:
    """How a table is asked for: the address, the parameter, what is asked, and the part of the page that it stands in."""

    request: HttpRequest
    parameter: str
    asked: str
    place: str

    @property
    def is_asked(self) -> bool:
        return self.asked != USUAL

    def rows(self, lines: list[Any], *, compares: bool) -> list[Any]:
        return ordered(lines, self.asked, COLUMNS) if self._orders(compares=compares) else lines

    def heads(self, *, head: str, disbursed: str, compares: bool, narrow: bool) -> list[SortHead]:
        share, both_known, gap = COMPARED if compares else ("", "", "")
        columns = [
            SortColumn("name", head),
            SortColumn("projects", _("Projects"), numeric=True),
            SortColumn("investment", _("Total investment"), numeric=True),
            SortColumn("investment_known", _("with data"), kind="cov"),
            SortColumn("plan", _("Annual plan"), numeric=True),
            SortColumn("plan_known", _("with data"), kind="cov"),
            SortColumn("disbursed", disbursed, numeric=True),
            SortColumn(share, _("% of plan"), numeric=True),
            SortColumn(both_known, _("with both"), kind="cov"),
            *([] if narrow else [SortColumn(gap, _("Gap, percentage points"), numeric=True)]),
            SortColumn("", _("Plan and disbursed"), kind="barcol s" if narrow else "barcol"),
        ]
        order = self.asked if self._orders(compares=compares) else ""
        return sort_heads(self.request, self.parameter, order, columns, place=self.place)

    def _orders(self, *, compares: bool) -> bool:
        return self.is_asked and (compares or self.asked.removeprefix("-") not in COMPARED)


def table_order(request: HttpRequest, name: str, *, place: str) -> TableOrder:
    """What is asked of the table of a name, such as `sort_sectors=-plan`. Raises `ValidationError` for an unknown column."""
    parameter = f"sort_{name}"
    return TableOrder(request, parameter, one_of(request, parameter, orders(COLUMNS, usual=USUAL)), place)
