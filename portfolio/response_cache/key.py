"""The cache key: a digest of what a response depends on besides the state of the data."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone

# never cached: work, what others cache, and what must be said without asking the database first
_PREFIXES = ("/admin/", "/static/", "/healthz", "/readyz")
MESSAGES = "messages"  # the cookie of what the next page has to say once


def may_be_cached(environ: dict[str, Any], cookies: dict[str, str]) -> bool:
    """Whether the response to such a request can be cached at all.

    By a character set in Content-Type Django would read the parameters in another way than their bytes say.
    """
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and not environ["PATH_INFO"].startswith(_PREFIXES)
        and MESSAGES not in cookies
        and "charset" not in environ.get("CONTENT_TYPE", "").lower()
    )


def is_of_a_file(environ: dict[str, Any]) -> bool:
    """Whether a file is asked for, which is sent while it is made and never cached."""
    return "format=" in environ.get("QUERY_STRING", "")


def addresses_alike(environ: dict[str, Any]) -> tuple[str, ...]:
    """The parts of an address of a system that those have in common that differ in a record's key."""
    parts = environ["PATH_INFO"].split("/")
    return (*parts[:4], str(len(parts)))


def kind_of(environ: dict[str, Any]) -> tuple[Any, ...]:
    """What questions of systems have in common that differ in a record's key or in the values of parameters."""
    query = environ.get("QUERY_STRING", "")
    return addresses_alike(environ), [pair.partition("=")[0] for pair in query.split("&")]


def cache_key(
    environ: dict[str, Any],
    cookies: dict[str, str],
    reader: tuple[Any, ...],
    language: str,
    coding: str = "",
    kind: tuple[Any, ...] = (),
) -> bytes:
    """A digest of everything that the answer depends on: of one length, whatever was sent. With a `kind` of all but what
    differs between its questions.

    What follows from anything else must not be cached. The day is in it, since some answers say what is due; so is the CSRF
    cookie, since forms carry its counterpart.
    """
    question = (
        reader,
        language,
        coding,
        environ.get("wsgi.url_scheme"),
        environ.get("HTTP_HOST"),
        *(kind or (environ["PATH_INFO"], environ.get("QUERY_STRING", ""))),
        environ.get("HTTP_ACCEPT"),
        cookies.get(settings.CSRF_COOKIE_NAME),
        _day(int(time.time() // 60)),
    )
    return hashlib.blake2b(repr(question).encode(), digest_size=20).digest()


@lru_cache(maxsize=1)
def _day(_minute: int) -> dt.date:
    return timezone.localdate()
