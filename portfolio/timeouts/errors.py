"""Timeout errors of PostgreSQL. Django hands each on as the cause of its own OperationalError."""

from __future__ import annotations

import psycopg2


class SilentError(psycopg2.OperationalError):
    """The database does not answer."""


class LockedError(psycopg2.OperationalError):
    """Others hold what this statement needs."""


class SlowError(psycopg2.OperationalError):
    """The database is there, but one statement took longer than a request may."""
