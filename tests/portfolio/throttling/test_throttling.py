"""The documented numbers hold, over all processes, for tokens and for addresses, and each answer says what is left."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from werkzeug.test import Client

from portfolio.security_headers import security_headers
from portfolio.throttling import Throttling
from portfolio.throttling.local_counts import SECONDS, Counters
from tests.serving import environment_of, prepare_register, serving

pytestmark = pytest.mark.no_database

NOW = 1_800_000_000.0


def answering(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b"{}"]


@pytest.fixture
def site(settings: Any, tmp_path: Path) -> Client:
    """Three requests a minute for a token, five for an address."""
    settings.THROTTLE_TOKEN, settings.THROTTLE_ADDRESS, settings.VAR_DIR = 3, 5, tmp_path
    return Client(Throttling(answering))


@pytest.fixture(autouse=True)
def within_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio.throttling.wsgi.time.time", lambda: NOW + 12)


def ask(site: Client, token: str = "", **more: Any) -> Any:
    headers = {"Authorization": f"Token {token}"} if token else {}
    return site.get("/api/v1/", headers=headers | more.pop("headers", {}), **more)


def test_a_token_is_refused_after_its_number_and_told_when_to_come_again(site):
    answers = [ask(site, "a" * 64) for _request in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"token";q=3;w=60, "address";q=5;w=60'
    assert answers[0].headers["RateLimit"] == '"address";r=4;t=48, "token";r=2;t=48'
    assert answers[3].headers["RateLimit"] == '"address";r=1;t=48, "token";r=0;t=48'
    assert answers[3].headers["Retry-After"] == "48"
    assert answers[3].headers["Content-Type"] == "application/problem+json"
    assert answers[3].headers["X-Request-ID"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_refusal_tells_browsers_what_any_answer_does(site, scheme, settings):
    settings.SECURE_HSTS_SECONDS = 60
    for _request in range(4):
        answer = ask(site, "a" * 64, base_url=f"{scheme}://localhost")
    assert answer.status_code == 429
    expected = security_headers(secure=scheme == "https")
    assert [(name, answer.headers.get(name)) for name, _value in expected] == expected
    assert ("Strict-Transport-Security" in answer.headers) == (scheme == "https")


def test_a_token_is_the_same_whatever_stands_before_it(site):
    spelt = ["Token {}", "token  {}", "Token\t{}", "TOKEN {}"]
    answers = [site.get("/api/v1/", headers={"Authorization": each.format("a" * 64)}) for each in spelt]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


def test_without_a_limit_for_addresses_only_tokens_are_told_what_is_left(site, settings, tmp_path):
    settings.THROTTLE_ADDRESS = 0
    tokens_only = Client(Throttling(answering))
    assert "RateLimit" not in ask(tokens_only).headers
    assert ask(tokens_only, "c" * 64).headers["RateLimit"].startswith('"token";r=2')


def test_another_token_has_its_own_number(site):
    assert [ask(site, "a" * 64).status_code for _request in range(3)] == [200] * 3
    assert ask(site, "b" * 64).status_code == 200


def test_made_up_tokens_do_not_escape_the_number_of_the_address(site):
    assert [ask(site, f"{number}" * 64).status_code for number in range(6)] == [200] * 5 + [429]
    assert ask(site, environ_overrides={"REMOTE_ADDR": "10.0.0.9"}).status_code == 200


def test_a_forged_address_is_not_believed(site, settings):
    forged = {"X-Forwarded-For": "10.0.0.1"}
    assert [ask(site, headers=forged).status_code for _request in range(6)] == [200] * 5 + [429]
    settings.TRUSTED_PROXY = True
    assert ask(site, headers={"X-Forwarded-For": "127.0.0.1, 10.0.0.2"}).status_code == 200
    assert [ask(site, headers={"X-Forwarded-For": f"{n}, 10.0.0.2"}).status_code for n in range(5)] == [200] * 4 + [429]


def test_a_new_minute_begins_anew(site, monkeypatch):
    assert [ask(site).status_code for _request in range(6)][-1] == 429
    monkeypatch.setattr("portfolio.throttling.wsgi.time.time", lambda: NOW + 12 + 48)
    assert ask(site).status_code == 200


def test_pages_are_not_counted(site):
    assert {site.get("/").status_code for _request in range(10)} == {200}
    assert "RateLimit" not in site.get("/").headers


@pytest.mark.parametrize(("language", "title"), [("en", "Too many requests"), ("zh-CN,en;q=0.5", "请求过多")])
def test_the_refusal_speaks_the_reader_s_language(site, settings, language, title):
    for _request in range(5):
        ask(site)
    refusal = json.loads(ask(site, headers={"Accept-Language": language}).data)
    assert (refusal["title"], refusal["status"], refusal["instance"]) == (title, 429, "/api/v1/")
    asked = site.get("/api/v1/?lang=en", headers={"Accept-Language": language})
    assert json.loads(asked.data)["title"] == "Too many requests"
    site.set_cookie(settings.LANGUAGE_COOKIE_NAME, "en")
    remembered = site.get("/api/v1/", headers={"Accept-Language": language})
    assert json.loads(remembered.data)["title"] == "Too many requests"


def test_no_limit_is_no_header(settings, tmp_path):
    settings.THROTTLE_TOKEN, settings.THROTTLE_ADDRESS, settings.VAR_DIR = 0, 0, tmp_path
    site = Client(Throttling(answering))
    assert {ask(site).status_code for _request in range(50)} == {200}
    assert "RateLimit" not in ask(site).headers


# the counters


def count_many(path: Path, results: Any) -> None:
    counters = Counters(path)
    results.put([counters.counted("one", now=NOW)[0] for _turn in range(500)])


def test_processes_count_exactly(tmp_path):
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    processes = [context.Process(target=count_many, args=[tmp_path / "counters", results]) for _each in range(3)]
    for process in processes:
        process.start()
    counts = [number for _each in processes for number in results.get(timeout=60)]
    for process in processes:
        process.join(60)
    assert sorted(counts) == list(range(1, 1501))


def test_threads_count_exactly(tmp_path):
    counters, counts = Counters(tmp_path / "counters"), []

    def work() -> None:
        counts.extend(counters.counted("one", now=NOW)[0] for _turn in range(300))

    threads = [threading.Thread(target=work) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == list(range(1, 1201))


def test_many_are_counted_apart_and_old_windows_make_room(tmp_path):
    counters = Counters(tmp_path / "counters")
    for window in range(3):
        now = NOW + window * SECONDS
        seen = Counter(count for each in range(3000) for count in counters.counted(f"{window} {each}", now=now))
        assert seen == {1: 3000}
        assert counters.counted("0 17", now=now) == [2 if window == 0 else 1]


def test_counting_costs_next_to_nothing(tmp_path):
    counters = Counters(tmp_path / "counters")
    begun = time.process_time()
    for _turn in range(2000):
        counters.counted("address", "token", now=NOW)
    assert (time.process_time() - begun) / 2000 < 0.000_2  # measured: 0.01 ms


# a real server

LIMIT = 60
FILL = """
from tests.people import person
from portfolio.models import ApiToken
print(ApiToken.objects.create(user=person("analyst", "analyst"), scope="read", label="test")[1])
"""


def test_several_processes_let_exactly_so_many_through(tmp_path):
    environment = environment_of(
        f"sqlite:///{tmp_path / 'register.sqlite3'}",
        THROTTLE_TOKEN=str(LIMIT),
        THROTTLE_ADDRESS="0",
        SECRET_KEY=f"{time.time_ns()}" + "x" * 50 + "aB3",
    )
    token = prepare_register(FILL, environment)
    statuses: list[int] = []

    def work(address: str) -> None:
        for _request in range(30):
            try:
                headers = {"Authorization": f"Token {token}"}
                with urlopen(Request(f"{address}/api/v1/sectors/", headers=headers)) as answer:  # noqa: S310  our own
                    statuses.append(answer.status)
            except HTTPError as error:
                statuses.append(error.code)

    with serving(environment, workers=3) as (address, _process):
        for _turn in range(5):  # until all of it was in one window, however busy the machine is
            window = _window_with_time_left(fresh=bool(statuses))
            statuses.clear()
            threads = [threading.Thread(target=work, args=[address]) for _each in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            if time.time() // SECONDS == window:
                break
    assert Counter(statuses) == {200: LIMIT, 429: 120 - LIMIT}


def _window_with_time_left(*, fresh: bool) -> float:
    """This minute, or the next one if little of it is left or somebody has been counted in it."""
    begun = time.time()
    if fresh or begun % SECONDS > 48:
        time.sleep(SECONDS - begun % SECONDS + 0.1)
    return time.time() // SECONDS
