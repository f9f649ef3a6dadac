"""A place for an SQLite file that has room or has none.

It is a disk of its own where this process may mount one, and everywhere a limit to the pages of the file, at which SQLite
says the same.
"""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from portfolio.server import APPLICATION
from tests.length import LONG

_SPARE = 24 * 1024  # bytes that are left on a full one: what was begun may end
_PAGES = 6  # the same in pages
_MAY_MOUNT = 1 << 21  # CAP_SYS_ADMIN


def kinds() -> list[str]:
    """Those that are possible here; in the short form the one of them that is most like the real thing."""
    possible = ["limited", "mounted"] if _may_mount() else ["limited"]
    return possible if LONG else possible[-1:]


def _may_mount() -> bool:
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return any(line.startswith("CapEff:") and int(line.split()[1], 16) & _MAY_MOUNT for line in lines)


class Disk(Protocol):
    application: str
    file: Path
    settings: dict[str, str]

    def fill(self) -> None: ...
    def free(self) -> None: ...


class Mounted:
    """A tmpfs and what fills it up."""

    application = APPLICATION

    def __init__(self, directory: Path) -> None:
        self.file, self._ballast, self.settings = directory / "register.sqlite3", directory / "ballast", {}

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                ballast.truncate(max(0, ballast.tell() - _SPARE))

    def free(self) -> None:
        self._ballast.unlink()


class Limited:
    """A file whose pages the site counts; see `no_larger_file.py`."""

    application = "tests.faults.no_larger_file:application"

    def __init__(self, directory: Path) -> None:
        self.file, self._limit = directory / "register.sqlite3", directory / "most_pages"
        self.settings = {"MOST_PAGES": str(self._limit)}
        self.free()

    def fill(self) -> None:
        with closing(sqlite3.connect(self.file)) as look:
            [pages] = look.execute("PRAGMA page_count").fetchone()
        self._limit.write_text(str(pages + _PAGES))

    def free(self) -> None:
        self._limit.write_text("1000000")


@contextmanager
def disk(kind: str, directory: Path) -> Iterator[Disk]:
    """One with room."""
    if kind == "limited":
        yield Limited(directory)
        return
    place = directory / "disk"
    place.mkdir()
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", place], check=True)
    try:
        yield Mounted(place)
    finally:
        subprocess.run(["/bin/umount", "--lazy", place], check=True)
        place.rmdir()
