"""LibreOffice, as who downloads a workbook may open and save it."""

from __future__ import annotations

import subprocess
from pathlib import Path

PROGRAM = Path("/usr/bin/soffice")


def saved_by_office(book: Path) -> Path:
    """The workbook, read by LibreOffice Calc, kept in its own form, and written as a workbook again."""
    profile = f"-env:UserInstallation={(book.parent / 'profile').as_uri()}"
    for form, file in (("ods", book), ("xlsx", book.parent / "saved" / f"{book.stem}.ods")):
        command = [PROGRAM, profile, "--headless", "--convert-to", form, "--outdir", book.parent / "saved", file]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return book.parent / "saved" / book.name
