"""Project lookup: which project a row names, by its code or by its name on the list. Nothing is guessed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import AskedAtCell
from projects.models import Entry, Programme, Project
from projects.models.fields import CODE_REFUSED
from projects.text import listing

from .checks import RowCheck, Verdict
from .choices import NEW_PROJECT, Choices
from .fields import CODE, KEYS, NAME
from .references import spelled

_NUMBERED = re.compile(r"(.*?)(\d+)")
_PIECE = 500  # values that are asked for at once


class ProjectLookup:
    """The projects that a user sees and the rows may be about: those on the programme's list, and those named by code."""

    def __init__(
        self, programme: Programme, user: Any, rows: Sequence[RowCheck], choices: Choices, *, makes_new: bool
    ) -> None:
        self._programme, self._choices, self._makes_new = programme, choices, makes_new
        visible = Project.objects.visible_to(user).with_references()
        self.entries: dict[int, Entry] = {}
        for entry in Entry.objects.visible_to(user).filter(programme=programme).prefetch_related("plans"):
            entry.programme = programme
            self.entries[entry.project_id] = entry
        self._by_code = {project.code: project for project in visible.on_list_of(programme)}
        self._by_name: dict[str, list[Project]] = defaultdict(list)
        for project in self._by_code.values():
            self.entries[project.pk].project = project
            for name in {spelled(project.name_zh), spelled(project.name_en)} - {""}:
                self._by_name[name].append(project)
        self._said = said(rows, CODE)
        self._taken: set[str] = set()
        for piece in pieces(self._said - self._by_code.keys()):
            self._by_code |= {project.code: project for project in visible.filter(code__in=piece)}
            self._taken |= set(Project.objects.filter(code__in=piece).values_list("code", flat=True))
        self._taken -= self._by_code.keys()

    def find(self, row: RowCheck) -> Project | None:
        """The project of a row; None for a new one, and for a row that is refused because it names none or several."""
        if any(cell.field in KEYS and cell.verdict == Verdict.REFUSED for cell in row.cells):
            row.refuse("key", "")
            return None
        code, name = value_of(row, CODE), value_of(row, NAME)
        if code is not None and code in self._by_code:
            return self._by_code[code]
        alike = self._by_name.get(spelled(name), []) if name else []
        if code is None and len(alike) == 1:
            return alike[0]
        if code is None and name is None:
            row.refuse("no_key", _("The row names no project: neither its code nor its name."))
        elif alike:
            return self._chosen(row, alike, has_code=code is not None)
        return None

    def _chosen(self, row: RowCheck, alike: Sequence[Project], *, has_code: bool) -> Project | None:
        """The one that somebody chose for the row; None for a new one, and where nobody has: then the row is refused."""
        asked = row.cell(CODE if has_code else NAME) or row.named_at
        asked.question = AskedAtCell.PROJECT.value
        asked.options = {"projects": [project.code for project in alike], "may_be_new": self._makes_new}
        chosen = self._choices.projects.get(row.number)
        if chosen == NEW_PROJECT and self._makes_new:
            return None
        found = next((project for project in alike if project.code == chosen), None)
        if found is None:
            self._refuse_alike(row, alike, has_code=has_code)
        return found

    def refuse_misnamed(self, found: Iterable[tuple[RowCheck, Project | None]]) -> None:
        """Refuse rows whose name neither is that of the project of their code nor ever was."""
        named = [(row, project, value_of(row, NAME)) for row, project in found if project is not None]
        differing = [(row, project, name) for row, project, name in named if name and not is_named(project, name)]
        earlier: dict[int, list[Any]] = defaultdict(list)
        for piece in pieces({project.pk for _row, project, _name in differing}):
            for version in Project.history.filter(id__in=piece):
                earlier[version.id].append(version)
        for row, project, name in differing:
            if not any(is_named(version, name) for version in earlier[project.pk]):
                self._refuse_misnamed(row, project, self._by_name.get(spelled(name), []))

    @staticmethod
    def _refuse_misnamed(row: RowCheck, project: Project, of_name: Sequence[Project]) -> None:
        two = _("The code and the name are of two projects: %(code)s is “%(name)s”, this name is that of %(others)s.")
        other = _("The register calls %(code)s “%(name)s”. Correct the code or the name.")
        others = listing(each.code for each in of_name)
        told = (two if of_name else other) % {"code": project.code, "name": project.name, "others": others}
        row.refuse("misnamed", told, at=NAME)

    def refuse_taken(self, row: RowCheck) -> None:
        """Refuse a new project with a code that somebody else's has: of whose it is nothing is said."""
        if row.verdict != Verdict.REFUSED and value_of(row, CODE) in self._taken:
            row.refuse("unusable", CODE_REFUSED, at=CODE)

    @staticmethod
    def _refuse_alike(row: RowCheck, alike: Iterable[Project], *, has_code: bool) -> None:
        several = _("Projects of this name are %(codes)s: say by its code which one is meant.")
        other = _("This code is not known, but the project of this name is %(codes)s. Correct the code or the name.")
        told = (other if has_code else several) % {"codes": listing(project.code for project in alike)}
        row.refuse("several", told, at=CODE if has_code else NAME)

    def free_codes(self) -> Iterator[str]:
        """The next free codes of the list for new projects, as most codes on it are made."""
        codes = [entry.project.code for entry in self.entries.values()]
        split = [found for code in codes if (found := _NUMBERED.fullmatch(code))]
        made = Counter((found[1], len(found[2])) for found in split).most_common(1)
        prefix, width = made[0][0] if made else (f"{self._programme.year}-", 2)
        # of all in the province, as it is used once there
        used = set(Project.objects.filter(code__startswith=prefix).values_list("code", flat=True)) | self._said
        numbers = [int(rest) for code in used if (rest := code.removeprefix(prefix)).isdecimal()]
        return (f"{prefix}{number:0{width}}" for number in count(max(numbers, default=0) + 1))


def is_named(project: Any, name: str | None) -> bool:
    """Whether it is a name of the project, or of one of its past versions, in either language and however spaced."""
    return name is not None and spelled(name) in (spelled(project.name_zh), spelled(project.name_en))


def pieces(found: Iterable[Any]) -> Iterator[list[Any]]:
    """Values in order, as many at a time as a query may name."""
    values = sorted(found)
    return (values[start : start + _PIECE] for start in range(0, len(values), _PIECE))


def said(rows: Iterable[RowCheck], name: str) -> set[str]:
    """What the cells of a field say in all rows."""
    return {value for row in rows if isinstance(value := value_of(row, name), str)}


def value_of(row: RowCheck, name: str) -> Any:
    """What the cell of a field says; None where it says nothing or is refused."""
    cell = row.cell(name)
    return None if cell is None or cell.verdict == Verdict.REFUSED else cell.value


def refuse_doubles(found: Iterable[tuple[RowCheck, Project | None]]) -> None:
    """Refuse every row that is about what another row is about too."""
    rows = defaultdict(list)
    for row, project in found:
        key = project.code if project else value_of(row, CODE) or spelled(value_of(row, NAME) or "")
        if key and row.verdict != Verdict.REFUSED:
            rows[key].append(row)
    for same in rows.values():
        for row in same if len(same) > 1 else ():
            others = listing(str(other.row + 1) for other in same if other is not row)
            row.refuse("twice", _("The file is about this project in row %(rows)s too.") % {"rows": others})
