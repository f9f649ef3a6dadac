"""A large register is loaded: readers go on, other writers are told in time, and nobody's liveness waits."""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.bench.loading import write_register
from tests.length import so_many
from tests.quickness import assert_within, measured_again_if_late
from tests.serving import ROOT

from .asking import AT_ONCE, LIVENESS, Answer, filled, served
from .test_database_locked import BUSY, FLOOR, read, reading, slowest_of_twenty

pytestmark = pytest.mark.no_database

PROJECTS = so_many(100, 10_000)


@pytest.mark.alone
@measured_again_if_late
def test_readers_and_liveness_go_on_while_a_register_is_loaded(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))  # of this turn
    database = filled(f"sqlite:///{folder / 'register.sqlite3'}")
    files = folder / "files"
    files.mkdir()
    write_register(files, PROJECTS)
    with served(database) as site:
        usual = read(site, turn=1)
        load = subprocess.Popen(
            [sys.executable, "manage.py", "load_register", str(files)],
            cwd=ROOT,
            env=database.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        meanwhile: list[Answer] = []
        lives: list[Answer] = []
        with ThreadPoolExecutor(1) as beside:
            while load.poll() is None:
                writing = beside.submit(site.write, len(lives))
                meanwhile += _as_long_as(load, reading(site, turn=2 + len(lives)))
                lives.append(site.get(LIVENESS))
                written = writing.result()
                assert written.status == 201 or written.is_put_off(BUSY), written
        told = load.communicate()[0]
        assert load.returncode == 0, told
        assert site.get(f"/api/v1/projects/LOAD-2023-{PROJECTS:06}/", token=site.readers[0]).status == 200
    print(f"p95 {slowest_of_twenty(usual):.3f} s, then {slowest_of_twenty(meanwhile):.3f} s in {len(lives)} turns")
    _assert_they_go_on(usual, meanwhile, lives)


def _as_long_as(load: subprocess.Popen[str], answers: Iterator[Answer]) -> list[Answer]:
    """Those that came before it ended: from then on the same questions are of a register that is many times as large."""
    return list(itertools.takewhile(lambda _answer: load.poll() is None, answers))


def _assert_they_go_on(usual: list[Answer], meanwhile: list[Answer], lives: list[Answer]) -> None:
    assert {answer.status for answer in usual + meanwhile} == {200}
    assert {answer.status for answer in lives} == {200}
    assert_within(max(2 * slowest_of_twenty(usual), FLOOR), slowest_of_twenty(meanwhile))
    assert_within(AT_ONCE, max(answer.seconds for answer in lives))


_GOOD, _LATE, _NONE = Answer(200, 0.04), Answer(200, 1.1), Answer(0, 5.0)


@pytest.mark.parametrize(
    ("meanwhile", "lives"),
    [([_GOOD] * 17 + [_LATE] * 3, [_GOOD]), ([_GOOD] * 19 + [_NONE], [_GOOD]), ([_GOOD] * 20, [_LATE])],
    ids=["read late", "not answered", "liveness late"],
)
def test_readers_that_wait_for_the_load_are_found_out(meanwhile: list[Answer], lives: list[Answer]) -> None:
    """The control."""
    _assert_they_go_on([_GOOD] * 20, [_GOOD] * 20, [_GOOD])
    with pytest.raises(AssertionError):
        _assert_they_go_on([_GOOD] * 20, meanwhile, lives)
