"""A token and an address may make so many requests a minute, and each answer of the API says what is left."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client

from portfolio.models import ApiToken
from portfolio.security_headers import add_security_headers
from projects.api import throttles

pytestmark = [pytest.mark.no_database, pytest.mark.usefixtures("register")]

NOW = 1_800_000_012.0
SECTORS = "/api/v1/sectors/"


@pytest.fixture(autouse=True)
def few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three requests a minute for a token, five for an address."""
    settings.THROTTLE_TOKEN, settings.THROTTLE_ADDRESS = 3, 5
    monkeypatch.setattr(throttles.time, "time", lambda: NOW)
    cache.clear()


@pytest.fixture
def tokens(analyst: Any) -> list[str]:
    return [ApiToken.objects.create(user=analyst)[1] for _number in range(2)]


def ask(token: str = "", path: str = SECTORS, address: str = "127.0.0.1", **headers: str) -> Any:
    said = {"Authorization": f"Token {token}"} if token else {}
    return Client(REMOTE_ADDR=address).get(path, headers=said | headers)


def test_a_token_is_refused_after_its_number_and_told_when_to_come_again(tokens):
    answers = [ask(tokens[0]) for _request in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"token";q=3;w=60, "address";q=5;w=60'
    assert answers[0]["RateLimit"] == '"address";r=4;t=48, "token";r=2;t=48'
    assert answers[3]["RateLimit"] == '"address";r=1;t=48, "token";r=0;t=48'
    assert answers[3]["Retry-After"] == "48"
    assert answers[3]["Content-Type"] == "application/problem+json"
    assert ask(tokens[1]).status_code == 200, "another token has its own number"


def test_made_up_tokens_do_not_escape_the_number_of_the_address():
    assert [ask(f"{number}" * 64).status_code for number in range(6)] == [401] * 5 + [429]
    assert ask("7" * 64, address="10.0.0.9").status_code == 401


@pytest.mark.parametrize("path", ["/login/", "/admin/login/", "/api/v1/"])
def test_an_address_is_refused_on_pages_too(path, public_read):
    assert [ask(path=path).status_code for _request in range(6)][-2:] == [200, 429]
    assert ask(path=path, address="10.0.0.9").status_code == 200


def test_pages_and_api_are_counted_together_and_health_is_not(public_read):
    for _request in range(5):
        assert ask(path="/login/").status_code == 200
    assert ask().status_code == 429
    assert ask(path="/livez").status_code == 200


def test_a_new_minute_begins_anew(monkeypatch, public_read):
    assert [ask().status_code for _request in range(6)][-1] == 429
    monkeypatch.setattr(throttles.time, "time", lambda: NOW + 48)
    assert ask().status_code == 200


@pytest.mark.parametrize(("language", "title"), [("en", "Too many requests"), ("zh-CN,en;q=0.5", "请求过多")])
@pytest.mark.parametrize("by", ["token", "address"])
def test_a_refusal_speaks_the_language_of_the_reader_and_tells_browsers_what_any_answer_does(
    by, language, title, tokens
):
    token = tokens[0] if by == "token" else "0" * 64
    for _request in range(6):
        answer = ask(token, **{"Accept-Language": language})
    refusal = json.loads(answer.content)
    assert (refusal["title"], refusal["status"], refusal["instance"]) == (title, 429, SECTORS)
    assert "48" in refusal["detail"]
    expected = add_security_headers(HttpRequest(), HttpResponse())
    assert all(answer[name] == value for name, value in expected.items() if name != "Content-Type")
    assert answer["X-Request-ID"]


def test_a_page_says_it_in_both_languages(public_read):
    for _request in range(6):
        answer = ask(path="/login/")
    assert (answer.status_code, answer["Retry-After"]) == (429, "48")
    assert "请求过多" in answer.content.decode()
    assert "Too many requests" in answer.content.decode()
    assert "RateLimit" not in answer


def test_no_limit_is_no_header(settings, public_read):
    settings.THROTTLE_TOKEN = settings.THROTTLE_ADDRESS = 0
    answers = [ask() for _request in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert not answers[0].headers.keys() & {"RateLimit", "RateLimit-Policy"}
