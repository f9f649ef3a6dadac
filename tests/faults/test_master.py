"""The process that starts the workers: they end with it, it replaces them, and when it stops they close what is open."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from portfolio import server
from tests.serving import ROOT, free_port

from .callers import Caller, asked, request
from .conftest import Served, Site, living

pytestmark = pytest.mark.no_database

SECONDS = 5  # in which workers end


@contextmanager
def _without_a_master(served: Served) -> Iterator[list[psutil.Process]]:
    """The workers of a master that is killed, which are ended at the end of the block."""
    workers = served.workers
    served.process.send_signal(signal.SIGKILL)
    try:
        yield workers
    finally:
        for worker in workers:
            if worker.is_running():
                worker.kill()


def test_workers_that_live_on_are_found_out(site: Site) -> None:
    """The control."""
    command = server.command("tests.faults.orphans:application", host="127.0.0.1", port=0, workers=1)
    with site.served(command=command) as served, _without_a_master(served) as workers:
        _gone, alive = psutil.wait_procs(workers, 1)
        assert len(living(alive)) == 1


def test_so_do_those_that_have_only_begun(site: Site, tmp_path: Path) -> None:
    """What a worker loads takes seconds, in which it has the port already."""
    command = server.command("tests.faults.slow_start:application", port=free_port(), workers=server.WORKERS)
    with subprocess.Popen(command, cwd=ROOT, env=site.environment | {"BEGUN": str(tmp_path)}) as master:
        try:
            end = time.monotonic() + 60
            while len(list(tmp_path.iterdir())) < server.WORKERS:
                assert time.monotonic() < end, "not all workers have begun"
                time.sleep(0.02)
            workers = [psutil.Process(int(each.name)) for each in tmp_path.iterdir()]
        finally:
            master.kill()
    _gone, alive = psutil.wait_procs(workers, SECONDS)
    for worker in alive:
        worker.kill()
    assert living(alive) == []


def test_one_that_is_killed_is_replaced_and_all_end_with_their_master(site: Site) -> None:
    with site.served(workers=2) as served:
        before = served.workers
        before[0].send_signal(signal.SIGKILL)
        before[0].wait(5)  # whoever was given to it until then has lost it
        end = time.monotonic() + 20
        while time.monotonic() < end and len(set(served.workers) - set(before)) < 1:
            assert asked(served.port, request("/livez")).status == 200  # the other goes on
            time.sleep(0.1)
        [new] = set(served.workers) - set(before)
        time.sleep(1)
        assert new.is_running()
        assert all(_answers(served) for _turn in range(20))
        with _without_a_master(served) as workers:
            assert len(workers) == server.WORKERS
            _gone, alive = psutil.wait_procs(workers, SECONDS)
            assert living(alive) == []


def _answers(served: Served) -> bool:
    return asked(served.port, request("/api/v1/sectors/?fields=code")).status == 200


def test_whoever_stops_it_waits_for_no_open_connection(site: Site) -> None:
    """A request under way is answered; a connection that only stays open is closed."""
    with site.served() as served, ThreadPoolExecutor(1) as pool:
        idle = [Caller(served.port) for _each in range(20)]
        for caller in idle[10:]:
            assert caller.ask(request("/livez")).status == 200
        with Caller(served.port) as under_way:
            answered = pool.submit(under_way.ask, request("/projects/?total_investment_min=77"))
            time.sleep(0.02)
            begun = time.monotonic()
            served.process.terminate()
            assert answered.result(10).status == 200
        served.process.wait(10)
        took = time.monotonic() - begun
        for caller in idle:
            caller.close()
    assert took < 2.5  # in three seconds the workers would be killed
