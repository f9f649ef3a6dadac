"""The README in each language: its commands are typed into a shell and answer as shown; each language has the same ones."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from .test_docs import BASH, HERE

ROOT = Path(settings.BASE_DIR)
READMES = [ROOT / "README.md", ROOT / "docs" / "README.zh.md"]
_SHELL = re.compile(r"^```sh\n(.*?)^```", re.S | re.M)
_SETTING = re.compile(r"`([A-Z]+(?:_[A-Z]+)+|HOST|PORT)`")


def typed(text: str) -> list[tuple[str, str]]:
    """Each command after a `$` and what is shown below it."""
    found = []
    for block in _SHELL.findall(text):
        for each in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _end, shown = each.partition("\n")
            found.append((command, shown.strip()))
    return found


def named(text: str) -> dict[str, set[str]]:
    """What a README tells people to run, to set and to open."""
    return {
        "make": set(re.findall(r"\bmake ([a-z]+)\b", text)) - {"and", "sure"},
        "manage.py": set(re.findall(r"manage\.py ([a-z_]+)", text)),
        "settings": set(_SETTING.findall(text)),
        "accounts": set(re.findall(r"^\| (`[^|]*`) \|", re.sub("、", ", ", text), re.M)),
        "pages": set(re.findall(r"`(/[a-z0-9/]+/)`", text)),
    }


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="curl or jq is not installed")
@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_its_commands_answer_as_it_shows(readme, live_register, public_read, live_server):
    commands = typed(readme.read_text("utf-8"))
    assert len(commands) == 3
    for command, shown in commands:
        run = subprocess.run(
            [BASH, "-c", command.replace(HERE, live_server.url)], capture_output=True, text=True, timeout=60
        )
        assert run.stdout.strip() == shown, (command, run.stderr)


@pytest.mark.no_database
def test_each_language_has_the_same_commands():
    english, chinese = (readme.read_text("utf-8") for readme in READMES)
    assert typed(chinese) == typed(english)
    assert named(chinese) == named(english)


@pytest.mark.no_database
@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_what_it_tells_to_run_is_there(readme):
    found = named(readme.read_text("utf-8"))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert found["make"]
    assert found["make"] <= targets
    assert found["manage.py"]
    assert found["manage.py"] <= set(get_commands())
    known = (ROOT / "portfolio/settings/__init__.py").read_text("utf-8") + (ROOT / "Makefile").read_text("utf-8")
    assert all(name in known for name in found["settings"]), found["settings"]
