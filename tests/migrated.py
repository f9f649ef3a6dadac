"""An SQLite file as the migrations leave it, or with the register: made once in a run of the tests, and copied by
whoever needs one.

Migrations and the register take seconds of a processor, and every process of the tests and every server that one starts has
a file of its own. Outside a run, or where the file is there already, nothing is copied and nothing kept.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

_DIRECTORY = "TESTS_MIGRATED"  # in the environment of all processes of the run: where the copy is kept


def share(config: pytest.Config) -> None:
    """Let this process and those that it starts share one copy to the end of the run."""
    if _DIRECTORY not in os.environ:
        directory = tempfile.TemporaryDirectory(prefix="portfolio-migrated-")
        os.environ[_DIRECTORY] = directory.name
        config.add_cleanup(directory.cleanup)
        config.add_cleanup(lambda: os.environ.pop(_DIRECTORY))


def shared(name: str) -> Path | None:
    """Where a file of this name lies for all processes of the run; nowhere outside of one."""
    return Path(os.environ[_DIRECTORY], name) if _DIRECTORY in os.environ else None


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Only one process of the run at a time is inside, for this name."""
    with Path(os.environ[_DIRECTORY], f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def begun_from_a_copy(path: Path, name: str = "migrated") -> Iterator[bool]:
    """Whether there was a copy of this name for `path` to begin as. Else it is to be made inside, while others wait."""
    for left in ("-wal", "-shm"):  # by a process of this number that was killed: SQLite would take it for this file's
        path.with_name(path.name + left).unlink(missing_ok=True)
    kept = shared(f"{name}.sqlite3")
    if kept is None:
        yield False
        return
    with locked(kept.name):
        if not kept.exists():
            yield False
            _keep(path, kept)
            return
    shutil.copy(kept, path)
    yield True


def _keep(path: Path, kept: Path) -> None:
    unfinished = kept.with_suffix(".unfinished")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.rename(kept)
