"""An account that is taken out of use loses its sessions and tokens, and has none of them back when it is active again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portfolio.models import ApiToken, User
from tests.projects.admin.forms import change_url, filled

pytestmark = pytest.mark.permission
LIST = "/api/v1/projects/?page_size=1"


def set_active(browser, user, *, active):
    data = filled(browser.get(change_url(user)), is_active="on" if active else None)
    assert browser.post(change_url(user), data).status_code == 302


def close_and_open(browser, user):
    set_active(browser, user, active=False)
    set_active(browser, user, active=True)
    assert User.objects.get(pk=user.pk).is_active


def ask(key):
    return Client().get(LIST, headers={"Authorization": f"Token {key}"}).status_code


def test_an_old_session_stays_ended(administrator, changsha_writer, client_of):
    browser, theirs = client_of(administrator), client_of(changsha_writer)
    cookie = theirs.cookies["sessionid"].value
    assert theirs.get("/tasks/").status_code == 200
    close_and_open(browser, changsha_writer)
    assert theirs.get("/tasks/").status_code == 302
    again = Client()
    again.cookies["sessionid"] = cookie
    assert again.get("/tasks/").status_code == 302
    assert again.get(LIST).status_code in (401, 403)


def test_an_old_token_stays_revoked_and_says_by_whom(administrator, changsha_writer, client_of):
    token, key = ApiToken.objects.create(user=changsha_writer)
    assert ask(key) == 200
    close_and_open(client_of(administrator), changsha_writer)
    assert ask(key) == 401
    token.refresh_from_db()
    assert (token.revoked_by, token.is_usable) == (administrator, False)


def test_an_account_that_is_saved_otherwise_keeps_its_sessions_and_tokens(administrator, changsha_writer, client_of):
    theirs, (_token, key) = client_of(changsha_writer), ApiToken.objects.create(user=changsha_writer)
    browser = client_of(administrator)
    browser.post(change_url(changsha_writer), filled(browser.get(change_url(changsha_writer)), first_name="Li"))
    assert (theirs.get("/tasks/").status_code, ask(key)) == (200, 200)


def test_an_account_that_is_closed_by_code_ends_them_too(changsha_writer, client_of):
    theirs, (token, key) = client_of(changsha_writer), ApiToken.objects.create(user=changsha_writer)
    changsha_writer.is_active = False
    changsha_writer.save(update_fields=["is_active"])
    changsha_writer.is_active = True
    changsha_writer.save(update_fields=["is_active"])
    assert (theirs.get("/tasks/").status_code, ask(key)) == (302, 401)
    token.refresh_from_db()
    assert token.revoked_by == changsha_writer


def test_an_account_that_was_closed_past_all_this_has_nothing_back_either(administrator, changsha_writer, client_of):
    """As those are that were closed before there were generations of sessions."""
    theirs, (_token, key) = client_of(changsha_writer), ApiToken.objects.create(user=changsha_writer)
    User.objects.filter(pk=changsha_writer.pk).update(is_active=False)
    set_active(client_of(administrator), changsha_writer, active=True)
    assert (theirs.get("/tasks/").status_code, ask(key)) == (302, 401)


def test_the_form_says_what_it_ends(administrator, changsha_writer, client_of):
    page = client_of(administrator).get(change_url(changsha_writer) + "?lang=en").content.decode()
    assert "ends the sessions and API tokens" in page
    assert reverse("admin:index") in page
