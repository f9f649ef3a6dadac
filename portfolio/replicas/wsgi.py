"""WSGI middleware of the replicas: gives each request its node, and the primary's answer if a replica fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError

from portfolio.redis import AwayError
from projects.database.read_replica import reading_from

from . import writers
from .health import Pool, written

ALIAS = "portfolio.database"  # in the request's environment: the database that it reads
# the administration, what shows a secret once, and whether the site is ready, which is whether its primary is
_OF_THE_PRIMARY = ("/admin/", "/tokens/", "/webhooks/", "/static/", "/healthz", "/readyz")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@cache
def pool() -> Pool:
    """The replicas of this process."""
    return Pool(list(settings.REPLICAS))


def alias_for(environ: dict[str, Any]) -> str:
    """The database that this request reads: the primary for what may write, for the admin, and without a fit replica."""
    if not settings.REPLICAS or not _only_reads(environ):
        return DEFAULT_DB_ALIAS
    return pool().choose(writers.needed_by(environ))


def _only_reads(environ: dict[str, Any]) -> bool:
    others = environ["PATH_INFO"].startswith(_OF_THE_PRIMARY)
    return environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS") and not others


class ReadReplicas:
    """Wraps the application."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        alias = alias_for(environ)
        if alias == DEFAULT_DB_ALIAS:
            if environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS") or not settings.REPLICAS:
                return self.application(environ, start_response)
            return self._writing(environ, start_response)
        untouched = dict(environ)
        said: list[Any] = []
        with reading_from(alias):
            answer = self.application(environ | {ALIAS: alias}, lambda *given: said.__setitem__(slice(None), given))
        if said[0].startswith(("401", "503")):  # a replica may not know yet of a token that was made just now
            _close(answer)
            if said[0].startswith("503"):
                pool().leave_out(alias)
            return self.application(untouched, start_response)
        start_response(*said)
        return answer

    def _writing(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        said: list[Any] = []
        answer = self.application(environ, lambda *given: said.__setitem__(slice(None), given))
        status, headers, *rest = said
        # without the primary the write is answered as it went, and no replica is read
        with suppress(DatabaseError, InterfaceError):
            headers = [*headers, *_remembered(environ)]
        start_response(status, headers, *rest)
        return answer


def _remembered(environ: dict[str, Any]) -> list[tuple[str, str]]:
    position = written()
    try:
        return writers.remember(environ, position)
    except AwayError:
        pool().wait_for(position)
        return []


def _close(answer: Iterable[bytes]) -> None:
    close = getattr(answer, "close", None)
    if close is not None:
        close()
