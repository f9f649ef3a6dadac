"""The version of a record: what ETag says when it is read, and If-Match asks for when it is written."""

from __future__ import annotations

from django.db.models import Model
from django.utils.http import parse_etags
from rest_framework.request import Request

from projects.versions import digest_of

from .errors import Stale


def version_of(record: Model) -> str:
    """A digest of all stored values of the record, in quotes as ETag wants it."""
    return f'"{digest_of(record)}"'


def refuse_stale(request: Request, record: Model) -> None:
    """Raise `Stale` if the request names versions and none of them is the record's. Call it under the write lock."""
    asked = parse_etags(request.headers.get("If-Match", ""))
    if asked and "*" not in asked and version_of(record) not in asked:
        raise Stale
