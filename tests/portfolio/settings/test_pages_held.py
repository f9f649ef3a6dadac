"""A web server's connections to SQLite hold fewer pages than those of a command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import ROOT, environment_of

pytestmark = pytest.mark.no_database

ASKED = """
from django.db import connection
import django
{start}
with connection.cursor() as cursor:
    print(*(cursor.execute("PRAGMA " + name).fetchone()[0] for name in ("cache_size", "journal_mode", "synchronous")))
"""


@pytest.mark.parametrize(
    ("start", "pages"), [("import portfolio.wsgi", "-1000"), ("django.setup()", "-2000")], ids=["server", "command"]
)
def test_a_server_holds_half_of_the_pages(start: str, pages: str, tmp_path: Path) -> None:
    environment = environment_of(f"sqlite:///{tmp_path / 'x.sqlite3'}", LOG_LEVEL="CRITICAL")
    words = [sys.executable, "-c", ASKED.format(start=start)]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split() == [pages, "wal", "2"], done.stderr
