"""Digests: the version of a record, which its writer says was looked at, so that nothing is overwritten unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Field


def digest_of(record: Any, fields: Iterable[Field] | None = None, *, without: Collection[str] = ()) -> str:
    """Return 32 hexadecimal digits over all stored values of the record.

    A history row has the same values under the same names: with the `fields` of its record it has that digest too.
    `without` names fields that nobody edits, such as the time of the last login.
    """
    named = [field for field in fields or record._meta.concrete_fields if field.name not in without]
    values = [(field.attname, str(getattr(record, field.attname))) for field in named]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:32]
