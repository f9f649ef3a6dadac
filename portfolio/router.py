"""Database router: the replica of DATABASE_REPLICA_URL serves only the public, so nobody misses what they just wrote."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS
from django.dispatch import receiver

REPLICA = "replica"
_public: ContextVar[bool] = ContextVar("request_is_public", default=False)


def is_public(environ: Mapping[str, Any]) -> bool:
    """Return whether a request only reads and brings nothing that could name its sender."""
    only_reads = environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS")
    return only_reads and not environ.get("HTTP_COOKIE") and "HTTP_AUTHORIZATION" not in environ


@receiver([request_started, request_finished])  # the latter comes once the body, perhaps a stream, is sent
def note_request(environ: Mapping[str, Any] | None = None, **_kwargs: Any) -> None:
    _public.set(environ is not None and is_public(environ))


class PublicReplicaRouter:
    def db_for_read(self, model: Any, **hints: Any) -> str:
        return REPLICA if _public.get() else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS
