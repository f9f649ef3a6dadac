"""Project lookup: which project a row names, by its code or by its name on the list. Nothing is guessed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from projects.access import get_access
from projects.choices import AskedAtCell
from projects.models import Entry, Prefecture, Programme, Project
from projects.models.fields import CODE_REFUSED, NATIONAL_CODE_REFUSED
from projects.text import listing

from .checks import CLEARED, NEW_PROJECT, SAID_TWICE, Choices, RowCheck, Verdict
from .fields import CODE, KEYS, NAME, NATIONAL
from .values import normalize_name

_NUMBERED = re.compile(r"(.*?)(\d+)")
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?=-)", re.ASCII)  # of a list, within a code
_FIRST = "HN-EI-"  # begins the codes of a register in which none is seen
_PIECE = 500  # values that are asked for at once


class ProjectLookup:
    """The projects that a user sees and the rows may be about: those on the programme's list, and those named by code."""

    def __init__(
        self, programme: Programme, user: Any, rows: Sequence[RowCheck], choices: Choices, *, makes_new: bool
    ) -> None:
        self._programme, self._choices, self._makes_new = programme, choices, makes_new
        self._access, self._visible = get_access(user), Project.objects.visible_to(user)
        visible = self._visible.with_references()
        self.entries: dict[int, Entry] = {}
        for entry in Entry.objects.visible_to(user).filter(programme=programme).prefetch_related("plans"):
            entry.programme = programme
            self.entries[entry.project_id] = entry
        self._by_code = {project.code: project for project in visible.on_list_of(programme)}
        self._by_name: dict[str, list[Project]] = defaultdict(list)
        for project in self._by_code.values():
            self.entries[project.pk].project = project
            for name in {normalize_name(project.name_zh), normalize_name(project.name_en)} - {""}:
                self._by_name[name].append(project)
        self._said = get_texts(rows, CODE)
        self._taken: set[str] = set()
        for piece in in_batches(self._said - self._by_code.keys()):
            self._by_code |= {project.code: project for project in visible.filter(code__in=piece)}
            taken = Project.objects.regardless_of_permission().filter(code__in=piece)
            self._taken |= set(taken.values_list("code", flat=True))
        self._taken -= self._by_code.keys()
        self._by_national: dict[str, Project] = {}
        self._read_national(visible, get_texts(rows, NATIONAL))

    def _read_national(self, visible: QuerySet, national: set[str]) -> None:
        """Each of them once, as rows may be about it by either code; of those that nobody is to know of the code alone."""
        for piece in in_batches(national):
            for project in visible.filter(national_code__in=piece):
                self._by_national[str(project.national_code)] = self._by_code.setdefault(project.code, project)
            taken = Project.objects.regardless_of_permission().filter(national_code__in=piece)
            self._taken |= {str(each) for each in taken.values_list("national_code", flat=True)}
        self._taken -= self._by_national.keys()

    def find(self, row: RowCheck) -> Project | None:
        """The project of a row; None for a new one, and for a row that is refused because it names none or several."""
        code, national, name = (get_cell_value(row, key) for key in (CODE, NATIONAL, NAME))
        known = self._by_code.get(code)
        refused = {cell.field for cell in row.cells if cell.verdict == Verdict.REFUSED}
        if refused & (KEYS - {NATIONAL} if known else KEYS):
            row.refuse("key", "")
            return None
        if known is not None:
            return known
        alike = self._by_name.get(normalize_name(name), []) if name else []
        of_national = self._by_national.get(national)
        candidates = [of_national] if of_national else alike
        if not candidates:
            if code is None and national is None and name is None:
                row.refuse("no_key", _("The row names no project: neither its code nor its name."))
            return None
        first, is_one = candidates[0], len(candidates) == 1 and code is None
        fits = national is None or first.national_code in (None, national)
        if is_one and fits and (not alike or first in alike):
            return first
        at = NATIONAL if of_national or is_one else NAME if code is None else CODE
        return self._ask_which(row, candidates, at=at)

    def _ask_which(self, row: RowCheck, alike: Sequence[Project], *, at: str) -> Project | None:
        """The one that somebody chose for the row; None for a new one, and where nobody has: then the row is refused."""
        asked = row.cell(at) or row.key_cell
        asked.question = AskedAtCell.PROJECT.value
        asked.options = {"projects": [project.code for project in alike], "may_be_new": self._may_be_new(row)}
        chosen = self._choices.projects.get(row.number)
        if chosen == NEW_PROJECT and self._may_be_new(row):
            return None
        found = next((project for project in alike if project.code == chosen), None)
        if found is None:
            self._refuse_ambiguous(row, alike, at=at)
        return found

    def _may_be_new(self, row: RowCheck) -> bool:
        return self._makes_new and get_cell_value(row, NATIONAL) not in self._by_national

    def refuse_misnamed(self, found: Iterable[tuple[RowCheck, Project | None]]) -> None:
        """Refuse rows whose name neither is that of the project of their code nor ever was, in a prefecture of the user."""
        named = [(row, project, get_cell_value(row, NAME)) for row, project in found if project is not None]
        differing = [(row, project, name) for row, project, name in named if name and not is_named(project, name)]
        earlier: dict[int, list[Any]] = defaultdict(list)
        for piece in in_batches({project.pk for _row, project, _name in differing}):
            for version in Project.history.filter(self._access.rows("prefecture_id"), id__in=piece):
                earlier[version.id].append(version)
        for row, project, name in differing:
            if not any(is_named(version, name) for version in earlier[project.pk]):
                self._refuse_misnamed(row, project, self._by_name.get(normalize_name(name), []))

    @staticmethod
    def _refuse_misnamed(row: RowCheck, project: Project, of_name: Sequence[Project]) -> None:
        two = _("The code and the name are of two projects: %(code)s is “%(name)s”, this name is that of %(others)s.")
        other = _("The register calls %(code)s “%(name)s”. Correct the code or the name.")
        others = listing(each.code for each in of_name)
        told = (two if of_name else other) % {"code": project.code, "name": project.name, "others": others}
        row.refuse("misnamed", told, at=NAME)

    def refuse_taken(self, row: RowCheck, project: Project | None) -> None:
        """Refuse a code that another project has: of whose it is nothing is said to whoever does not see it."""
        if row.verdict == Verdict.REFUSED:
            return
        national = get_cell_value(row, NATIONAL)
        holder = self._by_national.get(national)
        if project is None and get_cell_value(row, CODE) in self._taken:
            row.refuse("unusable", CODE_REFUSED, at=CODE)
        elif national in self._taken:
            row.refuse("unusable", NATIONAL_CODE_REFUSED, at=NATIONAL)
        elif holder is not None and holder is not project:
            row.refuse("taken", _("This national project code is that of %(code)s.") % {"code": holder}, at=NATIONAL)
        elif not self._makes_new and project and national and project.national_code not in (None, national):
            told = _("The register has another national project code for %(code)s.") % {"code": project}
            row.refuse("misnamed", told, at=NATIONAL)

    @staticmethod
    def _refuse_ambiguous(row: RowCheck, alike: Iterable[Project], *, at: str) -> None:
        differing = _(
            "The national project code is not that of what else the row names. %(codes)s may be meant: say so or correct it."
        )
        several = _("Projects of this name are %(codes)s: say by its code which one is meant.")
        other = _("This code is not known, but the project of this name is %(codes)s. Correct the code or the name.")
        told = {CODE: other, NAME: several, NATIONAL: differing}[at]
        row.refuse("several", told % {"codes": listing(project.code for project in alike)}, at=at)

    def free_codes(self) -> Iterator[str]:
        """Return the next free codes for new projects, made as most codes on the list are, of those that the user sees; of a
        list that has none yet as most in the register are, with its own year.

        Whoever does not read the whole register counts in codes of their own prefecture: the next number of the whole list
        would tell how many projects the others have.
        """
        year = str(self._programme.year)
        made = _find_usual_code(entry.project.code for entry in self.entries.values())
        if made is None and (usual := _find_usual_code(self._visible.values_list("code", flat=True))):
            made = _YEAR.sub(year, usual[0]), usual[1]
        prefix, width = made or (f"{_FIRST}{year}-", 2)
        if not self._access.reads_all:
            prefix = self._own_prefix(prefix)
        begun = {"code__startswith": prefix}
        seen = set(self._visible.filter(**begun).values_list("code", flat=True)) | self._said
        taken = set(Project.objects.regardless_of_permission().filter(**begun).values_list("code", flat=True))
        numbers = [int(rest) for code in seen if (rest := code.removeprefix(prefix)).isdecimal()]
        codes = (f"{prefix}{number:0{width}}" for number in count(max(numbers, default=0) + 1))
        return (code for code in codes if code not in taken)

    def _own_prefix(self, prefix: str) -> str:
        """Return the beginning of a code with the administrative code of the user's prefecture before the year."""
        own = Prefecture.objects.filter(pk__in=self._access.writes_in).order_by("adcode")
        adcode = own.values_list("adcode", flat=True).first()
        if adcode is None or adcode in prefix:
            return prefix
        year = _YEAR.search(prefix)
        place = year.start() if year else len(prefix)
        return f"{prefix[:place]}{adcode}-{prefix[place:]}"


def _find_usual_code(codes: Iterable[str]) -> tuple[str, int] | None:
    """How most of these codes begin and how many digits follow; None where none ends in a number."""
    split = [found for code in codes if (found := _NUMBERED.fullmatch(code))]
    made = Counter((found[1], len(found[2])) for found in split).most_common(1)
    return made[0][0] if made else None


def is_named(project: Any, name: str | None) -> bool:
    """Whether it is a name of the project, or of one of its past versions, in either language and however spaced."""
    return name is not None and normalize_name(name) in (
        normalize_name(project.name_zh),
        normalize_name(project.name_en),
    )


def in_batches(found: Iterable[Any]) -> Iterator[list[Any]]:
    """Values in order, as many at a time as a query may name."""
    values = sorted(found)
    return (values[start : start + _PIECE] for start in range(0, len(values), _PIECE))


def get_texts(rows: Iterable[RowCheck], name: str) -> set[str]:
    """What the cells of a field say in all rows."""
    return {value for row in rows if isinstance(value := get_cell_value(row, name), str)}


def get_cell_value(row: RowCheck, name: str) -> Any:
    """What the cell of a field says; None where it says nothing or is refused."""
    cell = row.cell(name)
    return None if cell is None or cell.verdict == Verdict.REFUSED or cell.value is CLEARED else cell.value


def refuse_doubles(found: Iterable[tuple[RowCheck, Project | None]]) -> None:
    """Refuse every row that is about what another row is about too, then those that give one code to several projects."""
    left = [(row, project) for row, project in found if row.verdict != Verdict.REFUSED]
    keys = [
        (project.code if project else get_cell_value(row, CODE) or normalize_name(get_cell_value(row, NAME) or ""))
        for row, project in left
    ]
    _refuse_same([row for row, _project in left], keys, _("The file is about this project in row %(rows)s too."))
    rows = [row for row, _project in left if row.verdict != Verdict.REFUSED]
    same = _("This national project code stands in row %(rows)s too: it is that of one project.")
    _refuse_same(rows, [get_cell_value(row, NATIONAL) for row in rows], same, at=NATIONAL)


def _refuse_same(rows: Sequence[RowCheck], keys: Iterable[str | None], told: str, *, at: str = "") -> None:
    by_key = defaultdict(list)
    for row, key in zip(rows, keys, strict=True):
        if key:
            by_key[key].append(row)
    for same in by_key.values():
        for row in same if len(same) > 1 else ():
            others = listing(other.number for other in same if other is not row)
            row.refuse(SAID_TWICE, told % {"rows": others}, at=at)
