"""Which trouble an error of a database is, and what is said of it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import psycopg2
import pytest
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, InternalError, OperationalError
from django.http import HttpResponse
from django.urls import re_path

from portfolio import error_pages, urls
from portfolio.database_errors import SilentError, Trouble, get_trouble


class StateError(psycopg2.Error):
    """As the driver of PostgreSQL raises it, with the state that the server gave."""

    pgcode = ""


def caused(kind: type[DatabaseError], cause: BaseException) -> DatabaseError:
    error = kind(str(cause))
    error.__cause__ = cause
    return error


def of_state(state: str) -> StateError:
    error = StateError(state)
    error.__class__ = type("StateError", (StateError,), {"pgcode": state})
    return error


@pytest.mark.parametrize(
    ("kind", "state", "trouble"),
    [
        (InternalError, "25006", Trouble.READ_ONLY),
        (OperationalError, "53100", Trouble.FULL),
        (OperationalError, "40P01", Trouble.BUSY),
        (OperationalError, "40001", Trouble.BUSY),
        (OperationalError, "55P03", Trouble.BUSY),
        (OperationalError, "57014", Trouble.SLOW),
        (OperationalError, "57P01", Trouble.AWAY),
        (OperationalError, "57P03", Trouble.AWAY),
        (OperationalError, "53300", Trouble.AWAY),
        (InternalError, "25P03", Trouble.AWAY),
        (InternalError, "XX000", None),
        (DataError, "22003", None),
    ],
)
def test_postgresql_is_known_by_its_states(kind, state, trouble):
    assert get_trouble(caused(kind, of_state(state))) is trouble


def test_a_wait_that_was_ended_is_known():
    assert get_trouble(caused(OperationalError, SilentError("x"))) is Trouble.SILENT


def test_what_is_no_trouble_of_the_database_is_left_alone():
    assert get_trouble(IntegrityError("x")) is None
    assert get_trouble(ValueError("x")) is None
    assert get_trouble(None) is None
    assert get_trouble(InterfaceError("connection already closed")) is Trouble.AWAY


def refused_by_sqlite(path: Path, *statements: str) -> sqlite3.Error:
    line = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        for statement in statements:
            line.execute(statement)
    except sqlite3.Error as error:
        return error
    finally:
        line.close()
    raise AssertionError("it was not refused")


def test_sqlite_is_known_by_what_it_raises_itself(tmp_path):
    path = tmp_path / "register.sqlite3"
    with sqlite3.connect(path) as writer:
        writer.execute("CREATE TABLE t (x)")
        writer.commit()
        reading = refused_by_sqlite(path, "PRAGMA query_only = 1", "INSERT INTO t VALUES (1)")
        full = refused_by_sqlite(path, "PRAGMA max_page_count = 2", "INSERT INTO t VALUES (zeroblob(99999))")
        writer.execute("BEGIN IMMEDIATE")
        locked = refused_by_sqlite(path, "BEGIN IMMEDIATE")
        writer.rollback()
    found = [get_trouble(caused(OperationalError, error)) for error in (reading, full, locked)]
    assert found == [Trouble.READ_ONLY, Trouble.FULL, Trouble.BUSY]


def in_trouble(request, name):
    causes = {
        Trouble.AWAY: of_state("57P01"),
        Trouble.SILENT: SilentError("hidden"),
        Trouble.SLOW: of_state("57014"),
        Trouble.BUSY: of_state("55P03"),
        Trouble.READ_ONLY: of_state("25006"),
        Trouble.FULL: of_state("53100"),
    }
    raise caused(InternalError if name == Trouble.READ_ONLY else OperationalError, causes[Trouble(name)])


urlpatterns = [
    re_path(r"^(?:api/v1/)?in/(?P<name>\w+)$", in_trouble),
    re_path(r"^fine$", lambda request: HttpResponse("fine")),
    *urls.urlpatterns,
]
handler500 = urls.handler500


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("method", ["get", "post"])
def test_each_is_told_by_its_own_words_and_when_to_come_again(client, trouble, method):
    client.raise_request_exception = False
    words = error_pages.WORDS[trouble]
    page = getattr(client, method)(f"/in/{trouble}")
    assert (page.status_code, page["Retry-After"]) == (503, str(words.retry_after))
    assert words.page_zh in page.content.decode()
    assert words.page_en in page.content.decode()
    for language, (title, detail) in (("zh-CN", words.zh), ("en", words.en)):
        answer = getattr(client, method)(f"/api/v1/in/{trouble}", headers={"Accept-Language": language})
        told = json.loads(answer.content)
        assert (told["title"], told["detail"], told["status"]) == (title, detail, 503)
        assert answer["Retry-After"] == str(words.retry_after)
        assert "hidden" not in answer.content.decode()


def test_no_two_are_told_alike():
    assert len({words.zh for words in error_pages.WORDS.values()}) == len(Trouble)
    assert len({words.en for words in error_pages.WORDS.values()}) == len(Trouble)
