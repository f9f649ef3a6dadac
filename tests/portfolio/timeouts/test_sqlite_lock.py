"""Waiting for SQLite's lock: so long in all, or not at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from django.db import OperationalError, connection, transaction

from portfolio.models import User
from portfolio.settings import databases
from portfolio.timeouts import at_once, in_all
from projects.versioning.revisions import _LOCK

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def held_by_another() -> Iterator[None]:
    """The lock of SQLite's writers; on PostgreSQL the row of an account."""
    other = connection.copy()
    try:
        other.ensure_connection()
        other.set_autocommit(False)
        with other.cursor() as cursor:
            if other.vendor == "sqlite":
                other.connection.execute("BEGIN IMMEDIATE")
            cursor.execute("UPDATE portfolio_user SET first_name = 'x'")
            yield
    finally:
        other.rollback()
        other.close()


@pytest.fixture
def account() -> User:
    return User.objects.create(username="somebody")


def rename(account: User) -> None:
    User.objects.filter(pk=account.pk).update(last_name="y")


def test_what_may_as_well_be_done_later_waits_for_nobody(account):
    before = time.monotonic()
    with held_by_another(), pytest.raises(OperationalError), at_once():
        rename(account)
    assert time.monotonic() - before < 1
    with at_once():
        rename(account)
    account.refresh_from_db()
    assert account.last_name == "y"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert databases.pragma(cursor, "busy_timeout") == 20_000, "as before"
    else:
        with connection.cursor() as cursor:
            assert databases.setting(cursor, "lock_timeout") == "0"


@pytest.mark.no_database
def test_several_waits_of_one_request_are_as_long_together_as_one_may_be(account, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 1)
    connection.close()
    before = time.monotonic()
    with held_by_another(), in_all():
        for _transaction in range(4):
            with pytest.raises(OperationalError, match="locked"), transaction.atomic():
                rename(account)
    assert 0.9 < time.monotonic() - before < 2
    with connection.cursor() as cursor:
        assert databases.pragma(cursor, "busy_timeout") == 1000, "the next one has its own"
    connection.close()


@pytest.mark.no_database
def test_without_it_each_waits_by_itself(account, monkeypatch):
    """The control."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 1)
    connection.close()
    before = time.monotonic()
    with held_by_another():
        for _transaction in range(3):
            with pytest.raises(OperationalError, match="locked"):
                rename(account)
    assert time.monotonic() - before > 2.7
    connection.close()


@pytest.mark.no_database
@pytest.mark.parametrize("waiting", [in_all, nullcontext])
def test_to_let_go_of_a_statement_waits_for_no_lock(account, monkeypatch, waiting):
    """Any thread does that to those of any other when it collects garbage. The control: where SQLite waits, it does."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 1)
    unfinished, refused = [], []

    def wait() -> None:
        connection.ensure_connection()
        unfinished.append(connection.connection.execute("SELECT 1"))
        try:
            with waiting():
                rename(account)
        except OperationalError as error:
            refused.append(str(error))
        connection.close()

    with held_by_another():
        waiter = threading.Thread(target=wait)
        waiter.start()
        time.sleep(0.3)
        before = time.monotonic()
        unfinished.clear()
        took = time.monotonic() - before
        waiter.join(10)
    assert refused == ["database is locked"]
    assert (took < 0.2) == (waiting is in_all), took


def test_the_lock_of_the_register_is_a_number_of_its_own():
    from portfolio.background import housekeeping

    assert housekeeping._LOCK != _LOCK
