"""Whatever answers, and however early, tells browsers the same: every answer that is given before a view is reached, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path, re_path

from portfolio import urls
from portfolio.security_headers import add_security_headers
from portfolio.settings import MIDDLEWARE

PROTECTING = {
    "Content-Security-Policy",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Strict-Transport-Security",
}
ELSEWHERE = "evil.example"
MANY = "&".join(f"a{number}=1" for number in range(1001))


def failing(request: HttpRequest, name: str) -> Any:
    raise FAILURES[name]


FAILURES: dict[str, Exception] = {
    "away": OperationalError("could not connect"),
    "busy": OperationalError("database is locked"),
    "contradicted": IntegrityError("UNIQUE constraint failed"),
    "broken": KeyError("hidden"),
    "refused": PermissionDenied(),
    "none": Http404(),
    "suspicious": SuspiciousOperation(),
}
urlpatterns = [
    re_path(r"^(?:api/v1/)?failing/(?P<name>\w+)$", failing),
    path("", include(urls.urlpatterns)),
]
handler400, handler500 = urls.handler400, urls.handler500

pytestmark = [pytest.mark.usefixtures("register"), pytest.mark.urls(__name__), pytest.mark.no_database]


class BrokenMiddleware:
    """Fails before whatever stands behind it is asked."""

    error: Exception = KeyError("hidden")

    def __init__(self, get_response: Any) -> None:
        pass

    def __call__(self, request: HttpRequest) -> Any:
        raise self.error


@pytest.fixture(params=[False, True], ids=["plain", "TLS"])
def over_tls(request: Any, settings: Any) -> bool:
    """A site as `make run` serves it, and one that is only reached over TLS."""
    settings.WHITENOISE_USE_FINDERS = True  # no collected files are needed
    settings.SECURE_SSL_REDIRECT = request.param
    settings.SECURE_HSTS_SECONDS = 31_536_000 if request.param else 0
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = request.param
    return request.param


@pytest.fixture
def site(over_tls: bool) -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.fixture
def ask(site: Client, over_tls: bool) -> Callable[..., Any]:
    """Asks as a browser of this site does."""

    def asked(address: str, *, method: str = "get", host: str = "localhost", **more: Any) -> Any:
        headers = more.pop("headers", {}) | {"Host": host}
        return getattr(site, method)(address, secure=over_tls, headers=headers, **more)

    return asked


def protecting(answer: Any) -> dict[str, str]:
    """What it tells browsers."""
    return {name: value for name, value in answer.items() if name in PROTECTING}


def expected(over_tls: bool) -> dict[str, str]:
    return protecting(add_security_headers(RequestFactory().get("/", secure=over_tls), HttpResponse()))


@pytest.fixture
def ordinary(ask: Any, over_tls: bool) -> dict[str, str]:
    """What a page says that nothing went wrong with."""
    said = protecting(ask("/login/"))
    assert said.keys() == (PROTECTING if over_tls else PROTECTING - {"Strict-Transport-Security"})
    assert said == expected(over_tls)
    return said


EARLY = {
    "wrong host": (400, {"address": "/", "host": ELSEWHERE}),
    "wrong host, API": (400, {"address": "/api/v1/projects/", "host": ELSEWHERE}),
    "wrong host, liveness": (400, {"address": "/healthz", "host": ELSEWHERE}),
    "many parameters": (400, {"address": f"/login/?{MANY}"}),
    "many parameters, API": (400, {"address": f"/api/v1/projects/?{MANY}"}),
    "form without its token": (403, {"address": "/login/", "method": "post", "data": {"username": "a"}}),
    "no address": (404, {"address": "/no/such/page"}),
    "no address, API": (404, {"address": "/api/v1/nothing/"}),
    "no such file": (404, {"address": "/static/no-such-file.css"}),
    "a file": (200, {"address": "/static/site/icon.svg"}),
    "no slash": (301, {"address": "/login"}),
    "a method that is none": (405, {"address": "/healthz", "method": "options"}),
    "who is not known": (401, {"address": "/api/v1/projects/"}),
    "no such token": (401, {"address": "/api/v1/projects/", "headers": {"Authorization": "Token x"}}),
    "no such form of answer": (406, {"address": "/api/v1/", "headers": {"Accept": "image/png"}}),
    "liveness": (200, {"address": "/healthz"}),
    "icon": (302, {"address": "/favicon.ico"}),
    "to sign in": (302, {"address": "/"}),
} | {
    f"{name}{', API' if prefix else ''}": (status, {"address": f"/{prefix}failing/{name}"})
    for prefix in ("", "api/v1/")
    for name, status in {
        "away": 503,
        "busy": 503,
        "contradicted": 409,
        "broken": 500,
        "refused": 403,
        "none": 404,
        "suspicious": 400,
    }.items()
}


@pytest.mark.parametrize("what", EARLY)
def test_an_early_answer_says_what_any_page_says(what, ask, ordinary):
    status, asked = EARLY[what]
    for method in [asked["method"]] if "method" in asked else ["get", "head"]:
        answer = ask(**asked | {"method": method})
        assert answer.status_code == status
        assert protecting(answer) == ordinary


def test_a_file_that_the_browser_has_says_it_again(ask, ordinary):
    first = ask("/static/site/icon.svg")
    again = ask("/static/site/icon.svg", headers={"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 304
    assert protecting(again) == ordinary


@pytest.mark.parametrize("over_tls", [True], indirect=True)
def test_the_way_to_tls_says_all_but_to_stay_there(site, over_tls):
    answer = site.get("/", headers={"Host": "localhost"})
    assert answer.status_code == 301
    assert protecting(answer) == expected(False)
    wrong = site.get("/", headers={"Host": ELSEWHERE})
    assert wrong.status_code == 400
    assert protecting(wrong) == expected(False)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("place", range(1, len(MIDDLEWARE) + 1))
@pytest.mark.parametrize("over_tls", [True], indirect=True)
def test_whatever_fails_at_whatever_place_says_it(place, failure, settings, over_tls, monkeypatch):
    monkeypatch.setattr(BrokenMiddleware, "error", FAILURES[failure])
    settings.MIDDLEWARE = [*MIDDLEWARE[:place], f"{__name__}.BrokenMiddleware", *MIDDLEWARE[place:]]
    site = Client(raise_request_exception=False)
    for address in ("/login/", "/api/v1/projects/"):
        answer = site.get(address, secure=True)
        assert answer.status_code >= 400
        assert protecting(answer) == expected(True)
