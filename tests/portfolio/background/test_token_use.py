"""When tokens were used is remembered, and written together and later."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.accounts import token_use
from portfolio.accounts.tokens import TokenQuerySet
from portfolio.background import worker
from portfolio.models import ApiToken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch: Any) -> None:
    monkeypatch.setattr(token_use, "_used", {})
    monkeypatch.setattr(token_use, "_refused", {})


@pytest.fixture
def token(province: Any) -> ApiToken:
    return ApiToken.objects.create(user=province, label="x")[0]


def test_to_remember_asks_nobody(token):
    with CaptureQueriesContext(connection) as asked:
        token.note_use()
        token.note_refusal("192.0.2.1")
    assert len(asked) == 0
    assert token_use.waits()


def test_it_is_written_once_a_minute_whichever_process_remembers_it(token):
    now = timezone.now()
    minute = dt.timedelta(minutes=1)
    for moment, stands in [(now, now), (now + minute / 2, now), (now - minute, now), (now + minute, now + minute)]:
        token_use.note(token.digest, moment)
        token_use.flush()
        token.refresh_from_db()
        assert token.last_used == stands
    assert not token_use.waits()


def test_what_could_not_be_written_is_remembered(token, monkeypatch):
    def locked(*_given: Any, **_values: Any) -> None:
        raise OperationalError("database is locked")

    token.note_use()
    with monkeypatch.context() as held:
        held.setattr(TokenQuerySet, "update", locked)
        held.setattr(worker.connections["default"], "close", lambda: None)
        worker._flush()
    assert token_use.waits()
    token_use.flush()
    token.refresh_from_db()
    assert token.last_used is not None


def test_what_is_noted_while_it_is_written_is_not_lost(token, monkeypatch):
    now = timezone.now()
    later, update = now + dt.timedelta(minutes=5), TokenQuerySet.update

    def meanwhile(queryset: Any, **values: Any) -> int:
        token_use.note(token.digest, later)
        return update(queryset, **values)

    token_use.note(token.digest, now)
    with monkeypatch.context() as writing:
        writing.setattr(TokenQuerySet, "update", meanwhile)
        token_use.flush()
    token.refresh_from_db()
    assert (token.last_used, token_use.waits()) == (now, True)
    token_use.flush()
    token.refresh_from_db()
    assert (token.last_used, token_use.waits()) == (later, False)


def test_many_are_written_a_part_at_a_time(province, monkeypatch):
    monkeypatch.setattr(token_use, "_AT_ONCE", 2)
    for _each in range(5):
        ApiToken.objects.create(user=province)[0].note_use()
    for left in (3, 1, 0):
        token_use.flush()
        assert len(token_use._used) == left
    assert ApiToken.objects.filter(last_used__isnull=False).count() == 5


def test_there_is_an_end_to_what_is_remembered(monkeypatch):
    monkeypatch.setattr(token_use, "_MOST_REMEMBERED", 2)
    for digest in "abc":
        token_use.note(digest, timezone.now())
        token_use.note_refusal(digest, timezone.now(), None)
    assert (list(token_use._used), list(token_use._refused)) == (["a", "b"], ["a", "b"])
