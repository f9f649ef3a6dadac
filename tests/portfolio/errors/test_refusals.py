"""What Django refuses before any view is asked: told in the reader's language, and in one line of the log."""

import io
import json
import logging
from contextlib import contextmanager

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

MANY = "&".join(f"a{n}=1" for n in range(1001))
BROKEN_FORM = {"data": b"--x\r\nno form", "content_type": "multipart/form-data; boundary="}


@contextmanager
def logged_to(stream):
    """The log goes there meanwhile."""
    handler = next(handler for handler in logging.getLogger().handlers if handler.name == "stdout")
    before = handler.setStream(stream)
    try:
        yield stream
    finally:
        handler.setStream(before)


def wrong_host(client, path, **more):
    return client.get(path, headers={"Host": "evil.example"} | more)


def many_parameters(client, path, **more):
    return client.get(f"{path}?{MANY}", headers=more)


def form_that_is_none(client, path, **more):
    return client.post(path, **BROKEN_FORM, headers=more)


def many_fields(client, path, **more):
    return client.post(path, dict.fromkeys(map(str, range(1001)), "1"), headers=more)


@pytest.mark.parametrize("ask", [wrong_host, many_parameters, form_that_is_none, many_fields])
def test_a_page_says_it_in_both_languages_and_the_log_in_one_line(ask, client):
    client.handler.enforce_csrf_checks = True
    client.get("/login/")  # a form is only read of whoever has the cookie
    with logged_to(io.StringIO()) as log:
        answer = ask(client, "/login/")
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "无法读取该请求" in text
    assert "The request cannot be read" in text
    told = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["level"] for line in told} <= {"info", "warning"}
    assert not [line for line in told if "exception" in line]
    assert [line["status"] for line in told if line["event"] == "request"] == [400]


@pytest.mark.parametrize("ask", [wrong_host, many_parameters])
@pytest.mark.parametrize(
    ("headers", "title"),
    [
        ({}, "The request cannot be read"),
        ({"Accept-Language": "en"}, "The request cannot be read"),
        ({"Accept-Language": "zh-CN,en;q=0.5"}, "无法读取该请求"),
        ({"Accept-Language": "zh-CN", "Cookie": "django_language=en"}, "The request cannot be read"),
    ],
)
def test_a_system_is_told_as_a_problem_in_its_language(ask, headers, title, client):
    answer = ask(client, "/api/v1/projects/", **headers)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == title


def test_what_the_address_asks_for_decides_the_language(client):
    answer = wrong_host(client, "/api/v1/projects/?lang=en", **{"Accept-Language": "zh-CN"})
    assert answer.json()["title"] == "The request cannot be read"
    assert (
        many_parameters(client, "/api/v1/projects/", **{"Accept-Language": "zh-CN"})
        .json()["detail"]
        .startswith("请求的")
    )
