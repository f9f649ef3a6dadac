"""The source files of the product: one walk for the tests that read them, and for `tests.house`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
APPS = ("portfolio", "projects", "sectors")


def sources(*folders: str, root: Path = ROOT) -> Iterator[Path]:
    """Python files below these folders, in order; those that makemigrations writes are left out."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path
