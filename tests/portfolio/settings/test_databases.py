"""What a database guarantees is asked of it, not believed."""

import pytest
from django.db import connection

from portfolio.settings import databases


@pytest.mark.django_db
def test_the_database_of_the_tests_keeps_acknowledged_writes():
    assert databases.acknowledged_writes_survive(None, [connection.alias]) == []


@pytest.mark.django_db(transaction=True)
def test_a_database_that_may_lose_writes_is_reported():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
        else:
            cursor.execute("SET synchronous_commit=off")
    try:
        (warning,) = databases.acknowledged_writes_survive(None, [connection.alias])
    finally:
        connection.close()

    assert warning.id == "portfolio.W001"
    assert "synchronous" in warning.msg


@pytest.mark.django_db
def test_sqlite_writers_wait_for_their_turn_and_keep_references():
    if connection.vendor == "sqlite":
        assert connection.transaction_mode == "IMMEDIATE"
        with connection.cursor() as cursor:
            assert databases.pragma(cursor, "busy_timeout") == 20_000
            assert databases.pragma(cursor, "foreign_keys") == 1


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_connections_are_kept_checked_and_given_up_in_time(scheme):
    engine = "django.db.backends.postgresql"

    settings = databases.configuration({"ENGINE": engine, "NAME": "portfolio"})

    assert settings["CONN_MAX_AGE"] == 60
    assert settings["CONN_HEALTH_CHECKS"] is True
    assert settings["OPTIONS"]["connect_timeout"] <= 5
    idle, interval, count = (settings["OPTIONS"][f"keepalives_{name}"] for name in ("idle", "interval", "count"))
    assert idle + interval * count <= 10, "seconds until a machine that says nothing is given up"
    assert settings["OPTIONS"]["tcp_user_timeout"] <= 10_000
    assert databases.URL.fullmatch(f"{scheme}://user@host:5432/portfolio")
