"""manage.py grant_role: what an administrator alone cannot do is done on the server, and said in log and change log."""

from __future__ import annotations

import io

import pytest
import structlog
from django.core.management import CommandError, call_command

from portfolio.models import User
from projects.access import get_access
from projects.choices import Channel, Role
from projects.history.revisions import create_revision
from projects.models import Grant, Revision
from tests.people import CHANGSHA

pytestmark = pytest.mark.permission


def grant_role(*arguments):
    printed = io.StringIO()
    with structlog.testing.capture_logs() as lines:
        call_command("grant_role", *arguments, stdout=printed)
    return printed.getvalue().strip(), lines


def roles_of(user):
    return set(get_access(User.objects.get(pk=user.pk)).roles)


@pytest.mark.parametrize("role", [Role.PROVINCE, Role.ADMINISTRATOR, Role.ANALYST])
def test_it_gives_a_role_that_holds_at_once_and_both_logs_say_so(role, stranger):
    printed, [line] = grant_role("stranger", role)
    assert printed == f"stranger has the role {role} now: granted."
    assert (line["event"], line["username"], line["role"]) == ("role_given", "stranger", role)
    assert line["operator"]
    assert roles_of(stranger) == {role}
    revision = Revision.objects.order_by("-number").first()
    assert (revision.door, revision.user) == (Channel.COMMAND, None)
    assert revision.reason.startswith(f"grant_role stranger {role}")


def test_it_confirms_a_role_that_waits(administrator, stranger):
    with create_revision(door=Channel.ADMIN, user=administrator):
        Grant(user=stranger, role=Role.PROVINCE).save()
    printed, _lines = grant_role("stranger", "province")
    assert printed.endswith("confirmed.")
    grant = stranger.grants.get()
    assert (grant.is_waiting, grant.assigned_by, grant.confirmed_by) == (False, administrator, None)
    assert roles_of(stranger) == {Role.PROVINCE}


def test_it_gives_a_prefecture(stranger):
    grant_role("stranger", "prefecture-writer", "--prefecture", CHANGSHA)
    assert stranger.grants.get().prefecture.adcode == CHANGSHA


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nobody", "province"), "no account named nobody"),
        (("stranger", "emperor"), "invalid choice"),
        (("stranger", "prefecture-writer"), "市州角色"),
        (("stranger", "prefecture-writer", "--prefecture", "999999"), "999999"),
        (("stranger", "province", "--prefecture", CHANGSHA), "市州角色"),
        (("analyst", "analyst"), "已生效"),
    ],
)
def test_what_is_wrong_is_refused_in_words_and_nothing_is_written(arguments, told, stranger, analyst):
    before = Revision.objects.newest_number()
    with pytest.raises(CommandError, match=told):
        grant_role(*arguments)
    assert (Revision.objects.newest_number(), stranger.grants.count()) == (before, 0)
