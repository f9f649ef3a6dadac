"""What no command of manage.py can work with is said in one sentence, in the language in which it speaks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import ProgrammingError

from portfolio.management import command_line
from portfolio.settings import unmigrated
from tests.serving import ROOT, environment_of, free_port

pytestmark = pytest.mark.no_database

ASKING = ["shell", "--verbosity", "0", "-c", "from projects.models import Project; Project.objects.count()"]


def ran(command: list[str], database: str) -> subprocess.CompletedProcess[str]:
    environment = environment_of(database, LOG_LEVEL="CRITICAL")
    words = [sys.executable, "manage.py", *command]
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)


def sentence_of(command: list[str], database: str) -> str:
    done = ran(command, database)
    assert (done.returncode, done.stdout) == (1, ""), done
    [sentence] = done.stderr.splitlines()
    return sentence


@pytest.mark.parametrize(
    ("command", "begins"),
    [
        (["jobs"], "DATABASE_URL 所指的数据库无法连接："),
        (["verify_history", "--language", "en"], "DATABASE_URL names a database that cannot be reached: "),
        (["createsuperuser", "--noinput", "--username", "a", "--email", "a@b"], "DATABASE_URL 所指的数据库无法连接："),
        (ASKING, "DATABASE_URL 所指的数据库无法连接："),
    ],
    ids=["jobs", "verify_history", "createsuperuser", "shell"],
)
def test_a_database_that_is_away_is_said(command: list[str], begins: str) -> None:
    port = free_port()
    sentence = sentence_of(command, f"postgresql://someone:hidden@127.0.0.1:{port}/x")
    assert sentence.startswith(begins)
    assert str(port) in sentence
    assert "hidden" not in sentence


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["jobs"], "数据库尚未更新到本版本：请运行 manage.py migrate"),
        (["send_reminders", "--language=en"], "The database has not been brought up to date: run manage.py migrate"),
        (["create_token", "province", "--scope", "read"], "数据库尚未更新到本版本：请运行 manage.py migrate"),
    ],
    ids=["jobs", "send_reminders", "create_token"],
)
def test_a_database_that_was_not_migrated_is_said(command: list[str], says: str, tmp_path: Path) -> None:
    assert sentence_of(command, f"sqlite:///{tmp_path}/x.sqlite3") == says


def test_all_of_it_is_there_for_who_asks(tmp_path: Path) -> None:
    done = ran([*ASKING, "--traceback"], f"sqlite:///{tmp_path}/x.sqlite3")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "no such table" in done.stderr


def test_what_is_wrong_with_the_command_itself_is_not_laid_on_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(_words: list[str]) -> None:
        raise ProgrammingError('syntax error at or near "SELEKT"')

    monkeypatch.setattr(command_line, "execute_from_command_line", wrong)
    monkeypatch.setattr(command_line, "connection", SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(unmigrated, "get_waiting_migrations", lambda _connection: set())
    with pytest.raises(ProgrammingError, match="SELEKT"):
        command_line.execute(["manage.py", "jobs"])
