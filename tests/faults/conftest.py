"""The site as it is served, with a register of its own, and those who may read it."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil
import pytest

from tests.length import LONG, so_many
from tests.own_database import FILL, own_database
from tests.serving import environment_of, prepare_once, serving

from .asking import SETTINGS

PROJECTS = so_many(600, 3000)  # a whole file of them is more than is taken of an answer that nobody reads

_FILL = f"""
from tests.bench.versions import fill
from tests.people import person, session_of
from portfolio.models import ApiToken
fill(projects={PROJECTS}, versions=1)
user = person("province", "province")
print(ApiToken.objects.create(user=user, scope="write", label="test")[1], session_of(user))
"""


# what stands in front of Django does the same before either database: `make faults` looks at both
IN_FRONT = [] if LONG else [pytest.mark.no_database]


@dataclass(frozen=True)
class Site:
    """A register, its environment, and who may read it."""

    environment: dict[str, str]
    token: str
    session: str

    @property
    def by_token(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}"}

    @property
    def by_session(self) -> dict[str, str]:
        """With the cookie that a browser has from its first page on; without it no page is cached."""
        return {"Cookie": f"sessionid={self.session}; csrftoken={'a' * 32}"}

    @contextmanager
    def served(self, *, workers: int = 1, command: list[str] | None = None, **more: str) -> Iterator[Served]:
        with serving(self.environment | more, workers=workers, command=command) as (address, process):
            served = Served(int(address.rpartition(":")[2]), psutil.Process(process))
            served.wait_for(workers)
            yield served


@dataclass(frozen=True)
class Served:
    """The port of a server, and the process that started its workers."""

    port: int
    process: psutil.Process

    @property
    def workers(self) -> list[psutil.Process]:
        """Those that live."""
        return living(self.process.children())

    def wait_for(self, number: int) -> None:
        """Until so many workers listen: each by itself, and the first of them answers before the others do."""
        end = time.monotonic() + 20
        while number > 1 and sum(map(_listens, self.workers)) < number:
            assert time.monotonic() < end, "not all workers listen"
            time.sleep(0.02)


def living(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended. A zombie has, and waits for whoever is to be told of it."""
    return [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def _listens(worker: psutil.Process) -> bool:
    return any(each.status == psutil.CONN_LISTEN for each in worker.net_connections("tcp"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    with own_database(tmp_path_factory.mktemp("faults"), django_db_blocker, name="faults") as database:
        environment = environment_of(database, **SETTINGS)
        token, session = prepare_once("large", _FILL, environment).split()
        yield Site(environment, token, session)


@pytest.fixture(scope="session")
def served(site: Site) -> Iterator[Served]:
    """The site by one worker, for all who neither stop it nor want it in another way."""
    with site.served() as served:
        yield served


@pytest.fixture(scope="session")
def plain_site(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Site]:
    """One whose register has its own history and nothing else, so that it can be verified."""
    with own_database(tmp_path_factory.mktemp("plain"), django_db_blocker, name="plain") as database:
        environment = environment_of(database, **SETTINGS)
        yield Site(environment, prepare_once("with_a_writer", FILL, environment), "")


@pytest.fixture(scope="session")
def seed() -> int:
    """Of everything that is left to chance; FAULT_SEED has it again."""
    chosen = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(2**32))
    print(f"FAULT_SEED={chosen}")
    return chosen
