"""A directory of register files that a test can spoil."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

from django.core.management import CommandError, call_command

REGISTER_2023 = Path(__file__).parents[2] / "data" / "register_2023"


class Files:
    """A copy of the register of 2023 in `directory`, or an empty one."""

    def __init__(self, directory: Path, *, empty: bool = False) -> None:
        self.directory = directory
        if not empty:
            shutil.copytree(REGISTER_2023, directory, dirs_exist_ok=True)

    def rows(self, name: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO((self.directory / name).read_text("utf-8"), newline="")))

    def put(self, name: str, rows: list[list[str]] | list[str] | str | bytes, *, encoding: str = "utf-8") -> None:
        """Write a file: rows of cells, lines, text, or bytes."""
        if isinstance(rows, list) and rows and isinstance(rows[0], list):
            written = io.StringIO(newline="")
            csv.writer(written).writerows(rows)
            rows = written.getvalue()
        if isinstance(rows, list):
            rows = "\n".join(rows)
        (self.directory / name).write_bytes(rows if isinstance(rows, bytes) else rows.encode(encoding))

    def set(self, name: str, line: int, column: str, value: str) -> None:
        """Change the cell of one line, counted from 1 as editors do."""
        rows = self.rows(name)
        rows[line - 1][rows[0].index(column)] = value
        self.put(name, rows)

    def add_column(self, name: str, column: str, values: dict[int, str]) -> None:
        """A further column, blank except in the given lines."""
        rows = self.rows(name)
        rows[0].append(column)
        for number, row in enumerate(rows[1:], start=2):
            row.append(values.get(number, ""))
        self.put(name, rows)

    def load(self, **options) -> str:
        """What the command prints. Raises `CommandError`."""
        out = io.StringIO()
        call_command("load_register", str(self.directory), stdout=out, language="en", **options)
        return out.getvalue()

    def problems(self, **options) -> list[str]:
        """The problems of a load that must be refused, one a line, without the closing sentence."""
        try:
            printed = self.load(**options)
        except CommandError as error:
            *problems, closing = str(error).splitlines()
            assert closing == f"Nothing was stored. Problems: {len(problems)}."
            return problems
        raise AssertionError(f"It was loaded: {printed}")
