"""Tables of a breakdown ordered by any of their columns: each by a parameter of its own, as a page may have several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.pages.column_order import Value, known_of, ordered, orders, value_of
from projects.pages.decorators import one_of
from projects.pages.sort_heads import SortColumn, SortHead, sort_heads
from projects.pages.table_columns import coverage, of_figure, share, text
from projects.totals.pace import difference
from projects.totals.totals import Row

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
ORDERS = orders(COLUMNS, usual=USUAL)
COMPARED = ("share", "both_known", "gap")  # what an open month withholds


@dataclass(frozen=True)
class TableOrder:
    """How a table of a name is asked for: the address, what is asked, and the part of the page that it stands in."""

    request: HttpRequest
    name: str
    asked: str
    place: str

    @property
    def parameter(self) -> str:
        return f"sort_{self.name}"

    @property
    def is_asked(self) -> bool:
        return self.asked != USUAL

    def rows(self, lines: list[Any], *, compares: bool) -> list[Any]:
        if self.is_asked and not self._orders(compares=compares):
            self.request.lacks_order = True  # type: ignore[attr-defined]  # for the frame of the page
        return ordered(lines, self.asked, COLUMNS) if self._orders(compares=compares) else lines

    def heads(self, columns: Sequence[SortColumn], *, compares: bool, narrow: bool) -> list[SortHead]:
        """Of the columns, and of what is drawn beside them."""
        drawn = SortColumn("", _("Plan and disbursed"), kind="barcol s" if narrow else "barcol")
        order = self.asked if self._orders(compares=compares) else ""
        return sort_heads(self.request, self.parameter, order, [*columns, drawn], place=self.place)

    def _orders(self, *, compares: bool) -> bool:
        return self.is_asked and (compares or self.asked.removeprefix("-") not in COMPARED)


def table_order(request: HttpRequest, name: str, *, place: str) -> TableOrder:
    """What is asked of the table of a name, such as `sort_sectors=-plan`. Raises `ValidationError` for an unknown column."""
    asked = one_of(request, f"sort_{name}", ORDERS)
    return TableOrder(request, name, asked, place)


def columns_of_breakdown(*, head: str, disbursed: str, compares: bool, elapsed: Fraction | None) -> list[SortColumn]:
    """In the order of the page; `elapsed` is the share of the year that is gone."""
    share_name, both_known, gap_name = COMPARED if compares else ("", "", "")

    def figure(name: str, label: str, measure: Measure) -> SortColumn:
        return SortColumn(name, label, numeric=True, in_files=(of_figure(label, measure, _row),))

    def known(name: str, label: str, of: str, measure: Measure) -> SortColumn:
        return SortColumn(name, label, kind="cov", in_files=coverage(of, measure, _row))

    def gap(line: Any) -> Fraction | None:
        return difference(line.row.progress, elapsed)

    with_data, investment, plan, of_plan = _("with data"), _("Total investment"), _("Annual plan"), _("% of plan")
    points = _("Gap, percentage points")
    code = text(_("%(label)s, code") % {"label": head}, lambda line: line.row.key)
    return [
        SortColumn("name", head, in_files=(text(head, lambda line: line.row.name), code)),
        figure("projects", _("Projects"), Measure.PROJECT_COUNT),
        figure("investment", investment, Measure.TOTAL_INVESTMENT),
        known("investment_known", with_data, investment, Measure.TOTAL_INVESTMENT),
        figure("plan", plan, Measure.PLANNED_DISBURSEMENT),
        known("plan_known", with_data, plan, Measure.PLANNED_DISBURSEMENT),
        figure("disbursed", disbursed, Measure.DISBURSED),
        figure(share_name, of_plan, Measure.DISBURSED_OF_PLAN),
        known(both_known, _("with both"), of_plan, Measure.DISBURSED_OF_PLAN),
        SortColumn(gap_name, points, numeric=True, in_files=(share(points, gap),)),
    ]


def _row(line: Any) -> Row:
    row: Row = line.row
    return row
