"""Whatever cookies stand beside the one of the session, Django's answer to it is cached for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from portfolio.response_cache import wsgi
from tests.differential.shapes import SHAPES
from tests.projects.models.reports_made import ZHUZHOU_CODE, drafted

from .asking import Site, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.no_database]

DRAFTS = "/api/v1/reports/?state=draft&fields=id,contact"
CANARY = "known to the bureau alone"


@pytest.fixture
def session(site: Site, province: Any) -> str:
    drafted(ZHUZHOU_CODE, contact=CANARY)
    cookie = signed_in(site, "province").get_cookie("sessionid")
    assert cookie is not None
    return str(cookie.value)


def ask(site: Site, path: str, cookie: str | bytes, **headers: str) -> TestResponse:
    """The bytes of the header as they come, and as the environment of WSGI has them."""
    raw = cookie if isinstance(cookie, bytes) else cookie.encode()
    return Client(site.cache, use_cookies=False).get(
        path, environ_overrides={"HTTP_COOKIE": raw.decode("latin-1")} if raw else {}, headers=headers
    )


def before(shape: str | bytes, cookie: str) -> bytes:
    return (shape if isinstance(shape, bytes) else shape.encode()) + b"; " + cookie.encode()


def test_a_draft_stays_with_the_session_that_may_read_it(session: str) -> None:
    for name, shape in SHAPES.items():
        site = Site()
        refused = ask(site, DRAFTS, "").status_code
        for _turn in range(3):
            ask(site, DRAFTS, before(shape, f"sessionid={session}"))
        assert (refused, ask(site, DRAFTS, "").status_code) == (401, 401), name
        assert CANARY.encode() not in ask(site, DRAFTS, shape).data, name


def test_a_language_stays_with_the_browser_that_remembers_it(live_register: None, settings: Any) -> None:
    settings.PUBLIC_READ = True
    for name, shape in SHAPES.items():
        site = Site()
        for _turn in range(3):
            ask(site, "/sectors/", before(shape, "django_language=en"))
        assert ask(site, "/sectors/", "").headers["Content-Language"] == "zh-hans", name


@pytest.mark.parametrize("path", ["/sectors/", "/login/", "/api/v1/sectors/"])
def test_each_browser_is_given_again_what_was_made_in_the_language_that_it_prefers(
    site: Site, settings: Any, path: str
) -> None:
    settings.PUBLIC_READ = True
    preferred = {"en-GB,en;q=0.9": "en", "zh-CN,zh;q=0.9": "zh-hans", "fr": "zh-hans"}
    for _turn in range(2):
        for accepted, language in preferred.items():
            answer = ask(site, path, "", **{"Accept-Language": accepted})
            assert answer.headers["Content-Language"] == language
            assert "Accept-Language" in answer.headers["Vary"]
    remembered = ask(site, path, "django_language=zh-hans", **{"Accept-Language": "en"})
    assert remembered.headers["Content-Language"] == "zh-hans"


def test_a_session_is_found_behind_other_cookies(site: Site, session: str) -> None:
    answer = ask(site, DRAFTS, before('u={"id":1}', f"sessionid={session}"))
    assert CANARY.encode() in answer.data
    asked = site.django.asked
    assert ask(site, DRAFTS, before("foo", f"sessionid={session}")).data == answer.data
    assert site.django.asked == asked


@pytest.mark.parametrize("found", [(None, None, None), (1, None, "another"), (None, "digest", None)])
def test_what_django_answered_to_somebody_else_is_given_and_not_cached(
    site: Site, session: str, monkeypatch: Any, found: tuple[Any, ...]
) -> None:
    """However it came about that the two differ."""
    monkeypatch.setattr(wsgi, "answered", lambda _environ: (*found, "zh-hans"))
    for _turn in range(2):
        asked = site.django.asked
        assert CANARY.encode() in ask(site, DRAFTS, f"sessionid={session}").data
        assert site.django.asked == asked + 1


def test_what_django_answered_in_another_language_is_given_and_not_cached(
    site: Site, settings: Any, monkeypatch: Any
) -> None:
    settings.PUBLIC_READ = True
    monkeypatch.setattr(wsgi, "language_of", lambda *_given: "en")
    for _turn in range(2):
        asked = site.django.asked
        assert ask(site, "/sectors/", "").headers["Content-Language"] == "zh-hans"
        assert site.django.asked == asked + 1


def test_parameters_that_are_read_by_another_character_set_are_kept_for_nobody(site: Site, settings: Any) -> None:
    settings.PUBLIC_READ = True
    path = "/projects/?search=%E9%95%BF%E6%B2%99"
    plain = ask(site, path, "").data
    browser = Client(site.cache, use_cookies=False)
    for _turn in range(2):
        other = browser.get(path, content_type="text/plain; charset=utf-16").data
        assert other != plain
    assert ask(site, path, "").data == plain
