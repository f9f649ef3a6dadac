"""Rows of monthly reports: what each would make of the report of an entry on the list, of one month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import MonthlyReport, Programme, Project
from projects.models.report import new_report
from projects.periods import Month

from .checks import RowCheck, Verdict
from .fields import CODE, FIELDS, MONTH, NAME, NATIONAL, QUOTED, WorkbookKind
from .judging import Judge, add_doubts, fill_in_stored, get_stored_value, to_plain
from .project_lookup import ProjectLookup, get_cell_value, refuse_doubles

NOT_ON_LIST = gettext_lazy("The project “%(value)s” is not on this year's list.")
MayEdit = Callable[[Any, MonthlyReport], bool]


class ReportRows:
    """Judges the rows of a month for a user. `may_edit` says whether a report that is stored may be changed as it stands."""

    def __init__(self, programme: Programme, month: int, user: Any, *, may_edit: MayEdit, judge: Judge) -> None:
        self._programme, self._month, self._user, self._may_edit = programme, month, user, may_edit
        self._judge, self._choices = judge, judge.choices
        self._names = [name for name, each in FIELDS[WorkbookKind.REPORTS].items() if each.model is MonthlyReport]

    def judge(self, rows: Sequence[RowCheck]) -> None:
        lookup = ProjectLookup(self._programme, self._user, rows, self._choices, makes_new=False)
        reports = MonthlyReport.objects.visible_to(self._user).filter(
            entry__programme=self._programme, month=self._month
        )
        stored = {report.entry_id: report for report in reports}
        found = [(row, self._project(row, lookup)) for row in rows if self._is_of_month(row)]
        for row, project in found:
            lookup.refuse_taken(row, project)
        lookup.refuse_misnamed(found)
        refuse_doubles(found)
        for row, project in found:
            if project is None or (entry := lookup.entries.get(project.pk)) is None:
                continue
            report = stored.get(entry.pk) or new_report(entry, month=self._month)
            if row.is_double:
                row.project = project.code
                fill_in_stored(row, dict.fromkeys(self._names, report))
            if row.verdict == Verdict.REFUSED:
                continue
            report.entry = entry
            self._judge_row(row, report)
        add_doubts(rows, self._judge.doubting)

    def _is_of_month(self, row: RowCheck) -> bool:
        asked, named = Month(self._programme.year, self._month), get_cell_value(row, MONTH)
        if named is None or named == asked:
            return True
        told = _("The row is of %(month)s, and %(asked)s is read.") % {"month": named, "asked": asked}
        row.refuse("other_month", told, at=MONTH)
        return False

    @staticmethod
    def _project(row: RowCheck, lookup: ProjectLookup) -> Project | None:
        project = lookup.find(row)
        if row.verdict != Verdict.REFUSED and (project is None or project.pk not in lookup.entries):
            named = next((said for key in (CODE, NATIONAL, NAME) if (said := get_cell_value(row, key))), None)
            row.refuse("not_on_list", NOT_ON_LIST % {"value": named}, at=CODE)
        return project

    def _judge_row(self, row: RowCheck, report: MonthlyReport) -> None:
        row.project = report.entry.project.code
        fields = dict.fromkeys(self._names, report)
        if self._asks_for_more_than_is_allowed(row, report):
            fill_in_stored(row, fields)
            row.refuse("forbidden", _("This report cannot be changed by you as it stands."))
            return
        report.quoted_year_to_date = get_cell_value(row, QUOTED)
        self._judge.judge(row, fields)

    def _asks_for_more_than_is_allowed(self, row: RowCheck, report: MonthlyReport) -> bool:
        is_new = report._state.adding
        if self._user.has_perm("projects.add_monthlyreport", report) if is_new else self._may_edit(self._user, report):
            return False
        named = [cell for cell in row.cells if cell.field in self._names and cell.verdict != Verdict.REFUSED]
        return is_new or any(to_plain(cell.value) != get_stored_value(report, cell.field) for cell in named)
