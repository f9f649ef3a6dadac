"""Passwords: all of Django's validators hold wherever one is set, and the API tokens can be ended with the old one."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import ApiToken, User
from projects.choices import Role
from tests.people import PASSWORD, person
from tests.projects.admin.forms import errors_of, url

pytestmark = pytest.mark.permission
NEW = "quite another password 7"
LIST = "/api/v1/projects/?page_size=1"
WEAK = {
    "like the name": "adminadmin",
    "short": "x7-q!kZ",
    "common": "1q2w3e4r5t",
    "only digits": "8305719264",
}


@pytest.fixture
def admin(register):
    return person("admin", Role.ADMINISTRATOR)


@pytest.fixture
def tokens(changsha_writer):
    """Two tokens of the account, by their keys."""
    return [ApiToken.objects.create(user=changsha_writer, label=label)[1] for label in ("first", "second")]


def ask(key):
    return Client().get(LIST, headers={"Authorization": f"Token {key}"}).status_code


def set_by_administrator(browser, user, password=NEW, **changes):
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    data = {"password1": password, "password2": password, "usable_password": "true"}
    return browser.post(f"{address}?lang=en", {key: value for key, value in (data | changes).items() if value})


def change_own(browser, password=NEW, **changes):
    data = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    return browser.post(reverse("admin:password_change") + "?lang=en", data | changes)


@pytest.mark.parametrize("weak", WEAK)
def test_a_weak_password_is_refused_wherever_one_is_set(weak, admin, client_of):
    browser = client_of(admin)
    other = User.objects.create_user("bureau", password=PASSWORD)

    def password_of(name):
        return WEAK[weak].replace("admin", name)

    for answer, field in (
        (set_by_administrator(browser, other, password_of("bureau")), "password2"),
        (change_own(browser, password_of("admin")), "new_password2"),
    ):
        assert set(answer.context["form"].errors) == {field}
    password = password_of("member")
    new = {"username": "member", "password1": password, "password2": password}
    rows = {"grants-TOTAL_FORMS": 0, "grants-INITIAL_FORMS": 0}
    assert set(errors_of(browser.post(url(User, "add"), new | rows))) == {"password2"}
    assert all(user.check_password(PASSWORD) for user in User.objects.all())
    assert User.objects.count() == 2


def test_an_administrator_ends_them_unless_the_mark_is_taken_away(administrator, changsha_writer, tokens, client_of):
    browser = client_of(administrator)
    page = browser.get(reverse("admin:auth_user_password_change", args=[changsha_writer.pk]))
    assert page.context["form"]["end_tokens"].value() is True
    assert set_by_administrator(browser, changsha_writer).status_code == 302
    assert [ask(key) for key in tokens] == [200, 200]
    assert set_by_administrator(browser, changsha_writer, end_tokens="on").status_code == 302
    assert [ask(key) for key in tokens] == [401, 401]
    assert {token.revoked_by for token in changsha_writer.auth_token_set.all()} == {administrator}


def test_ones_own_tokens_go_on_unless_one_says_so(changsha_writer, tokens, client_of):
    browser = client_of(changsha_writer)
    page = browser.get(reverse("admin:password_change"))
    assert page.context["form"]["end_tokens"].value() is False
    assert change_own(browser).status_code == 302
    assert [ask(key) for key in tokens] == [200, 200]
    answer = change_own(browser, "and yet another one 8", old_password=NEW, end_tokens="on")
    assert answer.status_code == 302
    assert [ask(key) for key in tokens] == [401, 401]
    assert browser.get("/tasks/").status_code == 200  # the session that it was changed in goes on


def test_a_refused_password_ends_nothing(administrator, changsha_writer, tokens, client_of):
    browser = client_of(administrator)
    assert set_by_administrator(browser, changsha_writer, "1234567890", end_tokens="on").status_code == 200
    assert change_own(client_of(changsha_writer), "1234567890", end_tokens="on").status_code == 200
    assert [ask(key) for key in tokens] == [200, 200]


def test_tokens_of_others_are_not_touched(administrator, province, tokens, client_of):
    set_by_administrator(client_of(administrator), province, end_tokens="on")
    assert [ask(key) for key in tokens] == [200, 200]


def test_who_set_it_for_another_is_known_even_when_its_owner_has_set_another(administrator, changsha_writer, client_of):
    """Whoever knew it could have signed in and changed it as its owner."""
    set_by_administrator(client_of(administrator), changsha_writer)
    change_own(client_of(User.objects.get(pk=changsha_writer.pk)), "and yet another one 8", old_password=NEW)
    changsha_writer.refresh_from_db()
    assert changsha_writer.check_password("and yet another one 8")
    assert changsha_writer.password_set_by == administrator
