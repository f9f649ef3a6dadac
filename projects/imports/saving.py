"""Record saver: stores one record of a line, or says at which of its cells it is refused.

A new record is looked at as soon as its line is, gets its key, and is inserted with others when its piece of the file ends.
That no other has what identifies it is known from the lookup, which did not have it; that what it refers to exists, since it
came from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from projects.choices import Importance
from projects.history.revisions import Draft
from projects.models.bulk import Keys, insert_with_history
from projects.plausibility.checks import find_doubts_about_new, take_pointed_out

from .layout import FileLayout
from .lookup import RecordLookup
from .opening import CsvRow
from .result import Result


class Refused(Exception):  # noqa: N818  an outcome, reported already
    """A line cannot be stored; why is among the problems of the result."""


class RecordSaver:
    """Takes the records of one sheet's lines. Everything that is wrong with a line is found before it is refused."""

    def __init__(self, lookup: RecordLookup, result: Result, draft: Draft) -> None:
        self.lookup, self.result, self._draft = lookup, result, draft
        self._refused: set[tuple[type[Model], Any]] = set()
        self._counted: dict[type[Model], set[Any]] = {}
        self._keys = Keys()
        self._new: dict[type[Model], list[Any]] = {}  # to be inserted, in the order in which they refer to each other
        self._lines: dict[int, CsvRow] = {}  # of those, by identity

    def open(self, sheet: FileLayout) -> None:
        """From now on the lines are those of this sheet."""
        self.sheet = sheet

    def save(self, line: CsvRow, record: Any) -> Any:
        """Store a record if it is new or changed, and count it. Raises `Refused`."""
        if line.bad:
            self._succeeds(record.full_clean_alone, line)  # says what else is wrong
        elif self._is_stored(line, record):
            return record
        raise Refused

    def save_part(self, line: CsvRow, record: Any, fields: Mapping[str, str] = MappingProxyType({})) -> Any:
        """Store what the line's own record refers to. None if that is not possible; why is said at its cell.

        `fields` says in which column a field stands, as `Sheet.fields` does.
        """
        if not self._is_counted(record):
            return record if self._is_stored(line, record, fields) else None
        changed = record.changed_fields()
        if not changed:
            return record
        if self._succeeds(record.full_clean_alone, line, fields):
            for name in changed:
                self.say(line, fields.get(name, name), _("Another line says otherwise."))
        return None

    def _is_stored(self, line: CsvRow, record: Any, fields: Mapping[str, str] = MappingProxyType({})) -> bool:
        is_new, changed = record._state.adding, record.changed_fields()
        validate = record.full_clean_alone
        if changed and not is_new:
            self.flush()
            validate = record.save  # which validates by itself
        if not self._succeeds(validate, line, fields):
            return False
        if is_new:
            self._lines[id(record)] = line
            self._insert(record)
        for doubt in take_pointed_out(self._draft):
            self.result.point_out(line.file, line.number, fields.get(doubt.field) or self._column(doubt.field), doubt)
        if changed:
            self.lookup.put(record)
        self._refused.discard((type(record), record.natural_key()))
        if not self._is_counted(record):
            self._counted.setdefault(type(record), set()).add(record.pk)
            count = self.result.count(type(record))
            count.new += is_new
            count.changed += bool(changed) and not is_new
            count.unchanged += not changed
        return True

    def _insert(self, record: Any) -> None:
        record.pk = self._keys.take(type(record))
        record._state.adding = False
        record.note_as_stored()
        self._new.setdefault(type(record), []).append(record)

    def flush(self) -> None:
        """Insert the new records, and say what is doubted of them."""
        for records in self._new.values():
            insert_with_history(records)
        new, self._new = self._new, {}
        self._keys.release()
        self._doubt([record for records in new.values() for record in records])
        self._lines = {}

    def _doubt(self, records: list[Any]) -> None:
        for doubt in find_doubts_about_new(records, self._draft):
            line = self._lines[id(doubt.record)]
            if doubt.rule.importance == Importance.REFUSE:
                self.say(line, self._column(doubt.field), doubt.message)
            else:
                self.result.point_out(line.file, line.number, self._column(doubt.field), doubt)

    def _is_counted(self, record: Any) -> bool:
        return record.pk in self._counted.get(type(record), ())

    def say(self, line: CsvRow, column: str, message: Any) -> None:
        """A problem of one cell; nothing that follows from it is said besides."""
        line.bad.add(column)
        self.result.add(line.file, line.number, column, message)

    def refuse(self, model: type[Model], key: Any) -> None:
        """Remember that a record of this key is not stored, so that lines about it are not said to be wrong too."""
        self._refused.add((model, key))

    def found(self, line: CsvRow, column: str, model: type[Model], *key: Any, message: Any) -> Any:
        """The record that a cell refers to; None for a blank one, and for an unknown one after a problem was added."""
        if line[column] is None:
            return None
        record = self.lookup.find(model, *key)
        if record is None and (model, key) in self._refused:
            line.bad.add(column)
        elif record is None:
            self.say(line, column, message % {"value": line.cells[column]})
        return record

    def _succeeds(
        self, validate: Callable[[], None], line: CsvRow, fields: Mapping[str, str] = MappingProxyType({})
    ) -> bool:
        """Whether a record is valid; if not, why is said at the cells of its line."""
        try:
            validate()
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                self._report(line, fields.get(name) or self._column(name), ValidationError(errors).messages)
            return False
        return True

    def _column(self, name: str) -> str:
        return self.sheet.key[0] if name == NON_FIELD_ERRORS else self.sheet.column_of(name)

    def _report(self, line: CsvRow, column: str, messages: Iterable[str]) -> None:
        if line.bad.intersection({column, *self.sheet.follows.get(column, ())}):
            return  # it follows from what is said already
        for message in messages:
            self.say(line, column, message)
