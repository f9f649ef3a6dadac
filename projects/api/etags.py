"""ETags: the version of a record, which If-Match has to say when it is written.

`If-Match: *` would mean 'whatever is stored', which is what nobody may overwrite unseen: it names no version. A weak tag
(`W/"…"`) is never the same as a version, by RFC 9110: it names none either.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from projects.http_caching import WEAK, named_by
from projects.versioning.digests import digest_of

from .exceptions import Stale, VersionMissing, VersionWeak


def version_of(record: Model) -> str:
    """A digest of all stored values of the record, in quotes as ETag wants it."""
    return f'"{digest_of(record)}"'


def refuse_stale(request: Request, record: Model, *, shown: Callable[[], Response], version: str = "") -> None:
    """Raise `VersionMissing` or `VersionWeak` if the request names no version, `Stale` with the record as it is now if
    another one, or if what is stored is what the request wants not to be there (If-None-Match).

    Call it under the write lock. `shown` makes the answer that a read of the record would get; `version` is the record's
    where it covers more than the record alone.
    """
    version = named_by(version or version_of(record))
    unwanted = parse_etags(request.headers.get("If-None-Match", ""))
    if any(tag == "*" or named_by(tag.removeprefix(WEAK)) == version for tag in unwanted):
        raise Stale(shown())
    tags = parse_etags(request.headers.get("If-Match", ""))
    asked = [named_by(tag) for tag in tags if tag != "*"]
    if not any(asked):
        raise VersionWeak if any(tag.startswith(WEAK) for tag in tags) else VersionMissing
    if version not in asked:
        raise Stale(shown())
