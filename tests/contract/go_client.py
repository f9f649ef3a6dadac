"""The client in Go that openapi-generator makes from a description of the API, compiled with a program that uses it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

SOURCES = Path(__file__).parent / "go"
TOOLS = Path(__file__).parents[2] / "var" / "go" / "bin"  # .ci/run puts them there
GO = TOOLS / "go"


def build_reader(description: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Fill the folder with the client of a description and the program that uses it; return how compiling it ended."""
    shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
    options = ["--generator-name", "go", "--package-name", "register", "--additional-properties", "withGoMod=false"]
    made = _run(
        TOOLS / "openapi-generator-cli", "generate", "-i", description, "-o", folder / "register", *options, cwd=folder
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return _run(GO, "build", "-o", folder / "reader", ".", cwd=folder)


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    offline = {"GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}
    caches = {"GOCACHE": str(TOOLS.parent / "cache"), "GOPATH": str(TOOLS.parent / "path")}
    environment = os.environ | offline | caches
    command_line = [*map(str, command)]
    return subprocess.run(command_line, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600)
