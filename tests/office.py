"""LibreOffice, as who downloads a workbook may open and save it."""

from __future__ import annotations

import subprocess
from pathlib import Path

PROGRAM = Path("/usr/bin/soffice")


def saved_by_office(*books: Path) -> list[Path]:
    """Workbooks of one folder, read by LibreOffice Calc, kept in its own form, and written as workbooks again.

    Starting it takes most of the time.
    """
    folder = books[0].parent
    saved = folder / "saved"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for form, files in (("ods", books), ("xlsx", [saved / f"{book.stem}.ods" for book in books])):
        command = [PROGRAM, profile, "--headless", "--convert-to", form, "--outdir", saved, *files]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [saved / book.name for book in books]
