"""Workers and the processes that keep them at work, forked from one that has loaded everything: loading takes a second."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

from tests.serving import ROOT, ended

_LOOKING = os.WEXITED | os.WNOHANG | os.WNOWAIT


@contextmanager
def kept_at_work(kinds: list[str], number: int) -> Iterator[Callable[[], bool]]:
    """In a process that has loaded the product: so many workers on jobs of these kinds. It says whether any keeper lives."""
    from django.db import connections

    connections.close_all()  # no two processes share one
    own = os.getpid()
    keepers = [_forked(kinds, own) for _each in range(number)]
    try:
        yield lambda: any(os.waitid(os.P_PID, each, _LOOKING) is None for each in keepers)
    finally:
        for each in keepers:  # one that was killed is there until it is waited for
            os.kill(each, signal.SIGTERM)
        for each in keepers:
            os.waitpid(each, 0)


def _forked(kinds: list[str], parent: int) -> int:
    keeper = os.fork()
    if keeper:
        return keeper
    from projects.jobs import supervising
    from projects.jobs.worker import work

    supervising._BEGUN_AGAIN_AFTER = 0
    try:
        supervising.keep_at_work(
            lambda ending: work(kinds, ending=ending, pause=0.1, say=lambda _line: None), parent=parent
        )
    finally:
        os._exit(0)


class Loaded:
    """The process that has, as a test sees it: it is told a line, and its workers say 'begun' and which of them did."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self._stdin, self._stdout = stdin, stdout
        self._killed: set[int] = set()

    def tell(self, line: str) -> None:
        print(line, file=self._stdin, flush=True)

    def begun(self) -> int:
        """The next worker that has begun something and was not killed since."""
        while True:
            word, number = self._stdout.readline().split()
            assert word == "begun"
            if int(number) not in self._killed:
                return int(number)

    def kill(self, worker: int) -> None:
        os.kill(worker, signal.SIGKILL)
        self._killed.add(worker)

    def stored(self) -> str:
        """What it says at last, whatever its workers say before."""
        while (line := self._stdout.readline()).startswith("begun"):
            pass
        return line


@contextmanager
def loaded(module: str, environment: dict[str, str]) -> Iterator[Loaded]:
    command = [sys.executable, "-m", module]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Loaded(process.stdin, process.stdout)
    finally:
        process.stdin.close()  # by which it ends, and its workers with it
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        ended(process)
        process.stdout.close()
