"""What cannot be migrated is said in one sentence before anything is written, by `manage.py migrate` and by `make run`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portfolio.settings import unmigrated
from tests.serving import ROOT, environment_of, free_port


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("app", "had", "lacks"),
    [
        ("projects", ["0001_register", "0041_rules_of_lists_in_an_earlier_state"], "0042_counts_of_entries_by_months"),
        ("portfolio", ["0001_accounts"], "0002_token_bounds"),
    ],
)
def test_a_database_that_had_only_some_of_the_squashed_migrations_is_refused(
    app: str, had: list[str], lacks: str
) -> None:
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app=app).delete()
    for name in had:
        recorder.record_applied(app, name)
    before = recorder.applied_migrations().keys()
    with pytest.raises(SystemExit, match=f"{lacks}.*Nothing was changed"):
        call_command("migrate", verbosity=0)
    assert recorder.applied_migrations().keys() == before


@pytest.mark.django_db
def test_one_that_had_all_of_them_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app="projects", name="0001_key_projects").delete()
    recorder.record_applied("projects", "0042_counts_of_entries_by_months")
    assert unmigrated.get_waiting_migrations(connection) == []
    unmigrated.refuse_of_before(connection)


def said_by(command: list[str], database: str) -> str:
    """The one sentence with which a command ends."""
    words = [sys.executable, "manage.py", *command]
    environment = environment_of(database, LOG_LEVEL="WARNING")
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, ""), done
    [sentence] = done.stderr.splitlines()
    return sentence


@pytest.mark.no_database
@pytest.mark.parametrize("command", [["migrate"], ["demo", "--port", "0"]], ids=["migrate", "make run"])
def test_a_database_that_cannot_be_reached_is_said_in_one_sentence(command: list[str], tmp_path: Path) -> None:
    port = free_port()
    sentence = said_by(command, f"postgresql://someone:hidden@127.0.0.1:{port}/x")
    assert sentence.startswith("DATABASE_URL 所指的数据库无法连接：")
    assert str(port) in sentence
    assert "hidden" not in sentence
    (tmp_path / "file").touch()
    assert said_by(command, f"sqlite:///{tmp_path}/file/x.sqlite3").startswith("DATABASE_URL 所指")
