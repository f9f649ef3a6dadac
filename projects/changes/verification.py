"""Verification: is the log what was written? Revisions, chain and rows, and whether the present follows from them.

Everything is read in one pass, in order and in pieces, so memory does not grow with the register. Revisions written after
the pass began are left to the next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from projects.database.installation import get_history_models
from projects.models.revision import Revision, Rows, Seal, row_digest, sealed_models

from .kinds import all_rows

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


def verify(counts: Counts, *, progress: Progress = lambda done, whole: None) -> Iterator[Fault]:
    """Yield everything that is wrong, in the order of revisions, then of tables; `counts` is filled on the way."""
    through = Revision.objects.newest_number()
    yield from _chain_faults(counts, through, progress)
    for model in sorted(get_history_models(), key=lambda model: model._meta.db_table):
        yield from _present_faults(model, counts, through)


def _chain_faults(counts: Counts, through: int, progress: Progress) -> Iterator[Fault]:
    expected, latest, table = 1, dt.date.min, Revision._meta.db_table
    strays: list[Fault] = []  # rows of revisions that are gone, named after these
    for number, revision, rows in _revisions_with_rows(through):
        if revision is None:
            strays += _stray_faults(number, rows)
            continue
        if number != expected:
            missing = _("Revisions are missing before this one: %(first)s to %(last)s.")
            yield Fault(number, table, "", missing % {"first": expected, "last": number - 1})
        elif revision.previous_digest != counts.digest:
            what = _("It does not name the digest of the revision before: the chain is broken here.")
            yield Fault(number, table, str(number), what)
        if revision.day < latest:
            what = _("It is dated before the revision before it: %(day)s.") % {"day": revision.day.isoformat()}
            yield _revision_fault(number, what)
        yield from strays
        strays = []
        yield from _seal_faults(revision, rows)
        expected, counts.digest, counts.newest = number + 1, revision.digest, number
        latest = max(latest, revision.day)
        counts.revisions += 1
        counts.rows += sum(map(len, rows.values()))
        progress(number, through)
    yield from strays


def _revisions_with_rows(through: int) -> Iterator[tuple[int, Revision | None, Rows]]:
    """Yield each revision with the digests of its rows by table and key, None for one that is gone; in one pass."""
    revisions = Revision.objects.filter(number__lte=through).order_by("number").select_related("seal")
    streams: list[Iterator[tuple[int, str, Any]]] = [
        ((revision.number, "", revision) for revision in revisions.iterator(chunk_size=_PIECE))
    ]
    for model in sealed_models():
        rows = all_rows(model).filter(revision_id__lte=through).order_by("revision_id", "pk").values()
        streams.append(_labelled_rows(model._meta.label, rows))
    for number, entries in groupby(merge(*streams, key=itemgetter(0, 1)), key=itemgetter(0)):
        found: Revision | None = None
        digests: Rows = {}
        for _number, label, entry in entries:
            if label:
                key = str(entry[apps.get_model(label)._meta.pk.attname])
                digests.setdefault(label, {})[key] = row_digest(entry)
            else:
                found = entry
        yield number, found, digests


def _labelled_rows(label: str, rows: QuerySet) -> Iterator[tuple[int, str, Any]]:
    for row in rows.iterator(chunk_size=_PIECE):
        yield row["revision_id"], label, row


def _seal_faults(revision: Revision, rows: Rows) -> Iterator[Fault]:
    """Yield what is wrong with one revision: which of its rows, or the revision itself."""
    seal = getattr(revision, "seal", None)
    if seal is None:
        yield Fault(revision.number, Seal._meta.db_table, "", _("The seal of the revision is gone."))
    elif seal.rows == rows:
        if revision.digest != revision.digest_of(rows):
            yield _revision_fault(
                revision.number,
                _("It does not fit its digest, though its rows do: who, when, door, request or reason was altered."),
            )
    elif revision.digest == revision.digest_of(rows):
        what = _("The seal was altered: revision and rows are what they were.")
        yield Fault(revision.number, Seal._meta.db_table, str(revision.number), what)
    else:
        yield from _row_faults(revision.number, seal.rows, rows)
        if revision.digest != revision.digest_of(seal.rows):
            yield _revision_fault(revision.number, _("Its seal, or what it says of itself, was altered as well."))


def _revision_fault(number: int, what: str) -> Fault:
    return Fault(number, Revision._meta.db_table, str(number), what)


def _row_faults(number: int, sealed: Rows, rows: Rows) -> Iterator[Fault]:
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


def _stray_faults(number: int, rows: Rows) -> Iterator[Fault]:
    what = _("The row belongs to revision %(number)s, which is not there.") % {"number": number}
    for label, keys in rows.items():
        for key in keys:
            yield Fault(number, apps.get_model(label)._meta.db_table, key, what)


def _present_faults(history: Any, counts: Counts, through: int) -> Iterator[Fault]:
    """Hold every present record against its newest history row: both are read in the order of keys."""
    record = history.instance_type
    key = record._meta.pk.attname
    present = ((row[key], False, row) for row in _iter_rows(record, "pk"))
    logged_rows = ((row[key], True, row) for row in _iter_rows(history, key, "pk"))
    for value, entries in groupby(merge(present, logged_rows, key=itemgetter(0, 1)), key=itemgetter(0)):
        row = logged = None
        for _key, is_logged, entry in entries:
            row, logged = (row, entry) if is_logged else (entry, logged)
        counts.records += row is not None
        what = _describe_difference(record, row, logged)
        if what and not _written_since(history, key, value, through):
            yield Fault(logged["revision_id"] if logged else None, record._meta.db_table, str(value), what)


def _iter_rows(model: Any, *order: str) -> Iterator[dict[str, Any]]:
    return all_rows(model).order_by(*order).values().iterator(chunk_size=_PIECE)


def _describe_difference(record: type[Model], row: dict[str, Any] | None, logged: dict[str, Any] | None) -> str:
    """Return what is wrong with a present row; empty when it is what the log says."""
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


def _written_since(history: Any, key: str, value: Any, through: int) -> bool:
    """Return whether somebody wrote the record while it was being looked at: then the next pass judges it."""
    return all_rows(history).filter(**{key: value}, revision_id__gt=through).exists()
