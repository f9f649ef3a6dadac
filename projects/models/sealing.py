"""Digest of a revision (its seal): made of a digest of each of its rows, so that an auditor is told which one is wrong.

Values that say nothing (NULL, empty text, false, an empty list) are left out. So a column that a later version adds, empty
in all old rows, leaves the old digests as they are; and clearing a value is still noticed, because it was there before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import models

from projects.database.guards import ALTERABLE, without_guards

Rows = dict[str, dict[str, str]]  # label of the model -> key of the row -> its digest
_DIGITS = 32  # of a row's digest, hexadecimal
_PIECE = 2000  # rows that are read at once


def row_digest(values: Mapping[str, Any]) -> str:
    """SHA-256 over the columns of one row by name, as canonical JSON; the first 128 bits."""
    told = {name: _plain(value) for name, value in values.items() if name not in ALTERABLE and not _says_nothing(value)}
    return hashlib.sha256(_json(told).encode()).hexdigest()[:_DIGITS]


def rows_of(number: int, touched: Iterable[type[models.Model]]) -> Rows:
    """The rows of one revision with their digests, models in the order of their labels and rows in that of their keys."""
    found: Rows = {}
    for model in sorted(touched, key=lambda each: each._meta.label):
        key = model._meta.pk.attname
        rows = _in_pieces(model._default_manager.filter(revision_id=number).order_by("pk").values(), key)
        if digests := {str(row[key]): row_digest(row) for row in rows}:
            found[model._meta.label] = digests
    return found


def _in_pieces(rows: models.QuerySet, key: str) -> Iterator[dict[str, Any]]:
    """Rows in the order of their keys, not all of them in memory at once; a query, and one more for each `_PIECE`."""
    piece = list(rows[:_PIECE])
    while piece:
        yield from piece
        piece = list(rows.filter(pk__gt=piece[-1][key])[:_PIECE]) if len(piece) == _PIECE else []


def revision_digest(revision: Any, rows: Rows) -> str:
    """SHA-256 over a revision's own facts, the digests of its rows and the digest of the revision before."""
    facts = {
        "number": revision.number,
        "created_at": revision.created_at.isoformat(),
        "user": revision.user_id,
        "username": revision.username,
        "door": revision.door,
        "request_id": revision.request_id,
        "reason": revision.reason,
        "undoes": revision.undoes_id,
        "previous": revision.previous_digest,
    }
    if getattr(revision, "known_on", None):  # a chain of before there were days of knowledge has none to cover
        facts["known_on"] = revision.known_on.isoformat()
    digest = hashlib.sha256()
    for part in _json_with_rows(facts, rows):  # of a load there are so many that they are not put together first
        digest.update(part.encode())
    return digest.hexdigest()


def _json_with_rows(facts: Mapping[str, Any], rows: Rows) -> Iterator[str]:
    """The parts of `_json({**facts, "rows": rows})`."""
    before, after = ({name: facts[name] for name in facts if (name > "rows") is later} for later in (False, True))
    yield f'{_json(before)[:-1]},"rows":'
    yield from json_of(rows)
    yield f",{_json(after)[1:]}"


def json_of(rows: Rows) -> Iterator[str]:
    """The parts of `_json(rows)`."""
    yield "{"
    for number, label in enumerate(sorted(rows)):
        yield f"{',' if number else ''}{_json(label)}:{{"
        keys, own = sorted(rows[label]), rows[label]
        for start in range(0, len(keys), _PIECE):
            piece = {key: own[key] for key in keys[start : start + _PIECE]}
            yield f"{',' if start else ''}{_json(piece)[1:-1]}"
        yield "}"
    yield "}"


def sealed_models(registry: Any) -> Iterator[type[models.Model]]:
    """Every model whose rows belong to a revision and are written once: history, events of reports."""
    for model in registry.get_models():
        field = next((each for each in model._meta.concrete_fields if each.name == "revision"), None)
        if field is not None and field.related_model and field.related_model._meta.label == "projects.Revision":
            if field.one_to_one:  # the seal itself
                continue
            yield model


def seal_again(registry: Any, schema_editor: Any) -> None:
    """Give every revision its seal anew, and the chain its digests; for `RunPython` of a migration that renames a column,
    drops one, or adds one with a default that says something.
    """
    revisions, seals = (registry.get_model("projects", name).objects for name in ("Revision", "Seal"))
    sealed, previous = list(sealed_models(registry)), ""
    with without_guards(schema_editor.connection.alias):
        seals.all().delete()
        for revision in revisions.order_by("number").iterator(chunk_size=500):
            rows = rows_of(revision.number, sealed)
            revision.previous_digest = previous
            previous = revision.digest = revision_digest(revision, rows)
            revision.save(update_fields=["previous_digest", "digest"])
            seals.create(revision=revision, rows=rows)
        schema_editor.connection.check_constraints()  # on PostgreSQL no table is altered while keys are unchecked


def _says_nothing(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
