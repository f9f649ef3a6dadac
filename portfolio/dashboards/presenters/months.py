"""Columns of the months of a year beside the even pace of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.periods import MONTHS_OF_YEAR, Month
from projects.totals.pace import even_pace
from projects.totals.totals import Row
from projects.views import formatting, links
from projects.views.figure_display import coverage_of, made_up

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
    value = row.figures[Measure.DISBURSED].value if row else None
    text = (
        ""
        if value is None
        else formatting.money(value, "table" if value < formatting.unit_of("table") * 100 else "headline")
    )
    values = {
        "month": formatting.month_name(number),
        "year": year,
        "amount": "" if value is None else formatting.money_with_unit(value, "table"),
    }
    return Slot(
        label=formatting.short_month(number),
        amount=value,
        outline=twelfth,
        url=links.opening(row, Measure.DISBURSED) if row and value is not None else "",
        title=_("Disbursed in %(month)s %(year)s: %(amount)s") % values if value is not None else "",
        text=text,
        drawn="m-done-hatch" if row and is_illustrative(row) else "m-done",
        always_named=number % 3 == 0,
        box=_box(number, row, twelfth, year),
    )


def _box(number: int, row: Row | None, twelfth: Fraction | None, year: int) -> ValueBox | None:
    figure = row.figures[Measure.DISBURSED] if row else None
    if row is None or figure is None or figure.value is None:
        return None
    return ValueBox(
        formatting.month_of_year(Month(year, number)),
        (
            (_("Disbursed in the month"), formatting.money(figure.value)),
            (_("Pro-rata plan of a month"), "" if twelfth is None else formatting.money(twelfth)),
            (_("with data"), coverage_of(figure)),
        ),
        formatting.clauses([formatting.money_unit("table"), made_up(row, Measure.DISBURSED)]),
    )
