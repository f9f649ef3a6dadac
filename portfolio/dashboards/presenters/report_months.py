"""Columns of the months of one report's year: what is approved filled, what waits in outline."""

from __future__ import annotations

from django.utils.translation import gettext as _

from projects.pages import formatting
from projects.pages.reports.report_months import MonthOfReport, MonthsOfReport
from projects.periods import MONTHS_OF_YEAR

from ...charts.columns import ColumnChart, Slot, column_chart

_LOW = 90  # pixels: it stands beside a table, not for itself


def report_columns(of: MonthsOfReport) -> ColumnChart:
    """Twelve columns, of which each leads to its report; an amount below zero has its text and no column."""
    by_number = {each.month: each for each in of.months}
    asked = {each.month for each in of.months if each.is_asked}
    # every third month is named where there is little room, unless it would touch what is asked
    named = {number for number in range(3, MONTHS_OF_YEAR + 1, 3) if not {number - 1, number + 1} & asked} | asked
    slots = [
        _slot(number, by_number.get(number), of.year, is_named=number in named)
        for number in range(1, MONTHS_OF_YEAR + 1)
    ]
    label = _("Disbursed in each month: %(name)s") % {"name": of.project}
    return column_chart(slots, label=label, unit=formatting.unit_of("table"), height=_LOW)


def _slot(number: int, month: MonthOfReport | None, year: int, *, is_named: bool) -> Slot:
    name = formatting.short_month(number)
    if month is None or month.amount is None:
        return Slot(name, None, None, "", "", "", always_named=is_named)
    values = {
        "month": formatting.month_name(number),
        "year": year,
        "amount": formatting.money_with_unit(month.amount, "table"),
    }
    title = (
        _("Disbursed in %(month)s %(year)s: %(amount)s")
        if month.is_approved
        else _("Disbursed in %(month)s %(year)s: %(amount)s, not approved")
    )
    filled = "m-done-hatch" if month.illustrative else "m-done"
    return Slot(
        label=name,
        amount=max(month.amount, 0),
        outline=None,
        url=month.url,
        title=title % values,
        text=formatting.money(month.amount, "table"),
        drawn=filled if month.is_approved else "m-waits",
        always_named=is_named,
    )
