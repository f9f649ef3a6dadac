"""ETags: the version of a record, which If-Match has to say when it is written.

`If-Match: *` would mean 'whatever is stored', which is what nobody may overwrite unseen: it names no version. A weak tag
names the same version as the strong one, since compression makes ETags weak and leaves their first part as it is.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Model
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from projects.etags import get_version
from projects.history.digests import digest_of

from .exceptions import Stale, VersionMissing


def version_of(record: Model) -> str:
    """A digest of all stored values of the record, in quotes as ETag wants it."""
    return f'"{digest_of(record)}"'


def refuse_stale(request: Request, record: Model, *, shown: Callable[[], Response], version: str = "") -> None:
    """Raise `VersionMissing` if the request names no version, `Stale` with the record as it is now if another one, or if
    what is stored is what the request wants not to be there (If-None-Match).

    Call it under the write lock. `shown` makes the answer that a read of the record would get; `version` is the record's
    where it covers more than the record alone.
    """
    version = get_version(version or version_of(record))
    unwanted = parse_etags(request.headers.get("If-None-Match", ""))
    if any(tag == "*" or get_version(tag) == version for tag in unwanted):
        raise Stale(shown())
    tags = parse_etags(request.headers.get("If-Match", ""))
    asked = [get_version(tag) for tag in tags if tag != "*"]
    if not any(asked):
        raise VersionMissing
    if version not in asked:
        raise Stale(shown())
