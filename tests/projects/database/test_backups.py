"""Backups: each table is restored as it was; a damaged or foreign backup is refused before anything is written."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from projects.changes.verification import Counts, verify
from projects.database.backups import COPY, MANIFEST, BackupError, digest_tables, make_backup, restore_backup
from projects.history.revisions import create_revision
from projects.models import Project
from tests.threads import call_at_once

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "HN-EI-2023-13"


def get_tables() -> dict[str, list[Any]]:
    with transaction.atomic():
        return digest_tables(connection.chunked_cursor)


def change_amount(value: int) -> None:
    with create_revision(reason="测试"):
        project = Project.objects.get(code=CODE)
        project.total_investment = value
        project.save()


def change_manifest(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    with zipfile.ZipFile(path) as backup:
        manifest, copy = json.loads(backup.read(MANIFEST)), backup.read(COPY)
    change(manifest)
    with zipfile.ZipFile(path, "w") as backup:
        backup.writestr(MANIFEST, json.dumps(manifest))
        backup.writestr(COPY, copy)


def test_what_was_written_since_is_given_up_and_each_table_is_as_it_was(live_register, tmp_path):
    before = get_tables()
    make_backup(tmp_path / "register.zip")
    change_amount(7)
    assert get_tables() != before
    call_command("restore", str(tmp_path / "register.zip"), "--replace", verbosity=0)
    assert get_tables() == before


def test_a_backup_of_a_register_that_is_written_to_meanwhile_is_of_one_moment(live_register, tmp_path):
    def write() -> None:
        for value in range(1, 15):
            change_amount(value)

    manifest, written = call_at_once(lambda: make_backup(tmp_path / "register.zip"), write)
    assert written is None
    assert isinstance(manifest, dict), manifest
    assert get_tables() != manifest["tables"]
    restore_backup(tmp_path / "register.zip", replace=True)
    assert get_tables() == manifest["tables"]
    assert list(verify(Counts())) == []


def test_a_register_is_not_overwritten_unless_that_is_wanted(live_register, tmp_path):
    make_backup(tmp_path / "register.zip")
    change_amount(7)
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(tmp_path / "register.zip"), "--language=en")
    assert Project.objects.get(code=CODE).total_investment == 7


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (
            lambda manifest: manifest["migrations"].remove("projects.0052_working_date"),
            "older release.*0052_working_date",
        ),
        (lambda manifest: manifest["migrations"].append("projects.9999_later"), "newer release.*9999_later"),
        (lambda manifest: manifest.update(vendor="oracle"), "is of oracle"),
        (lambda manifest: manifest.update(sha256="0" * 64), "damaged"),
    ],
)
def test_a_backup_of_another_release_or_database_is_refused_before_anything_is_written(
    live_register, tmp_path, settings, change, refusal
):
    settings.LANGUAGE_CODE = "en"
    make_backup(tmp_path / "register.zip")
    change_manifest(tmp_path / "register.zip", change)
    before = get_tables()
    with pytest.raises(CommandError, match=refusal):
        call_command("restore", str(tmp_path / "register.zip"), "--replace", "--language=en")
    assert get_tables() == before


@pytest.mark.parametrize("place", [0.1, 0.5, 0.999])
def test_a_backup_that_was_cut_off_or_changed_is_refused(live_register, tmp_path, place):
    path = tmp_path / "register.zip"
    make_backup(path)
    whole = path.read_bytes()
    middle = int(len(whole) * place)
    for damaged in (whole[:middle], whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :]):
        path.write_bytes(damaged)
        with pytest.raises(BackupError):
            restore_backup(path, replace=True)


def test_a_backup_overwrites_no_file_and_only_its_maker_may_read_it(live_register, tmp_path):
    make_backup(tmp_path / "register.zip")
    assert (tmp_path / "register.zip").stat().st_mode & 0o777 == 0o600
    with pytest.raises(BackupError):
        make_backup(tmp_path / "register.zip")
    with pytest.raises(BackupError):
        make_backup(tmp_path / "nowhere" / "register.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["register.zip"]
