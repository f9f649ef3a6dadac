"""Columns of the months of a year beside the even pace of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.pages import formatting, links
from projects.pages.figure_display import coverage_of, made_up
from projects.periods import MONTHS_OF_YEAR, Month
from projects.totals.pace import even_pace
from projects.totals.totals import Row

from ...charts.columns import ColumnChart, Slot, column_chart
from ...charts.value_box import ValueBox
from .disbursement import is_illustrative


def month_columns(rows: Sequence[Row], *, plan: int | None, year: int, label: str) -> ColumnChart:
    """Twelve columns: money disbursed in each month of `rows`, in an outline of a twelfth of `plan` CNY."""
    twelfth = even_pace(plan) if plan else None
    by_number = {int(str(row.key)[-2:]): row for row in rows}
    slots = [_slot(number, by_number.get(number), twelfth, year) for number in range(1, MONTHS_OF_YEAR + 1)]
    return column_chart(slots, label=label, unit=formatting.unit_of("table"))


def _slot(number: int, row: Row | None, twelfth: Fraction | None, year: int) -> Slot:
    label, always_named = formatting.short_month(number), number % 3 == 0
    value = row.figures[Measure.DISBURSED].value if row else None
    if row is None or value is None:
        return Slot(label, None, twelfth, url="", title="", text="", always_named=always_named)
    amount = formatting.money(value)
    values = {
        "month": formatting.month_name(number),
        "year": year,
        "amount": formatting.with_unit(amount, "table"),
    }
    return Slot(
        label,
        value,
        twelfth,
        url=links.opening(row, Measure.DISBURSED),
        title=_("Disbursed in %(month)s %(year)s: %(amount)s") % values,
        text=amount if value < formatting.unit_of("table") * 100 else formatting.money(value, "headline"),
        drawn="m-done-hatch" if is_illustrative(row) else "m-done",
        always_named=always_named,
        box=ValueBox(
            formatting.month_of_year(Month(year, number)),
            (
                (_("Disbursed in the month"), amount),
                (_("Pro-rata plan of a month"), "" if twelfth is None else formatting.money(twelfth)),
                (_("with data"), coverage_of(row.figures[Measure.DISBURSED])),
            ),
            formatting.clauses([formatting.money_unit("table"), made_up(row, Measure.DISBURSED)]),
        ),
    )
