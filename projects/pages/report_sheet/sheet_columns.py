"""Columns of the sheet of a month: their heads, what files have of each, and all its rows, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import ReportState, Stage
from projects.exports.columns import Cell
from projects.monitoring.sheet import AmountSum, SheetTotals
from projects.pages.sort_heads import SortColumn
from projects.pages.table_columns import amount, coded, of_project, share
from projects.pages.table_files import PageTable

from .row_fields import label
from .sheet_filter import PAGE_SIZE, SheetQuestion
from .sheet_presenter import names_of_months, title_of, totals_of
from .sheet_rows import Sheet, SheetRow
from .sheet_unit import form_of


def sheet_table(question: SheetQuestion) -> PageTable:
    """The whole sheet as it stands, with what is typed there and not saved: in its rows as in its totals."""
    columns, count = sheet_columns(question), question.number

    def rows() -> Iterator[Sequence[SheetRow]]:
        for first in range(1, count + 1, PAGE_SIZE):
            yield Sheet(question, question.page(first, first + PAGE_SIZE - 1)).rows()

    below = _below(columns, totals_of(question)) if count else []
    return PageTable(f"reports-{question.round.period}", title_of(question), columns, rows, count, below)


def sheet_columns(question: SheetQuestion) -> list[SortColumn]:
    """In the order of the page; the name of a column with totals is that of its total."""
    form, month, months = form_of(question.unit), question.round.month, names_of_months(question)

    def money(name: str, head: str, value: Any) -> SortColumn:
        return SortColumn(name, head, numeric=True, in_files=(amount(head, value, form=form),))

    of_plan, stage, state = _("% of plan"), pgettext("report", "Stage"), _("State")
    return [
        SortColumn("", _("Project"), kind="name", in_files=of_project(attrgetter("project"))),
        money("plan", _("Annual plan"), lambda row: row.entry.planned_disbursement),
        *([money("last", months["last_month"], lambda row: row.last)] if months["last_month"] else []),
        money("now", label("disbursed", month=month), lambda row: row.now),
        money("year_to_date", _("%(months)s, total") % {"months": months["to_date"]}, lambda row: row.year_to_date),
        SortColumn("share", of_plan, numeric=True, in_files=(share(of_plan, lambda row: row.share),)),
        SortColumn("", stage, in_files=coded(stage, lambda row: row.report.stage, kind=Stage)),
        SortColumn("", state, in_files=coded(state, lambda row: row.state, kind=ReportState)),
    ]


def _below(columns: Sequence[SortColumn], totals: SheetTotals) -> list[list[Cell]]:
    """What the sheet comes to, and of how many rows."""
    known = AmountSum(None, totals.with_share, totals.plan.of)
    added = {name: getattr(totals, name) for name in ("plan", "last", "now", "year_to_date")} | {"share": known}
    sums: list[list[Cell]] = [[_("Total")], [_("Projects with data")], [_("of projects")]]
    for column in columns:
        found = added.get(column.name)
        value = totals.share if column.name == "share" else found and found.amount
        cells = (column.in_files[0].format_value(value), found.known, found.of) if found else (None, None, None)
        for row, cell in zip(sums, cells, strict=True):
            row += [cell, *(None for _more in column.in_files[1:])]
    return [[row[0], *row[2:]] for row in sums]  # the first column holds what the row is
