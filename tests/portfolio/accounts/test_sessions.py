"""Sessions in a database that cannot be written."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from portfolio.accounts.sessions import SessionStore
from portfolio.models import User
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


def fails(error: Exception) -> Any:
    def save(*_given: Any, **_more: Any) -> None:
        raise error

    return save


def test_one_that_cannot_be_stored_is_a_trouble_of_the_database_and_no_wrong_request(client, province, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr(Session, "save", fails(OperationalError("database is locked")))
    answer = client.post("/login/", {"username": "province", "password": PASSWORD})
    assert (answer.status_code, bool(answer["Retry-After"])) == (503, True)


def test_one_that_cannot_be_stored_anew_says_why(client_of, province, monkeypatch):
    store = SessionStore(client_of(province).session.session_key)
    store["x"] = 1
    monkeypatch.setattr(Session, "save", fails(OperationalError("database or disk is full")))
    with pytest.raises(OperationalError, match="full"):
        store.save()


def test_one_that_is_gone_is_still_a_request_that_cannot_go_on(client_of, province):
    browser = client_of(province)
    store = SessionStore(browser.session.session_key)
    store["x"] = 1
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        store.save()


def test_whoever_reads_with_a_session_of_before_a_new_password_writes_nothing(client_of, province):
    browser = client_of(province)
    User.objects.filter(pk=province.pk).update(password=make_password("another password for tests"))
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/tokens/").status_code == 302
    assert not [each["sql"] for each in asked if each["sql"].split()[0] in ("DELETE", "UPDATE", "INSERT")]
    assert browser.get("/tokens/").status_code == 302


def test_whoever_signs_out_has_no_session_any_more(client_of, province):
    browser = client_of(province)
    assert Session.objects.count() == 1
    browser.post("/logout/")
    assert Session.objects.count() == 0
