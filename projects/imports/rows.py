"""Rows: which project each is about, and what its cells would make of the records, by the rules for whoever types them.

Nothing is guessed: what is not clear is asked, and answered by `Choices`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Field, Model, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from projects.access import get_access
from projects.choices import AskedAtCell, Importance
from projects.choices import CellVerdict as Verdict
from projects.history.digests import digest_of
from projects.history.merging import find_version_by_digest
from projects.models import (
    Enterprise,
    Entry,
    ImportedCell,
    MonthlyReport,
    PlausibilityRule,
    Prefecture,
    Programme,
    Project,
)
from projects.models.base import UNUSABLE, get_fields_to_propose
from projects.models.entry import JOINED_IS_ASKED, lacks_day_of_joining
from projects.models.fields import CODE_REFUSED, NATIONAL_CODE_REFUSED
from projects.models.report import new_report
from projects.periods import Month, PartialDate, partial_dates
from projects.plausibility.checks import find_doubts, find_doubts_on_submission, get_refusals, get_rules_in_force
from projects.plausibility.rules import Doubt, Surroundings
from projects.text import listing
from sectors.models import Sector

from .fields import CODE, FIELDS, KEYS, MONTH, NAME, NATIONAL, QUOTED, VERSION, WorkbookKind
from .values import normalize_name

SAID_TWICE = "twice"  # the code of what the file says in several rows
CLEARED = object()  # the value of a blank cell that takes away what is stored


@dataclass(slots=True)
class RowCheck:
    """One row and the records that it is about, as they would be written. `proposed_code`: what a new project would get."""

    row: int  # counted from 0
    cells: list[ImportedCell]
    records: tuple[Any, ...] = ()
    verdict: Verdict = Verdict.UNCHANGED
    project: str = ""  # its code
    proposed_code: str = ""
    is_proposal: bool = False  # something of it, such as joining the list, is only proposed
    doubts: list[Doubt] = field(default_factory=list)  # what waits for somebody who confirms it

    @property
    def number(self) -> str:
        """As a spreadsheet counts it."""
        return str(self.row + 1)

    @property
    def key_cell(self) -> ImportedCell:
        """The cell that says which project it is about; else the first."""
        return self.cell("code") or self.cell("name_zh") or self.cells[0]

    @property
    def is_double(self) -> bool:
        """Whether it is refused because another row is about the same."""
        return any(each.code == SAID_TWICE for each in self.cells)

    def cell(self, name: str) -> ImportedCell | None:
        return next((each for each in self.cells if each.field == name), None)

    def settle(self, *, is_new: bool) -> None:
        """The verdict of the row from those of its cells."""
        found = {each.verdict for each in self.cells}
        if found & {Verdict.NEW, Verdict.CHANGED}:
            self.verdict = Verdict.NEW if is_new else Verdict.CHANGED
        else:
            order = (Verdict.REFUSED, Verdict.CONFLICT)
            self.verdict = next((each for each in order if each in found), Verdict.UNCHANGED)

    def refuse(self, code: str, words: Any, *, at: str = "") -> None:
        """Nothing of the row is written; why is said at one of its cells."""
        if self.cells:
            (self.cell(at) or self.key_cell).refuse(code, words)
        for each in self.cells:
            each.refuse("row", "")
        self.verdict = Verdict.REFUSED


NEW_PROJECT = "new"
_MOST, _LONGEST = 20_000, 100
NOT_CHOICES = gettext_lazy("Answers name rows by their number, and cells by their address, each with what is selected.")


class Holds(TextChoices):
    """Whose value of a cell in conflict holds."""

    REGISTER = "register", pgettext_lazy("workbook", "keep the register’s")
    FILE = "file", pgettext_lazy("workbook", "take the file’s")


@dataclass(frozen=True)
class Choices:
    """`projects` (a code, or `new`) and `sectors` (a code) by the number of a row, counted from 1; whose value holds (a
    `Holds`): by the address of a cell in `cells`, of all others `conflicts`.
    """

    projects: Mapping[str, str] = field(default_factory=dict)
    sectors: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    conflicts: str = Holds.REGISTER.value

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Any) -> Choices:
        """What a caller says. Raises `ValidationError` for what are no choices."""
        named = {"projects", "sectors", "cells"}
        if not isinstance(said, dict) or set(said) - named - {"conflicts"}:
            raise ValidationError(NOT_CHOICES, code="choices")
        maps = {name: said.get(name, {}) for name in named}
        if not all(map(_is_map, maps.values())):
            raise ValidationError(NOT_CHOICES, code="choices")
        held = [*maps["cells"].values(), said.get("conflicts", Holds.REGISTER)]
        if any(each not in Holds.values for each in held):
            raise ValidationError(NOT_CHOICES, code="choices")
        return cls(**maps, conflicts=str(held[-1]))

    def merge(self, other: Choices, *, for_all: bool) -> Choices:
        """These and then the others; where those are for all conflicts, no cell is excepted that they do not name."""
        return Choices(
            projects={**self.projects, **other.projects},
            sectors={**self.sectors, **other.sectors},
            cells=other.cells if for_all else {**self.cells, **other.cells},
            conflicts=other.conflicts if for_all else self.conflicts,
        )

    def prefers_file(self, address: str) -> bool:
        return self.cells.get(address, self.conflicts) == Holds.FILE


def _is_map(said: Any) -> bool:
    return (
        isinstance(said, dict)
        and len(said) <= _MOST
        and all(isinstance(each, str) and 0 < len(each) <= _LONGEST for pair in said.items() for each in pair)
    )


_NOT_KNOWN = "unknown"  # in every list of choices that has a word for it
_CODES = ("code", "adcode", "name_zh")


def get_stored_value(record: Model, name: str) -> Any:
    """What a record says: whole CNY, a number, a code, a date as text; None where it is not known."""
    return to_plain(getattr(record, partial_dates(type(record)).get(name, name), None))  # a new one may lack its sector


def to_plain(value: Any) -> Any:
    if isinstance(value, int):
        return value
    if value is None or value is CLEARED or value in ("", _NOT_KNOWN):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, Enterprise):
        return value.name_zh
    if isinstance(value, Model):
        return next(getattr(value, each) for each in _CODES if hasattr(value, each))
    if isinstance(value, PartialDate):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def set_value(record: Model, name: str, value: Any) -> None:
    """Set a field to a value that was read from a cell; what is cleared says what a new record says."""
    attribute = partial_dates(type(record)).get(name)
    if attribute:
        setattr(record, attribute, None if value is CLEARED else value)
    elif value is CLEARED:
        setattr(record, name, get_blank(record, name))
    else:
        setattr(record, name, value)


def get_blank(record: Model, name: str) -> Any:
    """What a new record says of a field."""
    field: Field = record._meta.get_field(name)  # type: ignore[assignment]
    return field.get_default()


def find_last_change(cell: ImportedCell, record: Any, version: Any, user: Any) -> dict[str, Any]:
    """Of a cell in conflict, as JSON; empty where the version that the file brings never was one of the record.

    `then` is what the file's version said, `is_own` whether the sender changed it.
    """
    if version is None:
        return {}
    made = None
    rows = type(record).history.filter(id=record.pk).select_related("revision__user").order_by("-history_id")
    for row in rows.iterator():
        if get_stored_value(row.instance, cell.field) != cell.before:
            break
        made = row
    if made is None:
        return {}
    return {
        "who": made.revision.author_name,
        "is_own": made.revision.user_id == user.pk,
        "when": made.history_date.isoformat(),
        "revision": made.revision_id,
        "then": get_stored_value(version, cell.field),
    }


def add_doubts(rows: Iterable[RowCheck], rules: Mapping[str, PlausibilityRule]) -> None:
    """Say at the cells what rules doubt, and keep for each row what has to be confirmed.

    Of a draft of a report nothing has to be confirmed before it is handed in, which checks all of it.
    """
    written = [(row, record) for row in rows if any(cell.is_written for cell in row.cells) for record in row.records]
    if not rules or not written:
        return
    around = Surroundings(records=[record for _row, record in written])
    for row, record in written:
        is_report = isinstance(record, MonthlyReport)
        if is_report:
            doubts: Iterable[Doubt] = find_doubts_on_submission(record, rules, around)
        else:
            doubts = find_doubts(record, rules, around) if record.changed_fields() else ()
        for doubt in doubts:
            cell = row.cell(doubt.field)
            if cell is not None and cell.is_written and not cell.words:
                cell.code, cell.words = str(doubt.rule.kind), doubt.message
            if doubt.rule.importance == Importance.CONFIRM and not is_report:
                row.doubts.append(doubt)


def doubt_as_json(row: RowCheck, doubt: Doubt) -> dict[str, Any]:
    """A doubt as it is kept with an import, as JSON."""
    return {"row": row.row + 1, "code": str(doubt.rule.kind), "message": doubt.message, "field": doubt.field}


CHANGED_SINCE = "changed_since"
# the records whose versions a row brings, in the order of these: each by a field of it, for every kind of workbook
_VERSIONED = (("disbursed", "total_investment"), ("planned_disbursement",))
_SHOWN_AT = {"source": "basis"}  # no column names a source: it is what the cell says of the basis that cannot be


class Judge:
    """Judges the rows of one file for one person. `columns` are the fields that the file has a column for."""

    def __init__(self, user: Any, choices: Choices, columns: Collection[str]) -> None:
        self.user, self.choices, self.columns = user, choices, columns
        rules = get_rules_in_force().items()
        self._refusing = {kind: rule for kind, rule in rules if rule.importance == Importance.REFUSE}
        self.doubting = {kind: rule for kind, rule in rules if kind not in self._refusing}

    def judge(self, row: RowCheck, fields: Mapping[str, Any]) -> None:
        """Set what the cells say on the records, `fields` naming the record of each, and see what the records say of it.

        What is refused is taken back, so that a record is left as it would be written.
        """
        row.records = tuple({id(record): record for record in fields.values()}.values())
        opened = self._find_outdated(row, fields)
        fill_in_stored(row, fields)
        for cell in row.cells:
            if not cell.is_key and cell.verdict != Verdict.REFUSED:
                self._set(cell, fields[cell.field], opened)
        if any(each.is_written for each in row.cells):
            self._validate(row, fields)
        if other := next((each for each in row.cells if _would_mislead(each, fields.get(each.field))), None):
            head = fields[other.field]._meta.get_field(other.field).verbose_name
            row.refuse(
                "new",
                _("Without “%(head)s” a new record would say something else, so it is not written.") % {"head": head},
            )
        self._mark_proposals(row, fields)
        row.settle(is_new=any(record._state.adding for record in row.records))

    @staticmethod
    def _find_outdated(row: RowCheck, fields: Mapping[str, Any]) -> dict[int, Any]:
        """By `id` the records that are not of the version that the row brings: how they were then, None if never so."""
        cell, opened = row.cell(VERSION), {}
        versions = str(cell.value).split() if cell else []
        for names, version in zip(_VERSIONED, versions, strict=False):
            record = next((fields[name] for name in names if name in fields), None)
            if record is not None and not record._state.adding and digest_of(record) != version:
                opened[id(record)] = find_version_by_digest(record, version)
        return opened

    def _set(self, cell: ImportedCell, record: Any, opened: Mapping[int, Any]) -> None:
        if to_plain(cell.value) == cell.before:
            cell.after = cell.before
            return
        set_value(record, cell.field, cell.value)
        cell.after = get_stored_value(record, cell.field)
        if cell.after == cell.before:
            return
        cell.verdict = Verdict.NEW if cell.before is None else Verdict.CHANGED
        if id(record) not in opened:
            return
        version = opened[id(record)]
        then = None if version is None else get_stored_value(version, cell.field)
        if version is not None and then == cell.before:
            return  # the record was changed, and not this
        if version is not None and then == cell.after:
            _reset(cell, record)
            cell.verdict, cell.after = Verdict.UNCHANGED, cell.before  # as it was exported: it asks for nothing
            return
        cell.code, cell.question = CHANGED_SINCE, AskedAtCell.CONFLICT.value
        cell.options = find_last_change(cell, record, version, self.user)
        if not self.choices.prefers_file(cell.address):
            _reset(cell, record)
            cell.verdict = Verdict.CONFLICT

    def _validate(self, row: RowCheck, fields: Mapping[str, Any]) -> None:
        """Refuse the cells that a record refuses, then the row if it still does."""
        if (errors := self._errors(row)) and self._refuse_cells(row, fields, errors):
            errors = self._errors(row)
        for name, messages in errors.items():
            row.refuse(
                "invalid", _describe_error(row, fields, name, messages), at="" if name == NON_FIELD_ERRORS else name
            )

    def _errors(self, row: RowCheck) -> dict[str, list[str]]:
        errors: dict[str, list[str]] = {}
        for record in row.records:
            if not record.changed_fields():
                continue
            found: dict[str, list[str]] = {}
            try:
                record.full_clean()
            except ValidationError as error:
                said = error.message_dict
                found = {
                    _SHOWN_AT.get(name, name): said[name] for name in said if not _is_yet_to_be_stored(record, name)
                }
            if self._refusing and not found:  # a place of a project that is new has a fault that is none
                found = get_refusals(record, self._refusing)
            errors |= found
        return errors

    @staticmethod
    def _refuse_cells(row: RowCheck, fields: Mapping[str, Any], errors: Mapping[str, list[str]]) -> bool:
        """Whether a cell that would be written is what is wrong. It is taken back then."""
        found = False
        for cell in row.cells:
            name = cell.field
            if name in errors and cell.field in fields and cell.is_written:
                _reset(cell, fields[cell.field])
                cell.refuse("invalid", " ".join(errors[name]))
                found = True
        return found

    def _mark_proposals(self, row: RowCheck, fields: Mapping[str, Any]) -> None:
        gated = {(id(record), name) for record in row.records for name in get_fields_to_propose(record, self.user)}
        row.is_proposal = bool(gated)
        for cell in row.cells:
            key = id(fields.get(cell.field))
            cell.is_proposal = cell.is_written and not gated.isdisjoint({(key, cell.field), (key, "programme")})


def fill_in_stored(row: RowCheck, fields: Mapping[str, Any]) -> None:
    """Say at each cell what is stored, also where it is refused. Of a new record nothing is, whatever it says by itself."""
    for cell in row.cells:
        record = fields.get(cell.field)
        cell.is_key = record is None
        if record is not None and not record._state.adding:
            cell.before = get_stored_value(record, cell.field)


def _describe_error(row: RowCheck, fields: Mapping[str, Any], name: str, messages: Sequence[str]) -> str:
    """Of a field that no cell says also which one it is: it is said at another cell."""
    told, record = " ".join(messages), fields.get(name)
    if record is None or row.cell(name) is not None:
        return told
    field = record._meta.get_field(name)
    if getattr(record, field.attname) in (None, ""):
        told = _("This has to be said of a new record.")
    return _("%(head)s: %(words)s") % {"head": field.verbose_name, "words": told}


def _is_yet_to_be_stored(record: Any, name: str) -> bool:
    """Whether a record refers to another one of its row, which has no key yet."""
    state = getattr(getattr(record, name, None), "_state", None)
    return state is not None and state.adding


def _would_mislead(cell: ImportedCell, record: Any) -> bool:
    """Whether a new record without this cell, which is refused, would say more than that it is not known."""
    if cell.verdict != Verdict.REFUSED or record is None or not record._state.adding:
        return False
    name = cell.field
    return name in record.told_by_blank or get_blank(record, name) not in (None, "")


def _reset(cell: ImportedCell, record: Any) -> None:
    """Let a record say again what it said: what is stored, or what a new one says by itself."""
    stored = record._stored
    field = record._meta.get_field(cell.field)
    for name in (field.attname, f"{field.name}_precision"):
        if hasattr(record, name):
            setattr(record, name, stored[name] if stored else get_blank(record, name))


_NUMBERED = re.compile(r"(.*?)(\d+)")
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?=-)", re.ASCII)  # of a list, within a code
_FIRST = "HN-EI-"  # begins the codes of a register in which none is seen


class ProjectLookup:
    """The projects that a user sees and the rows may be about: those on the programme's list, and those named by code."""

    def __init__(self, programme: Programme, user: Any, choices: Choices, *, makes_new: bool) -> None:
        self._programme, self._choices, self._makes_new = programme, choices, makes_new
        self._access = get_access(user)
        self.entries: dict[int, Entry] = {}
        for entry in Entry.objects.visible_to(user).filter(programme=programme).prefetch_related("plans"):
            entry.programme = programme
            self.entries[entry.project_id] = entry
        self._by_code = {project.code: project for project in Project.objects.visible_to(user).with_references()}
        self._by_national = {each.national_code: each for each in self._by_code.values() if each.national_code}
        self._by_name: dict[str, list[Project]] = defaultdict(list)
        for project in self._by_code.values():
            if entry := self.entries.get(project.pk):
                entry.project = project
                for name in {normalize_name(project.name_zh), normalize_name(project.name_en)} - {""}:
                    self._by_name[name].append(project)
        codes = Project.objects.regardless_of_permission().values_list("code", "national_code")
        self._taken = (
            {code for pair in codes for code in pair if code} - self._by_code.keys() - self._by_national.keys()
        )

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
        keys = {project.pk for _row, project, _name in differing}
        for version in Project.history.filter(self._access.rows("prefecture_id"), id__in=keys):
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

    def free_codes(self, said: Collection[str]) -> Iterator[str]:
        """Return the next free codes for new projects, made as most codes on the list are, of those that the user sees; of a
        list that has none yet as most in the register are, with its own year. Those `said` in the file are not free.

        Whoever does not read the whole register counts in codes of their own prefecture: the next number of the whole list
        would tell how many projects the others have.
        """
        year = str(self._programme.year)
        made = _find_usual_code(entry.project.code for entry in self.entries.values())
        if made is None and (usual := _find_usual_code(self._by_code)):
            made = _YEAR.sub(year, usual[0]), usual[1]
        prefix, width = made or (f"{_FIRST}{year}-", 2)
        if not self._access.reads_all:
            prefix = self._own_prefix(prefix)
        begun = [code.removeprefix(prefix) for code in (*self._by_code, *said) if code.startswith(prefix)]
        last = max(map(int, filter(str.isdecimal, begun)), default=0)
        codes = (f"{prefix}{number:0{width}}" for number in count(last + 1))
        return (code for code in codes if code not in self._taken)

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
        self._lookup = ProjectLookup(self._programme, self._user, self._choices, makes_new=True)
        self._enterprises = Enterprise.objects.visible_to(self._user).in_bulk(field_name="name_zh")
        names = Enterprise.objects.regardless_of_permission().values_list("name_zh", flat=True)
        self._taken_names = set(names) - self._enterprises.keys()
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
        free = self._lookup.free_codes({get_cell_value(row, CODE) for row in rows} - {None})
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
                enterprise.full_clean()
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


NOT_ON_LIST = gettext_lazy("The project “%(value)s” is not on this year's list.")
MayEdit = Callable[[Any, MonthlyReport], bool]


class ReportRows:
    """Judges the rows of a month for a user. `may_edit` says whether a report that is stored may be changed as it stands."""

    def __init__(self, programme: Programme, month: int, user: Any, *, may_edit: MayEdit, judge: Judge) -> None:
        self._programme, self._month, self._user, self._may_edit = programme, month, user, may_edit
        self._judge, self._choices = judge, judge.choices
        self._names = [name for name, each in FIELDS[WorkbookKind.REPORTS].items() if each.model is MonthlyReport]

    def judge(self, rows: Sequence[RowCheck]) -> None:
        lookup = ProjectLookup(self._programme, self._user, self._choices, makes_new=False)
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
