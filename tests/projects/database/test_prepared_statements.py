"""Statements that a connection has planned, behind a pooler that changes connections."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from projects.database import prepared_statements
from projects.database.prepared_statements import fetched

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

QUESTION = "SELECT 7 AS number, %s::text AS word"


@pytest.fixture(autouse=True)
def as_at_the_start(monkeypatch: Any) -> None:
    monkeypatch.setattr(prepared_statements, "_pooled", set())


def test_a_statement_that_is_unknown_where_it_is_asked_is_planned_there() -> None:
    assert fetched(QUESTION, ("a",))[1] == [(7, "a")]
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")  # as the next connection of the pooler, which has never heard of it
    assert fetched(QUESTION, ("b",))[1] == [(7, "b")]
    assert prepared_statements._pooled == {connection.alias}
    assert fetched(QUESTION, ("c",))[1] == [(7, "c")]


def test_a_statement_that_is_known_where_it_is_planned_anew_is_asked_as_it_is(monkeypatch: Any) -> None:
    assert fetched(QUESTION, ("a",))[1] == [(7, "a")]
    monkeypatch.setattr(
        prepared_statements, "_connections", {}
    )  # as if this were a connection that had planned nothing yet
    assert fetched(QUESTION, ("b",))[1] == [(7, "b")]
    assert prepared_statements._pooled == {connection.alias}


def test_the_most_that_a_connection_plans_is_let_go_and_planned_anew(monkeypatch: Any) -> None:
    monkeypatch.setattr(prepared_statements, "_connections", {})
    monkeypatch.setattr(prepared_statements, "_MOST_PLANNED", 2)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        for word in ("one", "two", "three", "one"):
            assert fetched(QUESTION.replace("word", word), ("a",))[1] == [(7, "a")]
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'q%'")
            assert cursor.fetchone()[0] <= 2
    assert prepared_statements._pooled == set()
