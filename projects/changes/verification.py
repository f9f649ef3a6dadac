"""Verification: is the log what was written? Revisions, chain and rows, and whether the present follows from them.

Everything is read in one pass, in order and in pieces, so memory does not grow with the register. Revisions written after
the pass began are left to the next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _

from projects.models.revision import Revision, Rows, Seal, row_digest, sealed_models

from .kinds import every_row_of

_PIECE = 500  # rows read at once
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was written. `row` is the key in `table`; empty for the revision as a whole."""

    revision: int | None
    table: str
    row: str
    what: str

    def __str__(self) -> str:
        place = [
            _("revision %(number)s") % {"number": self.revision} if self.revision is not None else "",
            _("table %(name)s") % {"name": self.table},
            _("row %(key)s") % {"key": self.row} if self.row else "",
        ]
        return f"{', '.join(filter(None, place))}: {self.what}"


@dataclass
class Counts:
    """What was looked at."""

    revisions: int = 0
    rows: int = 0
    records: int = 0
    newest: int = 0
    digest: str = ""


class Rowsets:
    """The rows of all sealed tables, revision by revision: each table is read once, in order."""

    def __init__(self, through: int) -> None:
        self.streams: list[tuple[type[Model], _Stream]] = []
        for model in sorted(sealed_models(apps), key=lambda each: each._meta.label):
            rows = every_row_of(model).filter(revision_id__lte=through).order_by("revision_id", "pk")
            self.streams.append((model, _Stream(rows.values().iterator(chunk_size=_PIECE))))

    def of(self, number: int) -> tuple[Rows, list[Fault]]:
        """The rows of the next revision with their digests; rows that belong to none before it are faults."""
        found: Rows = {}
        faults = []
        for model, stream in self.streams:
            key = model._meta.pk.attname
            while stream.head is not None and stream.head["revision_id"] <= number:
                row = stream.next()
                if row["revision_id"] < number:
                    faults.append(_stray(model, row))
                else:
                    found.setdefault(model._meta.label, {})[str(row[key])] = row_digest(row)
        return found, faults

    def rest(self) -> Iterator[Fault]:
        """Rows after the last revision."""
        for model, stream in self.streams:
            while stream.head is not None:
                yield _stray(model, stream.next())


class _Stream:
    """An iterator whose next row can be looked at first."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._rows = rows
        self.head = next(rows, None)

    def next(self) -> dict[str, Any]:
        row, self.head = self.head, next(self._rows, None)
        assert row is not None  # noqa: S101  callers look at `head` first
        return row


def verify(counts: Counts, *, progress: Progress = lambda done, whole: None) -> Iterator[Fault]:
    """Everything that is wrong, in the order of revisions, then of tables; `counts` is filled on the way."""
    through = Revision.objects.newest_number()
    yield from _chain(counts, through, progress)
    for model in _recorded():
        yield from _present(model, counts, through)


def _chain(counts: Counts, through: int, progress: Progress) -> Iterator[Fault]:
    rowsets, expected, latest = Rowsets(through), 1, dt.date.min
    table = Revision._meta.db_table
    revisions = Revision.objects.filter(number__lte=through).order_by("number").select_related("seal")
    for revision in revisions.iterator(chunk_size=_PIECE):
        if revision.number != expected:
            missing = _("Revisions are missing before this one: %(first)s to %(last)s.")
            shown = {"first": expected, "last": revision.number - 1}
            yield Fault(revision.number, table, "", missing % shown)
        elif revision.previous_digest != counts.digest:
            what = _("It does not name the digest of the revision before: the chain is broken here.")
            yield Fault(revision.number, table, str(revision.number), what)
        if revision.day < latest:
            what = _("It is dated before the revision before it: %(day)s.") % {"day": revision.day.isoformat()}
            yield _own(revision.number, what)
        rows, strays = rowsets.of(revision.number)
        yield from strays
        yield from _rows(revision, rows)
        expected, counts.digest, counts.newest = revision.number + 1, revision.digest, revision.number
        latest = max(latest, revision.day)
        counts.revisions += 1
        for keys in rows.values():
            counts.rows += len(keys)
        progress(revision.number, through)
    yield from rowsets.rest()


def _rows(revision: Revision, rows: Rows) -> Iterator[Fault]:
    """What is wrong with one revision: which of its rows, or the revision itself."""
    seal = getattr(revision, "seal", None)
    if seal is None:
        yield Fault(revision.number, Seal._meta.db_table, "", _("The seal of the revision is gone."))
    elif seal.rows == rows:
        if revision.digest != revision.digest_of(rows):
            yield _own(
                revision.number,
                _("It does not fit its digest, though its rows do: who, when, door, request or reason was altered."),
            )
    elif revision.digest == revision.digest_of(rows):
        what = _("The seal was altered: revision and rows are what they were.")
        yield Fault(revision.number, Seal._meta.db_table, str(revision.number), what)
    else:
        yield from _differing(revision.number, seal.rows, rows)
        if revision.digest != revision.digest_of(seal.rows):
            yield _own(revision.number, _("Its seal, or what it says of itself, was altered as well."))


def _own(number: int, what: str) -> Fault:
    return Fault(number, Revision._meta.db_table, str(number), what)


def _differing(number: int, sealed: Rows, rows: Rows) -> Iterator[Fault]:
    for label in sorted(sealed.keys() | rows.keys()):
        before, now = sealed.get(label, {}), rows.get(label, {})
        table = apps.get_model(label)._meta.db_table
        for key in sorted(before.keys() | now.keys(), key=lambda each: (len(each), each)):
            if key not in now:
                yield Fault(number, table, key, _("The row was removed from the log."))
            elif key not in before:
                yield Fault(number, table, key, _("The row was added to the log: the revision did not write it."))
            elif before[key] != now[key]:
                yield Fault(number, table, key, _("The row was altered after it was written."))


def _stray(model: type[Model], row: dict[str, Any]) -> Fault:
    what = _("The row belongs to revision %(number)s, which is not there.") % {"number": row["revision_id"]}
    return Fault(row["revision_id"], model._meta.db_table, str(row[model._meta.pk.attname]), what)


def _recorded() -> list[Any]:
    """The history models, in the order of their tables."""
    found = [model for model in sealed_models(apps) if hasattr(model, "instance_type")]
    return sorted(found, key=lambda model: model._meta.db_table)


def _present(history: Any, counts: Counts, through: int) -> Iterator[Fault]:
    """Hold every present record against its newest history row: both are read in the order of keys."""
    record = history.instance_type
    key = record._meta.pk.attname
    present = _Stream(every_row_of(record).order_by("pk").values().iterator(chunk_size=_PIECE))
    newest = _Stream(_newest_of_each(history, key))
    while present.head is not None or newest.head is not None:
        row, logged = present.head, newest.head
        if logged is None or (row is not None and row[key] < logged[key]):
            logged, row = None, present.next()
        elif row is None or row[key] > logged[key]:
            row, logged = None, newest.next()
        else:
            row, logged = present.next(), newest.next()
        counts.records += row is not None
        what = _judged(record, row, logged)
        if what and not _written_since(history, key, row or logged, through):
            number = logged["revision_id"] if logged else None
            yield Fault(number, record._meta.db_table, str((row or logged or {})[key]), what)


def _newest_of_each(history: Any, key: str) -> Iterator[dict[str, Any]]:
    newest: dict[str, Any] | None = None
    for row in every_row_of(history).order_by(key, "pk").values().iterator(chunk_size=_PIECE):
        if newest is not None and newest[key] != row[key]:
            yield newest
        newest = row
    if newest is not None:
        yield newest


def _judged(record: type[Model], row: dict[str, Any] | None, logged: dict[str, Any] | None) -> str:
    """What is wrong with a present row; empty when it is what the log says."""
    if row is None:
        gone = logged is None or logged["history_type"] == "-"
        return "" if gone else _("The record is gone, but no deletion was logged.")
    if logged is None:
        return _("The record exists, but nothing was ever logged of it.")
    if logged["history_type"] == "-":
        return _("The record is there, but its deletion was logged.")
    wrong = [field for field in record._meta.concrete_fields if row[field.attname] != logged[field.attname]]
    if not wrong:
        return ""
    shown = "; ".join(
        _("%(field)s is %(present)r, but the log says %(logged)r")
        % {"field": field.attname, "present": row[field.attname], "logged": logged[field.attname]}
        for field in wrong
    )
    return _("The record was altered past the log: %(fields)s.") % {"fields": shown}


def _written_since(history: Any, key: str, row: dict[str, Any] | None, through: int) -> bool:
    """Whether somebody wrote the record while it was being looked at: then the next pass judges it."""
    assert row is not None  # noqa: S101  one of the two is there
    return every_row_of(history).filter(**{key: row[key]}, revision_id__gt=through).exists()
