"""A register of its own for servers of their own, read and written over HTTP."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.db import connection

FILL = """
from tests.people import person
from portfolio.models import ApiToken
user = person("province", "province")
print(ApiToken.objects.create(user=user, scope="write", label="test")[1])
"""


@contextmanager
def own_database(directory: Path, blocker: Any, *, name: str = "register") -> Iterator[str]:
    """The address of a database of its own on the server of the tests, or in the directory, for `prepare_register`."""
    address = os.environ.get("TEST_DATABASE_URL", "")
    if not address.startswith("postgres"):
        yield f"sqlite:///{directory / f'{name}.sqlite3'}"
        return
    name = f"{name}_{os.getpid()}"
    with blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield urlsplit(address)._replace(path=f"/{name}").geturl()
    with blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def ask(address: str, token: str, **headers: str) -> tuple[Any, Any]:
    sent = {"Authorization": f"Token {token}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    with urlopen(Request(address, headers=sent)) as answer:  # noqa: S310  our own server
        return answer.headers, json.load(answer)


def patch(address: str, token: str, version: str, changes: dict[str, Any]) -> None:
    headers = {"Authorization": f"Token {token}", "If-Match": version, "Content-Type": "application/json"}
    body = json.dumps(changes).encode()
    with urlopen(Request(address, data=body, headers=headers, method="PATCH")) as answer:  # noqa: S310  our own server
        assert answer.status == 200
