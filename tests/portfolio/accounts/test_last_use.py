"""When a token was used last is written once a minute, and no request waits or fails for it."""

from __future__ import annotations

import datetime as dt
import gc
import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from portfolio.accounts.tokens import TokenQuerySet
from portfolio.models import ApiToken

pytestmark = pytest.mark.django_db


@pytest.fixture
def token(province: Any) -> ApiToken:
    return ApiToken.objects.create(user=province, label="x")[0]


def test_a_use_is_written_once_a_minute(token, django_assert_num_queries):
    token.note_use()
    token.refresh_from_db()
    first = token.last_used
    assert timezone.now() - first < dt.timedelta(minutes=1)
    with django_assert_num_queries(0):
        token.note_use()
    token.last_used = first - dt.timedelta(minutes=2)
    token.note_use()
    token.refresh_from_db()
    assert token.last_used > first


def test_a_refusal_is_written_with_the_address(token):
    token.note_refusal("192.0.2.1")
    token.refresh_from_db()
    assert (token.refused_from, token.last_used) == ("192.0.2.1", None)
    assert token.refused_at


def test_where_nothing_can_be_written_the_request_goes_on(token, monkeypatch):
    def fail(*_arguments: Any, **_values: Any) -> None:
        raise DatabaseError("cannot execute UPDATE in a read-only transaction")

    with monkeypatch.context() as patch:
        patch.setattr(TokenQuerySet, "update", fail)
        token.note_use()
    token.note_use()
    token.refresh_from_db()
    assert token.last_used


@pytest.mark.no_database
@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_lock_of_sqlite(token):
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        token.note_use()
        assert time.monotonic() - began < 1
        cursor.execute("ROLLBACK")
    token.note_use()
    token.refresh_from_db()
    assert token.last_used
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] > 1000, "others wait as before"


@pytest.mark.no_database
@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_written_leaves_no_cursor_to_the_garbage_collector(token):
    """It would be ended by any thread, which waits for this connection while it holds the lock that this one waits for."""
    other = connection.copy()
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        with closing(other), other.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            token.note_use()
            cursor.execute("ROLLBACK")
        gc.collect()
        left = [each for each in gc.garbage if isinstance(each, sqlite3.Cursor)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert left == []
