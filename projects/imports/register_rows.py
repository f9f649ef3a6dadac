"""Rows of the register: what each would make of a project and of its place on the programme's list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from projects.access import get_access
from projects.choices import AskedAtCell
from projects.models import Enterprise, Entry, ImportedCell, Programme, Project
from projects.models.base import UNUSABLE
from projects.models.entry import JOINED_IS_ASKED, lacks_day_of_joining
from sectors.models import Sector

from .checks import RowCheck, Verdict
from .fields import CODE, FIELDS, NAME, WorkbookKind
from .judging import Judge, add_doubts, fill_in_stored
from .project_lookup import ProjectLookup, get_cell_value, get_texts, in_batches, is_named, refuse_doubles

CHOSEN = "chosen"  # the code of what no cell says, and somebody chose


class RegisterRows:
    """Judges the rows of a programme's list for a user. What the user does not see does not exist."""

    def __init__(self, programme: Programme, user: Any, judge: Judge) -> None:
        self._programme, self._user, self._access = programme, user, get_access(user)
        self._may_change = user.has_perm("projects.change_project")
        self._judge, self._choices = judge, judge.choices
        # whoever has a column for the day says it of what is put on a list that is there already
        entries = Entry.objects.regardless_of_permission().filter(programme=programme)
        self._asks_for_day = "joined" in judge.columns and entries.exists()
        self._models = {name: each.model for name, each in FIELDS[WorkbookKind.REGISTER].items() if each.model}

    def judge(self, rows: Sequence[RowCheck]) -> None:
        self._lookup = ProjectLookup(self._programme, self._user, rows, self._choices, makes_new=True)
        self._enterprises, self._taken_names = _enterprises(get_texts(rows, "enterprise"), self._user)
        self._sectors = Sector.objects.in_bulk(list(set(self._choices.sectors.values())), field_name="code")
        found = [(row, self._lookup.find(row)) for row in rows]
        for row, project in found:
            self._lookup.refuse_taken(row, project)
        refuse_doubles(found)
        left = [(row, project) for row, project in found if row.verdict != Verdict.REFUSED]
        for row, project in found:
            if project is not None and row.is_double:
                row.project = project.code
                fill_in_stored(row, self._fields(row, project, stored=project))
        without_code = [row for row, project in left if not project and get_cell_value(row, CODE) is None]
        free = self._lookup.free_codes()
        for row in without_code:
            row.proposed_code = next(free)
        for row, project in left:
            self._judge_row(row, project)
        add_doubts(rows, self._judge.doubting)
        self._close_ranks(without_code)

    def _judge_row(self, row: RowCheck, stored: Project | None) -> None:
        project = stored or self._new(row)
        row.project = project.code or get_cell_value(row, CODE)
        self._name_enterprise(row)
        if stored is None and row.cell("sector") is None and not self._chose_sector(row):
            row.refuse("missing", _("The project is new: say its sector."))
            return
        fields = self._fields(row, project, stored=stored)
        self._judge.judge(row, fields)
        total = row.cell("total_investment")
        if row.verdict != Verdict.REFUSED and total is not None and total.verdict == Verdict.REFUSED:
            row.refuse("total", _("The total investment is refused, so nothing of the row is written."))
        if row.verdict == Verdict.UNCHANGED and fields["status"]._state.adding:
            row.verdict = Verdict.NEW  # it joins the list
        if row.verdict in (Verdict.NEW, Verdict.CHANGED):
            self._refuse_forbidden(row, project, is_new=stored is None)
        if row.verdict in (Verdict.NEW, Verdict.CHANGED) and self._lacks_day(fields["joined"]):
            row.refuse("missing", JOINED_IS_ASKED, at="joined")

    def _lacks_day(self, entry: Entry) -> bool:
        asked = self._asks_for_day and (entry._state.adding or entry.lost_day_of_joining)
        return asked and lacks_day_of_joining(self._programme, entry.joined)

    def _fields(self, row: RowCheck, project: Project, *, stored: Project | None) -> dict[str, Any]:
        """The project or its place on the list by the fields of each; of what names the project nothing is written."""
        entry = self._lookup.entries.get(project.pk) or Entry(project=project, programme=self._programme)
        fields = {name: project if model is Project else entry for name, model in self._models.items()}
        if stored is not None and is_named(stored, get_cell_value(row, NAME)):
            del fields[NAME]  # it is the one that is meant, in whichever language and however spaced
        if stored is not None and get_cell_value(row, CODE) != stored.code:
            del fields[CODE]  # somebody chose the one that is meant
        return fields

    def _chose_sector(self, row: RowCheck) -> bool:
        """Ask for the sector of a new project; whether somebody has said it, which is then as if a cell did."""
        asked = next((each for each in (row.key_cell, *row.cells) if not each.question), row.key_cell)
        asked.question = AskedAtCell.SECTOR.value
        sector = self._sectors.get(self._choices.sectors.get(row.number, ""))
        if sector is not None:
            chosen = ImportedCell(
                row=asked.row, address=asked.address, field="sector", verdict=Verdict.UNCHANGED, code=CHOSEN
            )
            chosen.value = sector
            row.cells.append(chosen)
        return sector is not None

    @staticmethod
    def _close_ranks(rows: Sequence[RowCheck]) -> None:
        """Leave no gap in the codes of new projects where a row was refused: it is given none."""
        codes = iter([row.proposed_code for row in rows])
        for row in rows:
            row.proposed_code = next(codes) if row.verdict in (Verdict.NEW, Verdict.CHANGED) else ""
            row.project = row.proposed_code
            for record in row.records:
                if isinstance(record, Project):
                    record.code = row.proposed_code

    def _name_enterprise(self, row: RowCheck) -> None:
        """Set the enterprise that a cell names, a new one if there is none; refuse one that the user does not see."""
        cell = row.cell("enterprise")
        if cell is None or not isinstance(cell.value, str):
            return
        if cell.value in self._taken_names:
            cell.refuse("unusable", UNUSABLE)
            return
        if cell.value not in self._enterprises:
            enterprise = Enterprise(name_zh=cell.value)
            try:
                enterprise.full_clean_alone()
            except ValidationError as error:
                cell.refuse("invalid", " ".join(error.messages))
                return
            self._enterprises[cell.value] = enterprise
        cell.value = self._enterprises[cell.value]

    def _new(self, row: RowCheck) -> Project:
        project = Project(code=row.proposed_code)
        if row.cell("prefecture") is None and not self._access.writes_all and len(self._access.writes_in) == 1:
            project.prefecture_id = next(iter(self._access.writes_in))  # who writes in one alone means that one
        return project

    def _refuse_forbidden(self, row: RowCheck, project: Project, *, is_new: bool) -> None:
        if is_new:
            if not self._user.has_perm("projects.add_project", project):
                row.refuse("forbidden", _("You may add records only in your own prefecture."), at="prefecture")
        elif not self._may_change or not self._access.may_write_in((project._stored or {}).get("prefecture_id")):
            row.refuse("forbidden", _("You may not change this project."))
        elif not self._access.may_write_in(project.prefecture_id):
            row.refuse("forbidden", _("You may not move a record out of your own prefecture."), at="prefecture")


def _enterprises(names: set[str], user: Any) -> tuple[dict[str, Enterprise], set[str]]:
    """Return the stored enterprises of these names that the user sees, by name; and the names of the others."""
    seen: dict[str, Enterprise] = {}
    taken: set[str] = set()
    for piece in in_batches(names):
        seen |= {each.name_zh: each for each in Enterprise.objects.visible_to(user).filter(name_zh__in=piece)}
        stored = Enterprise.objects.regardless_of_permission().filter(name_zh__in=piece)
        taken |= set(stored.values_list("name_zh", flat=True))
    return seen, taken - seen.keys()
