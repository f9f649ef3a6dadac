"""The site as it is served, on a register of its own, and who may ask there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.own_database import own_database
from tests.serving import environment_of, prepare_register, serving

from .callers import Answer, asked, request

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))  # more in `make faults`
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
    "LOG_LEVEL": "CRITICAL",
    "THROTTLE_TOKEN": "0",
    "THROTTLE_ADDRESS": "0",
}
_PEOPLE = """
from portfolio.models import ApiToken
from tests.people import person, session_of
user = person("province", "province")
tokens = [ApiToken.objects.create(user=user, scope=scope, label=scope)[1] for scope in ("write", "read")]
print(*tokens, session_of(user))
"""


@dataclass(frozen=True)
class Register:
    """A database with the register, and who may ask there."""

    url: str
    writer: str
    reader: str
    session: str

    @classmethod
    def prepared(cls, url: str) -> Register:
        """Return the register at this address: an SQLite file, or a PostgreSQL that may have it."""
        return cls(url, *prepare_register(_PEOPLE, environment_of(url, **SETTINGS)).split())

    @property
    def environment(self) -> dict[str, str]:
        return environment_of(self.url, **SETTINGS)

    @contextmanager
    def served(self, *, workers: int = 1) -> Iterator[Site]:
        """Serve it; yield the site."""
        with serving(self.environment, workers=workers) as (address, process):
            yield Site(self, int(address.rpartition(":")[2]), psutil.Process(process))


@dataclass(frozen=True)
class Site:
    """The port of a server, and the process that started its workers."""

    register: Register
    port: int
    process: psutil.Process

    def get(self, path: str, *, token: str = "", session: str = "", seconds: float = 60) -> Answer:
        headers = {"Accept-Language": "en"} | ({"Authorization": f"Token {token}"} if token else {})
        return asked(self.port, request(path, headers | _cookie(session)), seconds=seconds)

    def send(self, path: str, body: dict[str, Any], *, method: str = "POST", **headers: str) -> Answer:
        """Ask with the writer's token."""
        said = {"Authorization": f"Token {self.register.writer}", "Content-Type": "application/json"}
        said |= {"Accept-Language": "en"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return asked(self.port, request(path, said, method=method, body=json.dumps(body).encode()), seconds=60)

    def write_note(self, number: int) -> Answer:
        note = {"project": "HN-EI-2023-01", "programme": 2023, "month": "2023-06", "text": f"number {number}"}
        return self.send("/api/v1/notes/", note)

    @property
    def web_processes(self) -> list[psutil.Process]:
        """Those that listen, and have not ended."""
        children = [each for each in self.process.children() if each.status() != psutil.STATUS_ZOMBIE]
        return [each for each in children if each.net_connections("tcp")]


def _cookie(session: str) -> dict[str, str]:
    return {"Cookie": f"sessionid={session}"} if session else {}


@pytest.fixture(scope="module")
def own_register(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Any]:
    directory: Path = tmp_path_factory.mktemp("faults")
    with own_database(directory, django_db_blocker, name=directory.name) as url:
        yield Register.prepared(url)


@pytest.fixture(scope="module")
def site(own_register: Register) -> Iterator[Site]:
    with own_register.served() as site:
        yield site


@pytest.fixture(scope="session")
def seed() -> int:
    """Of everything that is left to chance: the same each time, or FAULT_SEED."""
    chosen = int(os.environ.get("FAULT_SEED", "2023"))
    print(f"FAULT_SEED={chosen}")
    return chosen
