"""The front as it is served, before an application whose answers go wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portfolio.server import command
from tests.serving import environment_of, serving


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of `applications.failing`."""
    database = tmp_path_factory.mktemp("failing") / "none.sqlite3"
    environment = environment_of(f"sqlite:///{database}", LOG_LEVEL="CRITICAL")
    served = command("tests.portfolio.front.applications:failing", host="127.0.0.1", port=0, workers=1)
    with serving(environment, command=served) as (address, _process):
        yield int(address.rpartition(":")[2])
