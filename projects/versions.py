"""The version of a record: whoever changes it says which one was looked at, so that nothing is overwritten unseen."""

from __future__ import annotations

import hashlib

from django.db.models import Model


def digest_of(record: Model) -> str:
    """32 hexadecimal digits over all stored values of the record."""
    values = [(field.attname, str(getattr(record, field.attname))) for field in record._meta.concrete_fields]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:32]
