"""The workbook of a round: the reports of a month that the reader may write, with plan and last months beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import ReportState
from projects.exports.fill_in import LEAST_DAY, CellKind, FillColumn
from projects.models import MonthlyReport, Project
from projects.models.report import new_report
from projects.money import READABLE
from projects.pages import formatting
from projects.pages.report_sheet.sheet_filter import SheetFilter
from projects.pages.report_sheet.sheet_unit import form_of
from projects.workflows.reporting import may_edit

from .field_columns import FieldColumns, beside_head, in_units, version_column

LAST_MONTHS = 3


@dataclass(frozen=True)
class ReportRow:
    """A report that may be written, and what was approved of the months before it."""

    report: MonthlyReport
    approved: Mapping[int, int | None]

    @property
    def project(self) -> Project:
        return self.report.entry.project


class ReportRows:
    """Columns and rows, made of three queries."""

    def __init__(self, question: SheetFilter) -> None:
        self.question, self.month = question, question.round.month
        form = form_of(question.unit)
        self.unit, self.unit_name = formatting.unit_of(form), formatting.money_unit(form)
        self.last_months = range(max(1, self.month - LAST_MONTHS), self.month)

    @property
    def columns(self) -> list[FillColumn]:
        field = FieldColumns(MonthlyReport, attrgetter("report"), self.unit, self.unit_name)
        most, last_day = READABLE // self.unit, self.question.round.period.last_day
        return [
            FillColumn("code", _("Project code"), attrgetter("project.code"), is_locked=True, width=18),
            FillColumn("name_zh", _("Project"), attrgetter("project.name"), is_locked=True, width=32),
            FillColumn("", beside_head(_("Prefecture")), _prefecture, is_locked=True),
            self._beside(_("Annual plan"), attrgetter("report.entry.planned_disbursement")),
            *(self._month(month) for month in self.last_months),
            field("disbursed", bounds=(-most, most), is_required=True),
            field("stage"),
            field("progress"),
            field("started_on", bounds=(LEAST_DAY, last_day)),
            *map(field, ("enterprises_attracted", "forecast", "problems", "reason", "measure", "contact")),
            field(
                "month",
                value=lambda _row: str(self.question.round.period),
                kind=CellKind.TEXT,
                bounds=None,
                is_locked=True,
                is_hidden=True,
            ),
            version_column(lambda row: (row.report,)),
        ]

    def _month(self, month: int) -> FillColumn:
        label = _("Disbursed in %(month)s") % {"month": formatting.month_name(month)}
        return self._beside(label, lambda row: row.approved.get(month))

    def _beside(self, label: str, amount: Callable[[Any], int | None]) -> FillColumn:
        head = beside_head(label, self.unit_name)
        return FillColumn("", head, lambda row: in_units(amount(row), self.unit), CellKind.AMOUNT, is_locked=True)

    def rows(self) -> list[ReportRow]:
        """One for each report that may be written now, in the order of the sheet."""
        if not self.question.writes:
            return []
        entries = list(self.question.entries.select_related("project__prefecture"))
        asked = MonthlyReport.objects.visible_to(self.question.user).filter(
            entry__in=[each.pk for each in entries], month__in=[*self.last_months, self.month]
        )
        reports = {(each.entry_id, each.month): each for each in asked}
        rows = []
        for entry in entries:
            entry.programme = self.question.round.programme
            stored = reports.get((entry.pk, self.month))
            report = stored or new_report(entry, month=self.month)
            report.entry = entry
            if report.state != ReportState.APPROVED and may_edit(self.question.user, report):
                last = {month: reports.get((entry.pk, month)) for month in self.last_months}
                rows.append(ReportRow(report, {month: _approved(each) for month, each in last.items()}))
        return rows


def _approved(report: MonthlyReport | None) -> int | None:
    return report.disbursed if report and report.state == ReportState.APPROVED else None


def _prefecture(row: ReportRow) -> str:
    return row.project.prefecture.name if row.project.prefecture else ""
