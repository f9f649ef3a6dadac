"""Accounts and tokens: administrators keep them, and nobody can rise above the grants by them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portfolio.models import User
from projects.choices import Role
from projects.models import Grant, Prefecture, Project, Revision
from tests.people import CHANGSHA, PASSWORD, person
from tests.projects.admin.forms import change_url, errors_of, filled, messages_of, seen, url

pytestmark = pytest.mark.no_database

NEW_PASSWORD = "quite another password 7"


@pytest.fixture
def browser(administrator, client_of):
    return client_of(administrator)


@pytest.fixture
def root(register):
    return User.objects.create_superuser("root", password=PASSWORD)


def new_account(**changes):
    data = {
        "username": "xiangtan",
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
        "is_staff": "on",
        "grants-TOTAL_FORMS": 1,
        "grants-INITIAL_FORMS": 0,
        "grants-0-role": Role.PREFECTURE_WRITER,
        "grants-0-prefecture": Prefecture.objects.get(adcode=CHANGSHA).pk,
    }
    return data | changes


def test_an_account_is_made_with_its_grant_in_one_revision(browser, administrator):
    before = Revision.objects.newest_number()
    assert browser.post(url(User, "add"), new_account()).status_code == 302
    made = User.objects.get(username="xiangtan")
    assert made.check_password(NEW_PASSWORD)
    assert (made.is_staff, made.is_superuser) == (True, False)
    assert made.grants.get().prefecture.adcode == CHANGSHA
    revision = Revision.objects.get(number=before + 1)
    assert (revision.user, Revision.objects.newest_number()) == (administrator, before + 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "ADMINISTRATOR"}, "username"),
        ({"username": ""}, "username"),
        ({"password2": "something else 99"}, "password2"),
        ({"password1": "1234567890", "password2": "1234567890"}, "password2"),
    ],
)
def test_a_wrong_account_is_refused_at_its_field(changes, field, browser, register):
    response = browser.post(url(User, "add"), new_account(**changes))
    assert set(errors_of(response)) == {field}
    assert not User.objects.filter(username="xiangtan").exists()


def test_power_over_everything_cannot_be_given(browser, changsha_reader):
    data = filled(browser.get(change_url(changsha_reader)), is_superuser="on", groups="1", user_permissions="1")
    assert browser.post(change_url(changsha_reader), data).status_code == 302
    changsha_reader.refresh_from_db()
    assert not changsha_reader.is_superuser
    assert not changsha_reader.user_permissions.exists()
    form = browser.get(change_url(changsha_reader)).context["adminform"].form
    assert not {"is_superuser", "groups", "user_permissions"} & set(form.fields)


def test_an_account_above_the_grants_is_out_of_an_administrators_reach(browser, root):
    assert browser.post(change_url(root), {"username": "root", "is_active": ""}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert browser.post(password, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 403
    browser.post(url(Grant, "add"), {"user": root.pk, "role": Role.PROVINCE})
    root.refresh_from_db()
    assert (root.is_active, root.grants.count()) == (True, 0)
    assert root.check_password(PASSWORD)


def test_such_an_account_keeps_its_like(root, client_of):
    other = User.objects.create_superuser("root-2", password=PASSWORD)
    browser = client_of(root)
    data = filled(browser.get(change_url(other)), first_name="Second")
    assert browser.post(change_url(other), data).status_code == 302
    other.refresh_from_db()
    assert other.first_name == "Second"
    assert browser.get(url(Project)).status_code == 200


def test_accounts_are_taken_out_of_use_and_never_deleted(browser, changsha_reader, client_of):
    theirs = client_of(changsha_reader)
    assert theirs.get(url(Project)).status_code == 200
    data = filled(browser.get(change_url(changsha_reader)), is_active=None)
    assert browser.post(change_url(changsha_reader), data).status_code == 302
    assert theirs.get(url(Project)).status_code == 302
    assert browser.post(url(User, "delete", changsha_reader.pk), {"post": "yes"}).status_code == 403
    browser.post(
        url(User),
        {"action": "delete_selected", "_selected_action": [changsha_reader.pk], "post": "yes", "_seen": seen()},
    )
    assert User.objects.filter(pk=changsha_reader.pk).exists()


def test_nobody_takes_the_own_account_out_of_use(browser, administrator):
    page = browser.get(change_url(administrator))
    for name in ("is_active", "is_staff"):
        refused = browser.post(change_url(administrator), filled(page, **{name: None}))
        assert set(errors_of(refused)) == {name}


@pytest.mark.parametrize(
    "changes",
    [
        {"grants-0-DELETE": "on"},
        {"grants-0-role": Role.PROVINCE},
        {"grants-TOTAL_FORMS": 2, "grants-1-role": Role.PROVINCE},
    ],
)
def test_nobody_changes_their_own_roles_in_the_form_of_their_account(changes, browser, administrator, register):
    """Only another administrator takes that role away: so there is always somebody who keeps accounts."""
    page = browser.get(change_url(administrator))
    [inline] = page.context["inline_admin_formsets"]
    permissions = (inline.has_add_permission, inline.has_change_permission, inline.has_delete_permission)
    assert permissions == (False, False, False)
    grant = administrator.grants.get()
    rows = {
        "grants-TOTAL_FORMS": 1,
        "grants-INITIAL_FORMS": 1,
        "grants-0-id": grant.pk,
        "grants-0-user": administrator.pk,
    }
    browser.post(change_url(administrator), filled(page) | rows | {"first_name": "Li"} | changes)
    administrator.refresh_from_db()
    assert administrator.first_name == "Li"
    assert [held.role for held in administrator.grants.all()] == [Role.ADMINISTRATOR]


@pytest.mark.parametrize("who", ["administrator", "root"])
def test_nor_in_the_form_of_a_grant(who, request, register, client_of):
    user = request.getfixturevalue(who)
    before = list(user.grants.all())
    response = client_of(user).post(url(Grant, "add") + "?lang=en", {"user": user.pk, "role": Role.PROVINCE})
    assert "nobody gives themselves a role" in errors_of(response)["user"][0]
    assert list(user.grants.all()) == before


def test_nor_in_the_list_of_grants_where_another_one_can(browser, administrator, client_of):
    grant = administrator.grants.get()
    assert browser.post(url(Grant, "delete", grant.pk), {"post": "yes"}).status_code == 403
    assert browser.post(change_url(grant), {"user": administrator.pk, "role": Role.ANALYST}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [grant.pk], "post": "yes", "_seen": seen()}
    browser.post(url(Grant), chosen)
    assert administrator.grants.get() == grant
    other = client_of(person("second", Role.ADMINISTRATOR))
    other.post(url(Grant), chosen)
    assert not administrator.grants.exists()


def test_a_password_is_set_anew(browser, changsha_reader):
    address = reverse("admin:auth_user_password_change", args=[changsha_reader.pk])
    assert browser.get(address).status_code == 200
    data = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    assert browser.post(address, data).status_code == 302
    changsha_reader.refresh_from_db()
    assert changsha_reader.check_password(NEW_PASSWORD)


def test_a_locked_account_is_unlocked(browser, changsha_reader, client):
    login, account = reverse("admin:login"), {"username": "changsha-reader"}
    for _attempt in range(5):
        client.post(login, account | {"password": "wrong"})
    assert client.post(login, account | {"password": PASSWORD}).status_code == 429
    action = {"action": "unlock", "index": 0, "_selected_action": [changsha_reader.pk], "_seen": seen()}
    response = browser.post(url(User) + "?lang=en", action, follow=True)
    assert messages_of(response) == ["1 account may sign in again."]
    assert client.post(login, account | {"password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("who", ["province", "changsha_writer", "changsha_reader", "analyst"])
def test_others_do_not_see_accounts_or_grants(who, request, register, client_of):
    user = request.getfixturevalue(who)
    browser = client_of(user)
    for model in (User, Grant):
        assert browser.get(url(model)).status_code == 403
    assert browser.get(change_url(user)).status_code == 404
    assert browser.get(reverse("admin:auth_user_password_change", args=[user.pk])).status_code == 404
    data = {"app_label": "projects", "model_name": "grant", "field_name": "user"}
    assert browser.get(reverse("admin:autocomplete"), data).status_code == 403
