"""What `make run` tells the site. Nothing is run: make only says what it would do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

MAKE = shutil.which("make") or "make"

pytestmark = [
    pytest.mark.no_database,
    pytest.mark.skipif(not shutil.which("make"), reason="make is not installed"),
]


def said(*arguments: str, **environment: str) -> str:
    known = {name: value for name, value in os.environ.items() if name not in ("SITE_URL", "HOST", "PORT", "MAKEFLAGS")}
    command = [MAKE, "--no-print-directory", "--dry-run", *arguments, "run"]
    run = subprocess.run(command, cwd=settings.BASE_DIR, env=known | environment, capture_output=True, text=True)
    return run.stdout


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8251"}, "http://127.0.0.1:8251"),
        ({"HOST": "0.0.0.0"}, "http://localhost:8000"),  # noqa: S104  nothing listens
        ({"HOST": "::1"}, "http://[::1]:8000"),
        ({"SITE_URL": ""}, "http://127.0.0.1:8000"),
        ({"SITE_URL": "https://a.example"}, "https://a.example"),
    ],
)
def test_links_lead_back_to_the_port_that_is_served(environment: dict[str, str], address: str) -> None:
    database = said("--print-data-base", "--question", **environment)
    assert re.findall(r"^run: SITE_URL := (.*)$", database, re.M) == [address]


def test_it_is_served_as_tests_and_bench_serve_it() -> None:
    assert "-m portfolio.server" in said()


def test_the_address_is_printed_when_it_answers() -> None:
    served = said(HOST="::1", PORT="8251")
    assert (
        "| .venv/bin/python -m portfolio.management.once_it_answers --host '::1' --port '8251' --beside $$ &" in served
    )


def test_a_linked_environment_is_not_cleared(tmp_path: Path) -> None:
    """`venv --clear` follows a link, and would empty what another checkout works with."""
    (tmp_path / "environment").mkdir()
    (tmp_path / "environment" / "of-another").touch()
    (tmp_path / ".venv").symlink_to("environment")
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(settings.BASE_DIR / name, tmp_path)
    (tmp_path / "tests").mkdir()
    shutil.copy(settings.BASE_DIR / "tests" / "requirements.txt", tmp_path / "tests")
    run = subprocess.run([MAKE, "docs"], cwd=tmp_path, capture_output=True, text=True)
    assert (run.returncode, (tmp_path / "environment" / "of-another").exists()) == (2, True)
    assert ".venv is a link" in run.stdout
