"""However deep a page has come with its calls, one more takes no memory from the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.serving import ROOT, environment_of

pytestmark = [
    pytest.mark.no_database,
    pytest.mark.skipif(sys.platform != "linux", reason="Only Linux counts the page faults of a thread."),
]


def test_a_call_takes_no_memory_from_the_system_however_deep_it_is() -> None:
    """That of any thread is the control; by what Python says of its next releases, it will keep the memory itself."""
    command = [sys.executable, "-m", "tests.portfolio.front.going_deep"]
    environment = environment_of("sqlite://:memory:")
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    of_a_page, of_any = map(int, done.stdout.split())
    assert of_a_page < 20, done.stderr
    assert of_any >= 200 or sys.version_info >= (3, 14)
