"""Roles of power in the administration: they wait, a second administrator confirms them, and one alone never gets by."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portfolio.models import User
from projects.access import get_access
from projects.choices import Channel, Role
from projects.models import Grant, Project, Revision
from projects.reminders import mails
from tests.people import person
from tests.projects.admin.forms import change_url, filled, messages_of, seen, url

pytestmark = pytest.mark.permission

NEW_PASSWORD = "quite another password 7"
WAITING = {"zh-hans": "尚未生效", "en": "waits: it gives nothing"}


@pytest.fixture
def browser(administrator, client_of):
    return client_of(administrator)


@pytest.fixture
def second(register):
    return person("second-administrator", Role.ADMINISTRATOR)


def roles_of(user):
    return set(get_access(User.objects.get(pk=user.pk)).roles)


def assign(browser, user, role, language="en"):
    return browser.post(f"{url(Grant, 'add')}?lang={language}", {"user": user.pk, "role": role}, follow=True)


def confirm(browser, grant, state=None):
    data = {"action": "confirm", "index": 0, "_selected_action": [grant.pk], "_seen": state or seen()}
    return browser.post(f"{url(Grant)}?lang=en", data, follow=True)


def set_password(browser, user, **changes):
    data = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true", "end_tokens": "on"}
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    return browser.post(f"{address}?lang=en", data | changes, follow=True)


@pytest.mark.parametrize("language", WAITING)
def test_who_assigns_a_role_of_power_is_told_that_it_waits_and_how_it_is_confirmed(
    language, browser, stranger, administrator
):
    [told] = [text for text in messages_of(assign(browser, stranger, Role.PROVINCE, language)) if "grant_role" in text]
    assert WAITING[language] in told
    assert "manage.py grant_role stranger province" in told
    assert roles_of(stranger) == set()


def test_the_command_is_not_named_where_another_administrator_can_confirm(browser, stranger, second):
    told = " ".join(messages_of(assign(browser, stranger, Role.PROVINCE)))
    assert WAITING["en"] in told
    assert "manage.py" not in told


def test_in_the_form_of_an_account_it_is_told_too(browser, second):
    data = {
        "username": "xiangtan",
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
        "is_staff": "on",
        "grants-TOTAL_FORMS": 1,
        "grants-INITIAL_FORMS": 0,
        "grants-0-role": Role.ADMINISTRATOR,
    }
    response = browser.post(f"{url(User, 'add')}?lang=en", data, follow=True)
    assert any(WAITING["en"] in text for text in messages_of(response))
    made = User.objects.get(username="xiangtan")
    assert (made.password_set_by.username, roles_of(made)) == ("administrator", set())
    assert "administrator (waits for confirmation)" in browser.get(f"{url(User)}?lang=en").content.decode()


def test_a_second_administrator_confirms_it(browser, second, stranger, client_of):
    assign(browser, stranger, Role.PROVINCE)
    grant = stranger.grants.get()
    [told] = messages_of(confirm(client_of(second), grant))
    assert "holds from now on" in told
    assert roles_of(stranger) == {Role.PROVINCE}
    revision = Revision.objects.order_by("-number").first()
    assert (revision.user, revision.door) == (second, Channel.ADMIN)
    told = messages_of(confirm(client_of(second), grant))
    assert any("holds already" in text for text in told)


def test_who_assigned_it_does_not_confirm_it_nor_by_an_account_of_their_own_making(browser, stranger, client_of):
    """A second administrator of one's own making waits as well, and nothing of the administration opens for it."""
    assign(browser, stranger, Role.PROVINCE)
    puppet = person("puppet")
    User.objects.filter(pk=puppet.pk).update(is_staff=True)
    assign(browser, puppet, Role.ADMINISTRATOR)
    for grant in Grant.objects.filter(is_waiting=True):
        confirm(browser, grant)
    theirs = client_of(puppet)
    assert theirs.get(reverse("admin:index")).status_code == 302
    confirm(theirs, stranger.grants.get())
    assert Grant.objects.filter(is_waiting=True).count() == 2
    assert (roles_of(stranger), roles_of(puppet)) == (set(), set())


def test_nor_by_the_account_of_another_administrator_whose_password_they_set(browser, second, stranger, client_of):
    assign(browser, stranger, Role.PROVINCE)
    told = messages_of(set_password(browser, second))
    assert any(WAITING["en"] in text for text in told)
    theirs = client_of(User.objects.get(pk=second.pk))
    confirm(theirs, stranger.grants.get())
    confirm(browser, second.grants.get())
    assert (roles_of(stranger), roles_of(second)) == (set(), set())


def test_a_password_that_is_set_for_the_province_takes_its_role_until_it_is_confirmed(
    browser, second, province, client_of
):
    page = browser.get(reverse("admin:auth_user_password_change", args=[province.pk]) + "?lang=en").content.decode()
    assert "waits afterwards until another administrator confirms it" in page
    set_password(browser, province)
    assert client_of(User.objects.get(pk=province.pk)).get(url(Project)).status_code == 302
    confirm(client_of(second), province.grants.get())
    assert roles_of(province) == {Role.PROVINCE}


def test_ones_own_password_takes_nothing(administrator, browser):
    set_password(browser, administrator)
    assert roles_of(administrator) == {Role.ADMINISTRATOR}
    assert User.objects.get(pk=administrator.pk).password_set_by is None


def test_a_page_that_is_older_than_the_role_confirms_nothing(browser, second, changsha_reader, client_of):
    """Who confirms has seen what is confirmed: it was wider by the time it arrived."""
    grant, opened = changsha_reader.grants.get(), seen()
    browser.post(change_url(grant), filled(browser.get(change_url(grant)), role=Role.PROVINCE, prefecture=""))
    confirm(client_of(second), grant, state=opened)
    assert roles_of(changsha_reader) == set()


@pytest.mark.parametrize("who", ["province", "changsha_writer", "analyst"])
def test_others_confirm_nothing(who, request, register, browser, stranger, client_of):
    assign(browser, stranger, Role.PROVINCE)
    assert confirm(client_of(request.getfixturevalue(who)), stranger.grants.get()).status_code == 403
    assert roles_of(stranger) == set()


def test_administrators_are_told_on_the_first_page_what_waits(browser, second, stranger, province, client_of):
    index = reverse("admin:index") + "?lang=en"
    assert "waits for an administrator" not in browser.get(index).content.decode()
    assign(browser, stranger, Role.PROVINCE)
    assert "1 role waits for an administrator to confirm it" in client_of(second).get(index).content.decode()
    assert "waits for an administrator" not in client_of(province).get(index).content.decode()
    listed = client_of(second).get(url(Grant), {"is_waiting": "1", "lang": "en"}).content.decode()
    assert "waits; assigned by administrator" in listed
    assert "province" in listed


def test_nobody_is_written_to_about_work_by_a_role_that_waits(browser, stranger, register):
    User.objects.filter(pk=stranger.pk).update(email="stranger@example.org")
    assign(browser, stranger, Role.PROVINCE)
    assert stranger.pk not in {grant.user_id for grant in mails._get_reachable(Role.PROVINCE)}


def test_an_account_of_the_province_that_waits_cannot_write(browser, stranger, client_of):
    assign(browser, stranger, Role.PROVINCE)
    User.objects.filter(pk=stranger.pk).update(is_staff=True)
    theirs = client_of(User.objects.get(pk=stranger.pk))
    assert theirs.get(url(Project, "add")).status_code == 302
    made = theirs.post("/api/v1/projects/", {"code": "HN-EI-2023-99"}, content_type="application/json")
    assert made.status_code == 403
