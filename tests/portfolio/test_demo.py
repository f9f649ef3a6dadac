import io
import os
import re
import shutil
import socket
import subprocess
import sys

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from portfolio.management.commands.demo import PEOPLE
from portfolio.models import User
from projects.access import get_access
from projects.choices import Role
from projects.models import Entry, Grant, MonthlyReport, Prefecture, Project, Revision, Round
from tests.source_files import ROOT


@pytest.fixture
def demo(monkeypatch, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    monkeypatch.delenv("DEMO_PASSWORD", raising=False)

    def run(**options):
        printed = io.StringIO()
        call_command("demo", stdout=printed, **{"port": "0"} | options)
        return printed.getvalue()

    return run


@pytest.fixture
def counted():
    return lambda: [model.objects.count() for model in (Project, Entry, MonthlyReport, User, Grant, Revision)]


@pytest.mark.django_db
def test_a_newcomer_can_sign_in_with_what_is_printed(demo, rf, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "chosen by the newcomer")
    text = demo()

    assert "chosen by the newcomer" in text
    for username, name, role, *_ in PEOPLE:
        assert username in text
        assert name in text
        user = authenticate(rf.post("/"), username=username, password="chosen by the newcomer")
        assert {grant.role for grant in user.grants.all()} == {role}
        assert user.display_name == name
        assert user.is_staff
        assert not user.is_superuser


@pytest.mark.django_db
def test_a_call_is_printed_that_works_until_the_demonstration_is_run_again(demo, client):
    tokens = [re.search(r"Authorization: (Token \S+)' 'http://127.0.0.1:0(\S+)'", demo()).groups() for _run in (1, 2)]
    assert [client.get(path, headers={"Authorization": token}).status_code for token, path in tokens] == [401, 200]


def test_commands_take_the_key_of_the_demonstration(tmp_path):
    """By a copy of manage.py beside a key, as `make run` keeps it."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret_key").write_text("k" * 60)
    command = shutil.copy(ROOT / "manage.py", tmp_path)
    other = ("SECRET_KEY", "DEBUG", "DJANGO_SETTINGS_MODULE")
    environment = {name: value for name, value in os.environ.items() if name not in other} | {"PYTHONPATH": str(ROOT)}
    found = subprocess.run([sys.executable, command, "diffsettings"], env=environment, capture_output=True, text=True)
    assert f"SECRET_KEY = '{'k' * 60}'" in found.stdout, found.stderr


@pytest.mark.django_db
def test_the_people_of_the_demonstration_can_close_a_month(demo):
    demo()
    asked = Entry.objects.filter(pk__in=Round.objects.get(programme__year=2023, month=7).entries())
    bureaus = [get_access(User.objects.get(username=username)) for username in ("changsha", "zhuzhou", "bureaus")]
    places = [set(access.writes_in) for access in bureaus]

    assert {entry.project.prefecture_id for entry in asked} <= set.union(*places)
    assert sum(map(len, places)) == Prefecture.objects.count()
    reviewers = User.objects.filter(grants__role=Role.PROVINCE)
    assert [user.has_perm("projects.approve_monthlyreport") for user in reviewers] == [True, True]


@pytest.mark.django_db
def test_running_it_again_changes_nothing_but_the_password(demo, counted):
    first = demo()
    before = counted()
    second = demo()

    assert before[0] == 42
    assert counted() == before
    assert first != second


@pytest.mark.django_db
def test_rights_that_an_account_gained_meanwhile_are_taken_back(demo):
    demo()
    before = Grant.objects.count()
    analyst = User.objects.get(username="analyst")
    analyst.is_superuser = True
    analyst.save()
    Grant(user=analyst, role="administrator").save()
    demo()

    analyst.refresh_from_db()
    assert not analyst.is_superuser
    assert Grant.objects.count() == before


@pytest.mark.django_db
def test_a_port_in_use_is_said_before_anything_is_made(demo):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="PORT"):
            demo(port=str(taken.getsockname()[1]))

    assert not Project.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "monitor.example"])  # noqa: S104  nothing listens
def test_a_weak_password_that_other_machines_can_sign_in_with_is_taken_and_said_to_be_one(
    register, demo, monkeypatch, rf, host
):
    monkeypatch.setenv("DEMO_PASSWORD", "abc")
    said = demo(host=host)
    assert "注意 Beware" in said
    assert "至少 10 个字符" in said
    assert "at least 10 characters" in said
    assert authenticate(rf.post("/"), username="province", password="abc")
    monkeypatch.setenv("DEMO_PASSWORD", "a long and unusual one")
    assert "Beware" not in demo(host=host)


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_on_this_machine_alone_a_weak_password_is_nobodys_business(register, demo, monkeypatch, host):
    monkeypatch.setenv("DEMO_PASSWORD", "abc")
    assert "Beware" not in demo(host=host)


def test_a_host_that_is_none_is_refused_in_words(demo):
    with pytest.raises(CommandError, match="HOST"):
        demo(host="no such host", port="8000")
