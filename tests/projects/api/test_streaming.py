"""Files as a real server sends them: they begin before they are read, and their length takes no memory."""

from __future__ import annotations

import os
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.own_database import own_database
from tests.serving import environment_of, prepare_register, serving

PROJECTS = 12_000
MOST_GROWTH = 60  # MiB; all records at once would take twice that
FILL = f"from tests.many_projects import fill; fill(projects={PROJECTS}, versions=1)"


@pytest.fixture(scope="module")
def server(tmp_path_factory, django_db_setup, django_db_blocker):
    """The address of the API with a register of many projects, and its process."""
    with own_database(tmp_path_factory.mktemp("streaming"), django_db_blocker) as database:
        environment = environment_of(database)
        prepare_register(FILL, environment)
        with serving(environment) as (address, process):
            yield f"{address}/api/v1", process


def memory_of(parent: int) -> int:
    """MiB of the workers."""
    workers = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    pages = [int(Path(f"/proc/{worker}/statm").read_text().split()[1]) for worker in workers]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") // 2**20


@pytest.mark.parametrize(
    "path",
    [
        "/projects/?format=ndjson",
        pytest.param("/projects/?format=xlsx", marks=pytest.mark.no_database),
    ],
)
def test_a_file_begins_before_it_ends_and_takes_no_memory(server, path):
    address, process = server
    for _turn in range(10):  # any worker answers, and each has imported everything by now
        urlopen(f"{address}{path}&basis=published").read()  # noqa: S310  our own server
    before, begun = memory_of(process), time.perf_counter()
    with urlopen(f"{address}{path}") as answer:  # noqa: S310  our own server
        first = answer.read(1)
        after_first, length, most = time.perf_counter() - begun, len(first), before
        while piece := answer.read(2**18):
            length += len(piece)
            most = max(most, memory_of(process))
    whole = time.perf_counter() - begun
    assert first
    if "xlsx" not in path:  # a workbook is written whole before it is sent
        assert after_first < whole / 2
    assert most - before < MOST_GROWTH
    if "ndjson" in path:
        assert length > PROJECTS * 1000


def test_whoever_stops_listening_leaves_no_transaction_open(server):
    address, _process = server
    for _turn in range(5):
        with urlopen(f"{address}/projects/?format=ndjson") as answer:  # noqa: S310  our own server
            answer.read(10)
    for _turn in range(5):
        with urlopen(f"{address}/projects/?page_size=1") as answer:  # noqa: S310  our own server
            assert answer.status == 200
