"""The front as it is served, before an application whose answers go wrong."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest

from portfolio import server
from tests.serving import environment_of, serving

HURRIED = 2  # seconds


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
    settings = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "LOG_LEVEL": "CRITICAL"}  # it shows pages
    environment = environment_of(f"sqlite:///{database}", **settings, **more)
    served = server.command("tests.portfolio.front.applications:failing", host="127.0.0.1", port=0, workers=1)
    with serving(environment, command=served) as (address, process):
        [worker] = psutil.Process(process).children()
        yield int(address.rpartition(":")[2]), worker
