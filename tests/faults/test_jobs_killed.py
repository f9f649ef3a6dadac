"""A worker is killed with -9 in the middle of a job: nothing of it is stored, and the next worker stores all of it, once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.serving import ROOT, prepare_register

from .conftest import Register

ROWS, KILLS = 20, 2


@pytest.mark.parametrize("kind", ["rows", "confirm-import"])
def test_what_a_killed_worker_was_at_is_stored_once_and_whole(kind: str, own_register: Register) -> None:
    prepare_register("", own_register.environment)
    command = [sys.executable, "-m", "tests.faults.slow_worker", kind]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=own_register.environment, stdin=pipe, stdout=pipe, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        for _kill in range(KILLS):
            print("stop", file=process.stdin, flush=True)
            _begun, worker = process.stdout.readline().split()
            os.kill(int(worker), signal.SIGKILL)
            assert json.loads(process.stdout.readline()) == [None, []]
        print("finish", file=process.stdin, flush=True)
        revision, revisions = json.loads(process.stdout.readline())
        process.stdin.close()
    assert revision
    assert revisions == [revision] * ROWS
