"""The workbook of the register: the projects of a year's list that the reader may write, and rows for new ones."""

from __future__ import annotations

import datetime as dt
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from projects.access import visible
from projects.choices import SheetUnit, WorkbookKind
from projects.exports.fill_in import CellKind, FillColumn
from projects.imports.workbooks.fields import FIELDS
from projects.models import Entry, Prefecture, Programme, Project
from projects.models.entry import JOINED_IS_ASKED
from projects.money import LIMIT
from projects.pages import formatting
from projects.pages.report_sheet.sheet_unit import form_of
from sectors.models import ChainLink, Sector

from .field_columns import FieldColumns, version_column

# read where they are said, and not asked for
LEFT_OUT = {"county_en", "basis", "note_en", "left"}


class RegisterRows:
    """Columns and rows, made of a handful of queries; with an `earlier` list its projects are offered for this one too."""

    new_rows = 50

    def __init__(self, user: Any, programme: Programme, unit: SheetUnit, *, earlier: Programme | None = None) -> None:
        self.user, self.programme, self.earlier = user, programme, earlier
        form = form_of(unit)
        self.unit, self.unit_name = formatting.unit_of(form), formatting.money_unit(form)

    @property
    def columns(self) -> list[FillColumn]:
        units: dict[str, Any] = {"unit": self.unit, "unit_name": self.unit_name, "most": LIMIT}
        project = FieldColumns(Project, attrgetter("project"), **units)
        entry = FieldColumns(Entry, lambda row: row, **units)
        places = [each for each in Prefecture.objects.visible_to(self.user) if self._may_be_in(each)]
        shown = [
            FillColumn("code", _("Project code"), attrgetter("project.code"), is_locked=True, width=18),
            project("name_zh", is_required=True),
            project("name_en"),
            project("national_code"),
            project("enterprise", kind=CellKind.TEXT, value=_enterprise, width=28),
            project("prefecture", choices=_names(places), is_required=True),
            project("county_zh"),
            project("sector", choices=_names(visible(Sector.objects.all(), self.user)), is_required=True),
            project("chain_link", choices=_names(visible(ChainLink.objects.all(), self.user))),
            project("kind"),
            project("total_investment"),
            project("expected_revenue"),
            project("transferred"),
            project("source_province"),
            project("start"),
            project("finish"),
            entry("planned_disbursement"),
            entry("status"),
            entry("disbursed_before"),
            entry("joined", bounds=(dt.date(self.programme.year, 1, 1), dt.date(self.programme.year, 12, 31))),
            project("note_zh"),
        ]
        known = {each.name for each in shown} | LEFT_OUT
        others = [each for each in FIELDS[WorkbookKind.REGISTER].values() if each.model and each.name not in known]
        shown += [(project if each.model is Project else entry)(each.name) for each in others]
        return [*shown, version_column(lambda row: (row.project, row))]

    def rows(self) -> list[Entry]:
        """The entries of the list whose projects may be written, by code; then of the earlier list the projects alone."""
        listed = self._entries(self.programme)
        known = {entry.project_id for entry in listed}
        offered = self._entries(self.earlier) if self.earlier else []
        new = [Entry(project=each.project) for each in offered if each.project_id not in known]
        return [*listed, *new]

    def offered(self) -> list[Entry]:
        """None are new as rows: which project each is about stays as it is."""
        return []

    def told(self) -> list[str]:
        new = _(
            "A new project goes into one of the blank rows below the others; without a code it is given the next one."
        )
        return [new, str(JOINED_IS_ASKED)] if self.programme.has_begun else [new]

    def _entries(self, programme: Programme) -> list[Entry]:
        entries = Entry.objects.visible_to(self.user).filter(programme=programme).order_by("project__code")
        related = ("project__prefecture", "project__enterprise", "project__sector", "project__chain_link")
        return [
            entry
            for entry in entries.select_related(*related)
            if self.user.has_perm("projects.change_project", entry.project)
        ]

    def _may_be_in(self, prefecture: Prefecture) -> bool:
        return bool(self.user.has_perm("projects.change_project", Project(prefecture=prefecture)))


def _enterprise(entry: Entry) -> str:
    """By the name that it is found by."""
    return entry.project.enterprise.name_zh if entry.project.enterprise else ""


def _names(records: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in records))
