"""The types that openapi-typescript makes of a description, and what tsc says of a program that uses them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

SOURCES = Path(__file__).parent / "typescript"
TOOLS = Path(__file__).parents[2] / "var" / "typescript" / "node_modules" / ".bin"  # .ci/run puts them there
TSC = TOOLS / "tsc"
PROGRAM = "program.mts"


def make_types(description: Path, folder: Path) -> None:
    """Fill the folder with the types of a description, and with the client that uses them."""
    for name in ("client.mts", "tsconfig.json"):
        shutil.copy(SOURCES / name, folder)
    made = _ran(TOOLS / "openapi-typescript", description, "--output", folder / "register.d.mts", folder=folder)
    assert made.returncode == 0, made.stdout + made.stderr


def refused_by_tsc(folder: Path, program: str) -> dict[int, str]:
    """What the compiler does not let through, by line of the program. Otherwise it can be run."""
    (folder / PROGRAM).write_text(program, "utf-8")
    done = _ran(TSC, "--project", ".", "--pretty", "false", folder=folder)
    found = re.findall(r"^(\S+?)\((\d+),\d+\): error (.*)$", done.stdout, re.M)
    assert bool(found) == bool(done.returncode), done.stdout + done.stderr
    assert {name for name, _line, _said in found} <= {PROGRAM}, done.stdout
    return {int(line): said for _name, line, said in found}


def run_by_node(folder: Path) -> None:
    done = _ran("node", Path(PROGRAM).with_suffix(".mjs"), folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def _ran(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], cwd=folder, capture_output=True, text=True, timeout=120)
