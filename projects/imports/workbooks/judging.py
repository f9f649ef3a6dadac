"""Judging: what the cells of a row would make of its records, by the rules that hold for whoever types them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from projects.choices import AskedAtCell, Importance
from projects.history.digests import digest_of
from projects.history.merging import find_version_by_digest
from projects.models import PlausibilityRule
from projects.models.base import get_fields_to_propose
from projects.plausibility.checks import get_refusals, get_rules_in_force

from .checks import CellCheck, RowCheck, Verdict
from .choices import Choices
from .conflicts import last_change_of
from .fields import VERSION
from .record_values import as_plain, blank_of, put, said_by

CHANGED_SINCE = "changed_since"
# the records whose versions a row brings, in the order of these: each by a field of it, for every kind of workbook
_VERSIONED = (("disbursed", "total_investment"), ("planned_disbursement",))
_SHOWN_AT = {"source": "basis"}  # no column names a source: it is what the cell says of the basis that cannot be


@dataclass
class Judge:
    """Judges the rows of one file for one person."""

    user: Any
    choices: Choices = field(default_factory=Choices)
    refusing: Mapping[str, PlausibilityRule] = field(default_factory=dict)
    doubting: Mapping[str, PlausibilityRule] = field(default_factory=dict)
    refused: Collection[int] | None = None  # of all other rows the records are asked when they are written
    columns: Collection[str] = ()  # the fields that the file has a column for

    @classmethod
    def of(
        cls, user: Any, choices: Choices, refused: Collection[int] | None = None, columns: Collection[str] = ()
    ) -> Judge:
        rules = get_rules_in_force().items()
        refusing = {kind: rule for kind, rule in rules if rule.importance == Importance.REFUSE}
        doubting = {kind: rule for kind, rule in rules if kind not in refusing}
        return cls(user, choices, refusing, doubting, refused, columns)

    def judge(self, row: RowCheck, fields: Mapping[str, Any]) -> None:
        """Set what the cells say on the records, `fields` naming the record of each, and see what the records say of it.

        What is refused is taken back, so that a record is left as it would be written.
        """
        row.records = tuple({id(record): record for record in fields.values()}.values())
        opened = self._opened(row, fields)
        recall(row, fields)
        for cell in row.cells:
            if not cell.is_key and cell.verdict != Verdict.REFUSED:
                self._set(cell, fields[cell.field], opened)
        is_asked = self.refused is None or row.row in self.refused
        if is_asked and any(each.is_written for each in row.cells):
            self._validate(row, fields)
        if other := next((each for each in row.cells if _would_be_told_otherwise(each, fields.get(each.field))), None):
            head = fields[other.field]._meta.get_field(other.field).verbose_name
            row.refuse(
                "new",
                _("Without “%(head)s” a new record would say something else, so it is not written.") % {"head": head},
            )
        self._mark_proposals(row, fields)
        row.settle(is_new=any(record._state.adding for record in row.records))

    @staticmethod
    def _opened(row: RowCheck, fields: Mapping[str, Any]) -> dict[int, Any]:
        """By `id` the records that are not of the version that the row brings: how they were then, None if never so."""
        cell, opened = row.cell(VERSION), {}
        versions = str(cell.value).split() if cell else []
        for names, version in zip(_VERSIONED, versions, strict=False):
            record = next((fields[name] for name in names if name in fields), None)
            if record is not None and not record._state.adding and digest_of(record) != version:
                opened[id(record)] = find_version_by_digest(record, version)
        return opened

    def _set(self, cell: CellCheck, record: Any, opened: Mapping[int, Any]) -> None:
        if as_plain(cell.value) == cell.before:
            cell.after = cell.before
            return
        put(record, cell.field, cell.value)
        cell.after = said_by(record, cell.field)
        if cell.after == cell.before:
            return
        cell.verdict = Verdict.NEW if cell.before is None else Verdict.CHANGED
        if id(record) not in opened:
            return
        version = opened[id(record)]
        then = None if version is None else said_by(version, cell.field)
        if version is not None and then == cell.before:
            return  # the record was changed, and not this
        if version is not None and then == cell.after:
            _take_back(cell, record)
            cell.verdict, cell.after = Verdict.UNCHANGED, cell.before  # as it was exported: it asks for nothing
            return
        cell.code, cell.question = CHANGED_SINCE, AskedAtCell.CONFLICT.value
        cell.options = last_change_of(cell, record, version, self.user)
        if not self.choices.takes_file(cell.place.address):
            _take_back(cell, record)
            cell.verdict = Verdict.CONFLICT

    def _validate(self, row: RowCheck, fields: Mapping[str, Any]) -> None:
        """Refuse the cells that a record refuses, then the row if it still does."""
        if (errors := self._errors(row)) and self._refuse_cells(row, fields, errors):
            errors = self._errors(row)
        for name, messages in errors.items():
            row.refuse(
                "invalid", _said_of_row(row, fields, name, messages), at="" if name == NON_FIELD_ERRORS else name
            )

    def _errors(self, row: RowCheck) -> dict[str, list[str]]:
        errors: dict[str, list[str]] = {}
        for record in row.records:
            if not record.changed_fields():
                continue
            found: dict[str, list[str]] = {}
            try:
                record.full_clean_alone()
            except ValidationError as error:
                said = error.message_dict
                found = {
                    _SHOWN_AT.get(name, name): said[name] for name in said if not _is_yet_to_be_stored(record, name)
                }
            if self.refusing and not found:  # a place of a project that is new has a fault that is none
                found = get_refusals(record, self.refusing)
            errors |= found
        return errors

    @staticmethod
    def _refuse_cells(row: RowCheck, fields: Mapping[str, Any], errors: Mapping[str, list[str]]) -> bool:
        """Whether a cell that would be written is what is wrong. It is taken back then."""
        found = False
        for cell in row.cells:
            name = cell.field
            if name in errors and cell.field in fields and cell.is_written:
                _take_back(cell, fields[cell.field])
                cell.refuse("invalid", " ".join(errors[name]))
                found = True
        return found

    def _mark_proposals(self, row: RowCheck, fields: Mapping[str, Any]) -> None:
        gated = {(id(record), name) for record in row.records for name in get_fields_to_propose(record, self.user)}
        row.is_proposal = bool(gated)
        for cell in row.cells:
            key = id(fields.get(cell.field))
            cell.is_proposal = cell.is_written and not gated.isdisjoint({(key, cell.field), (key, "programme")})


def recall(row: RowCheck, fields: Mapping[str, Any]) -> None:
    """Say at each cell what is stored, also where it is refused. Of a new record nothing is, whatever it says by itself."""
    for cell in row.cells:
        record = fields.get(cell.field)
        cell.is_key = record is None
        if record is not None and not record._state.adding:
            cell.before = said_by(record, cell.field)


def _said_of_row(row: RowCheck, fields: Mapping[str, Any], name: str, messages: Sequence[str]) -> str:
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


def _would_be_told_otherwise(cell: CellCheck, record: Any) -> bool:
    """Whether a new record without this cell, which is refused, would say more than that it is not known."""
    if cell.verdict != Verdict.REFUSED or record is None or not record._state.adding:
        return False
    name = cell.field
    return name in record.told_by_blank or blank_of(record, name) not in (None, "")


def _take_back(cell: CellCheck, record: Any) -> None:
    """Let a record say again what it said: what is stored, or what a new one says by itself."""
    stored = record._stored
    field = record._meta.get_field(cell.field)
    for name in (field.attname, f"{field.name}_precision"):
        if hasattr(record, name):
            setattr(record, name, stored[name] if stored else blank_of(record, name))
