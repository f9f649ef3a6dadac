"""Judging: what the cells of a row would make of its records, by the rules that hold for whoever types them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Field, Model
from django.utils.translation import gettext as _

from projects.choices import AskedAtCell, Importance
from projects.history.digests import digest_of
from projects.history.merging import find_version_by_digest
from projects.models import Enterprise, ImportedCell, MonthlyReport, PlausibilityRule
from projects.models.base import get_fields_to_propose
from projects.periods import PartialDate, partial_dates
from projects.plausibility.checks import find_doubts, find_doubts_on_submission, get_refusals, get_rules_in_force
from projects.plausibility.rules import Doubt, Surroundings

from .checks import CLEARED, Choices, RowCheck, Verdict
from .fields import VERSION

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
                record.full_clean_alone()
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
