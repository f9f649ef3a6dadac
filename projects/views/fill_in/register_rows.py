"""The workbook of the register: the projects of a year's list that the reader may write, and rows for new ones."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from projects.choices import ListStatus, ProjectKind, SheetUnit, Transferred
from projects.exports.fill_in import FillColumn
from projects.models import Entry, Prefecture, Programme, Project
from projects.money import LIMIT
from projects.totals.filters import visible
from projects.versioning.digests import digest_of
from projects.views import formatting
from projects.views.report_sheet.sheet_unit import form_of
from sectors.models import ChainLink, Sector

from .report_rows import amount_column, choice_column, head_of, in_units, text_column


class RegisterRows:
    """Columns and rows, made of a handful of queries; with an `earlier` list its projects are offered for this one too."""

    new_rows = 50

    def __init__(self, user: Any, programme: Programme, unit: SheetUnit, *, earlier: Programme | None = None) -> None:
        self.user, self.programme, self.earlier = user, programme, earlier
        form = form_of(unit)
        self.unit, self.unit_name = formatting.unit_of(form), formatting.money_unit(form)

    def columns(self) -> list[FillColumn]:
        bounds = (0, LIMIT // self.unit)
        places = [each for each in Prefecture.objects.visible_to(self.user) if self._may_be_in(each)]

        def money(model: Any, name: str) -> FillColumn:
            return amount_column(model, name, self.unit_name, bounds)

        return [
            FillColumn("code", _("Project code"), is_locked=True, width=18),
            text_column(Project, "name_zh", is_required=True),
            text_column(Project, "name_en"),
            text_column(Project, "national_code"),
            FillColumn("enterprise", head_of(Project, "enterprise"), width=28),
            choice_column(Project, "prefecture", _names(places), is_required=True),
            text_column(Project, "county_zh"),
            choice_column(Project, "sector", _names(visible(Sector.objects.all(), self.user)), is_required=True),
            choice_column(Project, "chain_link", _names(visible(ChainLink.objects.all(), self.user))),
            choice_column(Project, "kind", tuple(str(each.label) for each in ProjectKind)),
            money(Project, "total_investment"),
            money(Project, "expected_revenue"),
            choice_column(Project, "transferred", tuple(str(each.label) for each in Transferred)),
            FillColumn("start", head_of(Project, "start")),
            FillColumn("finish", head_of(Project, "finish")),
            money(Entry, "planned_disbursement"),
            choice_column(Entry, "status", tuple(str(each.label) for each in ListStatus)),
            money(Entry, "disbursed_before"),
            text_column(Project, "note_zh"),
            FillColumn("version", _("version"), is_locked=True, is_hidden=True),
        ]

    def rows(self) -> list[list[Any]]:
        """The entries of the list whose projects may be written, by code; then of the earlier list the projects alone."""
        listed = self._entries(self.programme)
        known = {entry.project_id for entry in listed}
        offered = self._entries(self.earlier) if self.earlier else []
        new = [Entry(project=each.project) for each in offered if each.project_id not in known]
        return [self._row(entry, entry.project) for entry in (*listed, *new)]

    def offered(self) -> list[list[Any]]:
        """None are new as rows: which project each is about stays as it is."""
        return []

    def told(self) -> list[str]:
        new = _(
            "A new project goes into one of the blank rows below the others; without a code it is given the next one."
        )
        return [new]

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

    def _row(self, entry: Entry, project: Project) -> list[Any]:
        money = [
            in_units(amount, self.unit)
            for amount in (
                project.total_investment,
                project.expected_revenue,
                entry.planned_disbursement,
                entry.disbursed_before,
            )
        ]
        return [
            project.code,
            project.name_zh,
            project.name_en,
            project.national_code or "",
            project.enterprise.name_zh if project.enterprise else "",
            project.prefecture.name if project.prefecture else "",
            project.county_zh,
            project.sector.name,
            project.chain_link.name if project.chain_link else "",
            project.get_kind_display(),
            *money[:2],
            project.get_transferred_display(),
            str(project.started or ""),
            str(project.finished or ""),
            money[2],
            entry.get_status_display() if entry.status else "",
            money[3],
            project.note_zh,
            " ".join(digest_of(record) for record in (project, entry) if record.pk),
        ]


def _names(records: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in records))
