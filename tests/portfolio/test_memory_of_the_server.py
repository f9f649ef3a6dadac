"""Memory that each page takes and frees stays with the process until the next, and what nobody takes goes back."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from tests.serving import ROOT, environment_of

pytestmark = [
    pytest.mark.no_database,
    pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="It is glibc that is told."),
]

PAGE = 480  # times 4 KiB, in pieces too small to be taken from the system by themselves
PAGES = 10
PROGRAM = f"""
import resource
import django
django.setup()
from portfolio import server
from portfolio.background import free_memory

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def page():
    pieces = [b"x" * 2**16 for _piece in range({PAGE // 16})]

{{start}}
page()
before = faults()
for _page in range({PAGES}):
    page()
again = faults() - before
free_memory.hand_back()
before = faults()
page()
print(again, faults() - before)
"""


def _faults(start: str) -> tuple[int, int]:
    """Page faults of pages that are made again, and of one after free memory was handed back."""
    command = [sys.executable, "-c", PROGRAM.format(start=start)]
    environment = environment_of("sqlite://:memory:")
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    again, after = map(int, done.stdout.split())
    return again, after


def test_a_page_is_made_with_the_memory_of_the_one_before_until_it_is_handed_back() -> None:
    again, after = _faults("server.hold_less_memory()")
    assert again < PAGE
    assert after > PAGE / 2


def test_by_itself_the_c_library_takes_it_anew_each_time() -> None:
    """The control: with what is large from the system, as the server has it, and nothing else."""
    again, _after = _faults("import ctypes; ctypes.CDLL(None).mallopt(-3, 2**17)")
    assert again > PAGE * PAGES / 2
