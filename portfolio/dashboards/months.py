"""Column charts of the months of a year: of a list or project beside the even pace of its plan, and of one report's year."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from projects.choices import Basis, Measure, ReportState
from projects.models import MonthlyReport
from projects.pages import formatting, links
from projects.pages.figure_display import coverage_of, get_illustrative_words
from projects.periods import MONTHS_OF_YEAR, Month
from projects.totals.totals import Row

from ..charts.columns import ColumnChart, Slot, column_chart
from ..charts.value_box import ValueBox
from .disbursement import is_illustrative

REPORT_HEIGHT = 90  # pixels: it stands beside a table


def month_columns(rows: Sequence[Row], *, plan: int | None, year: int, label: str) -> ColumnChart:
    """Twelve columns: money disbursed in each month of `rows`, in an outline of a twelfth of `plan` CNY."""
    twelfth = Fraction(plan, MONTHS_OF_YEAR) if plan else None
    by_number = {int(str(row.key)[-2:]): row for row in rows}
    slots = [_month_slot(number, by_number.get(number), twelfth, year) for number in range(1, MONTHS_OF_YEAR + 1)]
    return column_chart(slots, label=label, unit=formatting.unit_of("table"))


def _month_slot(number: int, row: Row | None, twelfth: Fraction | None, year: int) -> Slot:
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
        url=links.counted_address(row, Measure.DISBURSED),
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
            formatting.clauses([formatting.money_unit("table"), get_illustrative_words(row, Measure.DISBURSED)]),
        ),
    )


def report_columns(report: MonthlyReport, reports: Sequence[MonthlyReport]) -> ColumnChart:
    """Twelve columns, of which each leads to its report; an amount below zero has its text and no column."""
    by_number = {other.month: other for other in reports}
    # every third month is named where there is little room, unless it would touch that of the report
    slots = [
        _report_slot(
            number,
            by_number.get(number),
            is_named=number == report.month or (number % 3 == 0 and abs(number - report.month) > 1),
        )
        for number in range(1, MONTHS_OF_YEAR + 1)
    ]
    label = _("Disbursed in each month: %(name)s") % {"name": report.entry.project.name}
    return column_chart(slots, label=label, unit=formatting.unit_of("table"), height=REPORT_HEIGHT)


def _report_slot(number: int, report: MonthlyReport | None, *, is_named: bool) -> Slot:
    name = formatting.short_month(number)
    if report is None or report.disbursed is None:
        return Slot(name, None, None, "", "", "", always_named=is_named)
    values = {
        "month": formatting.month_name(number),
        "year": report.period.year,
        "amount": formatting.money_with_unit(report.disbursed, "table"),
    }
    is_approved = report.state == ReportState.APPROVED
    title = (
        _("Disbursed in %(month)s %(year)s: %(amount)s")
        if is_approved
        else _("Disbursed in %(month)s %(year)s: %(amount)s, not approved")
    )
    filled = "m-done-hatch" if report.basis == Basis.ILLUSTRATIVE else "m-done"
    return Slot(
        label=name,
        amount=max(report.disbursed, 0),
        outline=None,
        url=links.report(report.entry.project.code, str(report.period)),
        title=title % values,
        text=formatting.money(report.disbursed, "table"),
        drawn=filled if is_approved else "m-waits",
        always_named=is_named,
    )
