"""`manage.py doctor`: a line for each thing that an operator looks at, and an exit status."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import socket
import subprocess
import sys
from collections import namedtuple

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from projects.choices import JobLane
from projects.models import QueueCheck, Revision


def run() -> tuple[dict[str, str], bool]:
    """Return the lines by their label, with the mark in front, and whether the exit status is 0."""
    out, sound = io.StringIO(), True
    try:
        call_command("doctor", "--language=en", "--no-color", stdout=out)
    except CommandError:
        sound = False
    lines = [line.partition(": ") for line in out.getvalue().splitlines()]
    return {label[2:]: f"{label[0]} {text}" for label, _colon, text in lines}, sound


@pytest.fixture
def sound(register, settings, tmp_path):
    """A site that nobody has to look at."""
    settings.SILENCED_SYSTEM_CHECKS = ["async.E001"]  # tests in a browser, in the same process, set what it asks about
    settings.VAR_DIR, settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = tmp_path, True, 3600
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    for lane in JobLane:
        QueueCheck.objects.create(lane=lane, checked_at=timezone.now())


def test_a_sound_site_has_a_line_for_each_look_and_status_0(sound):
    lines, is_sound = run()
    assert is_sound, lines
    assert list(lines) == ["Settings", "Database", "Migrations", "Disk", "Clock", "Mail", "Workers", "Certificate"]
    assert {line[0] for line in lines.values()} == {"✓"}


def test_workers_that_stopped_are_a_fault(sound):
    QueueCheck.objects.update(checked_at=timezone.now() - dt.timedelta(hours=1))
    lines, is_sound = run()
    assert lines["Workers"].startswith("✗ No worker has checked the queue")
    assert not is_sound


def test_a_clock_that_went_back_is_a_fault(sound, monkeypatch):
    before = Revision.objects.order_by("-number").first().created_at - dt.timedelta(days=1)
    monkeypatch.setattr("portfolio.management.commands.doctor.timezone.now", lambda: before)
    assert run()[0]["Clock"].startswith("✗")


def test_a_full_disk_is_a_fault(sound, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage(10, 9, 2**29))
    assert run()[0]["Disk"].startswith("✗ 0.5 GiB")


def test_a_mail_server_that_does_not_answer_is_a_fault(sound, settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    settings.EMAIL_BACKEND = "projects.reminders.mail_server.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    assert run()[0]["Mail"].startswith("✗ 127.0.0.1")


def test_a_certificate_that_nobody_shows_is_a_fault(sound, settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    settings.SITE_URL = f"https://127.0.0.1:{port}"
    assert run()[0]["Certificate"].startswith("✗ 127.0.0.1")


def test_a_database_that_is_not_there_is_a_fault_and_no_traceback(tmp_path):
    environment = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "SECRET_KEY": "x" * 60, "PATH": ""}
    command = [sys.executable, "manage.py", "doctor", "--language=en"]
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "✗ Database: DATABASE_URL names a database that cannot be reached" in done.stdout
    assert "Traceback" not in done.stderr
