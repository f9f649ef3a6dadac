"""The front as it is served, before an application whose answers go wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psutil
import pytest

from portfolio import server
from tests.own_database import FILL
from tests.serving import environment_of, prepare_once, serving

HURRIED = 2  # seconds
MOST_OF_A_TOKEN = 20  # requests a minute

SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "LOG_LEVEL": "CRITICAL"}  # it shows pages


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    """The port of the site with its register, where a token may ask little and an address all it likes; a writer's token."""
    database = tmp_path_factory.mktemp("whole") / "register.sqlite3"
    limits = {"THROTTLE_ADDRESS": "0", "THROTTLE_TOKEN": str(MOST_OF_A_TOKEN)}
    # a key of its own: whoever has the same shares its counts
    environment = environment_of(
        f"sqlite:///{database}", **SETTINGS, **limits, SECRET_KEY=f"{time.time_ns()}" + "x" * 50 + "aB3"
    )
    token = prepare_once("with_a_writer", FILL, environment)
    with serving(environment) as (address, _process):
        yield int(address.rpartition(":")[2]), token


@pytest.fixture(scope="session")
def site(whole_site: tuple[int, str]) -> int:
    """Its port."""
    return whole_site[0]


@pytest.fixture(scope="session")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of `applications.failing`."""
    for port, _worker in _served(tmp_path_factory):
        yield port


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, psutil.Process]]:
    """The port and the worker of the same, which waits for nothing longer than HURRIED."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "HEAD_SECONDS", HURRIED)
        yield from _served(tmp_path_factory, HURRIED_SECONDS=str(HURRIED))


def _served(tmp_path_factory: pytest.TempPathFactory, **more: str) -> Iterator[tuple[int, psutil.Process]]:
    database = tmp_path_factory.mktemp("failing") / "none.sqlite3"
    environment = environment_of(f"sqlite:///{database}", **SETTINGS, **more)
    served = server.command("tests.portfolio.front.applications:failing", host="127.0.0.1", port=0, workers=1)
    with serving(environment, command=served) as (address, process):
        [worker] = psutil.Process(process).children()
        yield int(address.rpartition(":")[2]), worker
