"""The workbook of a round: the reports of a month that the reader may write, with plan and last months beside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import ReportState, Stage
from projects.exports.columns import headed
from projects.exports.fill_in import LEAST_DAY, FillColumn, Kind
from projects.models import Entry, MonthlyReport
from projects.models.report import new_report
from projects.money import READABLE, in_unit
from projects.text import LONGEST_WORDS
from projects.versioning.digests import digest_of
from projects.views import formatting
from projects.views.report_sheet.sheet_filter import SheetQuestion
from projects.views.report_sheet.sheet_unit import form_of
from projects.workflows.reporting import may_edit

LAST_MONTHS = 3
_TEXTS = ("progress", "problems", "reason", "measure", "contact")


class ReportRows:
    """Columns and rows, made of three queries."""

    def __init__(self, question: SheetQuestion) -> None:
        self.question, self.month = question, question.round.month
        form = form_of(question.unit)
        self.unit, self.unit_name = formatting.unit_of(form), formatting.money_unit(form)
        self.last_months = range(max(1, self.month - LAST_MONTHS), self.month)

    def columns(self) -> list[FillColumn]:
        beside = [beside_head(_("Annual plan"), self.unit_name)]
        beside += [
            beside_head(_("Disbursed in %(month)s") % {"month": formatting.month_name(month)}, self.unit_name)
            for month in self.last_months
        ]
        most = READABLE // self.unit
        last_day = self.question.round.period.last_day
        fields = [
            amount_column(MonthlyReport, "disbursed", self.unit_name, (-most, most), is_required=True),
            choice_column(MonthlyReport, "stage", tuple(str(each.label) for each in Stage)),
            text_column(MonthlyReport, "progress"),
            FillColumn("started_on", head_of(MonthlyReport, "started_on"), Kind.DAY, bounds=(LEAST_DAY, last_day)),
            FillColumn(
                "enterprises_attracted",
                head_of(MonthlyReport, "enterprises_attracted"),
                Kind.COUNT,
                bounds=(0, 1_000_000),
            ),
            amount_column(MonthlyReport, "forecast", self.unit_name, (0, most)),
            *(text_column(MonthlyReport, name) for name in _TEXTS[1:]),
        ]
        return [
            FillColumn("code", _("Project code"), is_locked=True, width=18),
            FillColumn("name_zh", _("Project"), is_locked=True, width=32),
            FillColumn("", beside_head(_("Prefecture")), is_locked=True),
            *(FillColumn("", head, Kind.AMOUNT, is_locked=True) for head in beside),
            *fields,
            FillColumn("month", head_of(MonthlyReport, "month"), is_locked=True, is_hidden=True),
            FillColumn("version", _("version"), is_locked=True, is_hidden=True),
        ]

    def rows(self) -> list[list[Any]]:
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
                rows.append(self._row(entry, report, [reports.get((entry.pk, month)) for month in self.last_months]))
        return rows

    def _row(self, entry: Entry, report: MonthlyReport, last: list[MonthlyReport | None]) -> list[Any]:
        project = entry.project
        approved = [each.disbursed if each and each.state == ReportState.APPROVED else None for each in last]
        return [
            project.code,
            project.name,
            project.prefecture.name if project.prefecture else "",
            *(in_units(amount, self.unit) for amount in (entry.planned_disbursement, *approved)),
            in_units(report.disbursed, self.unit),
            report.get_stage_display() if report.stage else "",
            report.progress,
            report.started_on,
            report.enterprises_attracted,
            in_units(report.forecast, self.unit),
            *(getattr(report, name) for name in _TEXTS[1:]),
            str(self.question.round.period),
            digest_of(report) if report.pk else "",
        ]


def head_of(model: Any, name: str, unit: str = "") -> str:
    """The name of a field, with the unit of an amount."""
    return headed(model._meta.get_field(name).verbose_name, unit)


def beside_head(label: str, unit: str = "") -> str:
    """The head of what stands beside to look at, which nobody reads back."""
    return _("For reference·%(label)s") % {"label": headed(label, unit)}


def amount_column(
    model: Any, name: str, unit: str, bounds: tuple[int, int], *, is_required: bool = False, instead: str = ""
) -> FillColumn:
    head = head_of(model, name, unit)
    return FillColumn(name, head, Kind.AMOUNT, bounds=bounds, is_required=is_required, instead=instead)


def choice_column(model: Any, name: str, words: tuple[str, ...], *, is_required: bool = False) -> FillColumn:
    return FillColumn(name, head_of(model, name), Kind.CHOICE, words, is_required=is_required)


def text_column(model: Any, name: str, *, is_required: bool = False) -> FillColumn:
    most = model._meta.get_field(name).max_length or LONGEST_WORDS
    return FillColumn(name, head_of(model, name), bounds=(0, most), is_required=is_required, width=28)


def in_units(amount: int | None, unit: int) -> Decimal | None:
    return None if amount is None else Decimal(in_unit(amount, unit))
