"""A PostgreSQL database with the register: made once in a run of the tests, and copied by whoever needs one.

What `tests/migrated.py` is to SQLite's files. The server copies a database in a tenth of a second; migrations and the
register take several. Whoever copies another must be the only one to do so by a name, and nobody may be connected to it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection

from tests.migrated import locked, shared
from tests.postgres import KEPT


def _made() -> Path | None:
    """Where the name of what is kept is written: for each server another, as one may be gone and the next one here."""
    server = hashlib.sha256(os.environ.get("TEST_DATABASE_URL", "").encode()).hexdigest()[:16]
    return shared(f"filled.{server}")


def kept() -> str | None:
    """The name of the database that is copied, where one has been made; nobody is ever connected to it."""
    made = _made()
    return made.read_text() if made is not None and made.exists() else None


@contextmanager
def begun_as_a_copy() -> Iterator[bool]:
    """Whether the test database will be made as a copy. Else it is to be made and filled inside, while others wait."""
    made = _made()
    if made is None:
        yield False
        return
    with locked(made.name):
        if not made.exists():
            yield False
            name = f"{made.parent.name}_filled".replace("-", "_").lower()
            _copied(str(connection.settings_dict["NAME"]), name)
            made.write_text(name)
            return
    connection.settings_dict["TEST"]["TEMPLATE"] = kept()
    yield True


def _copied(source: str, target: str) -> None:
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


@contextmanager
def beside(name: str) -> Iterator[None]:
    """Another database on the server of the tests while the block runs: with the register where one is kept, else empty."""
    source = kept()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{source}"' if source else ""))
    try:
        yield
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def forget(config: pytest.Config) -> None:
    """Let the first process of a run take away at its end what was kept on the server, unless another run follows."""
    if not hasattr(config, "workerinput") and KEPT not in os.environ:
        config.add_cleanup(_forgotten)


def _forgotten() -> None:
    name, made = kept(), _made()
    if name is None or made is None:
        return
    line: Any = psycopg2.connect(os.environ["TEST_DATABASE_URL"])
    line.autocommit = True
    with line.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
    line.close()
    made.unlink()
