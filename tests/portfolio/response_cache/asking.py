"""Asks the product as a web server does: through the whole WSGI application, with a count of what reached Django."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from werkzeug.test import Client, TestResponse

from portfolio.models import ApiToken
from portfolio.response_cache import ResponseCache
from tests.people import PASSWORD

LIST, TOTALS = "/api/v1/projects/?programme=2023", "/api/v1/totals/?programme=2023&by=sector&fields=expected_revenue"


class Counting:
    """Django's application, which counts what it was asked."""

    def __init__(self) -> None:
        self.application, self.asked = get_wsgi_application(), 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked += 1
        return self.application(environ, start_response)


class Site:
    """The product with an empty cache."""

    def __init__(self) -> None:
        self.django = Counting()
        self.cache = ResponseCache(self.django, most_bytes=10**7)

    def ask(self, path: str, token: str = "", *, from_address: str = "127.0.0.1", **headers: str) -> TestResponse:
        """A request of another system."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Token {token}"
        return Client(self.cache, use_cookies=False).get(path, headers=sent, environ_base={"REMOTE_ADDR": from_address})

    def browser(self) -> Client:
        return Client(self.cache)

    def whole_way(self, path: str, token: str = "") -> TestResponse:
        """The same asked of Django itself."""
        headers = {"Authorization": f"Token {token}"} if token else {}
        return Client(get_wsgi_application(), use_cookies=False).get(path, headers=headers)


def signed_in(site: Site, username: str) -> Client:
    """A browser in which somebody has signed in."""
    browser = site.browser()
    browser.get("/login/")
    csrf = browser.get_cookie("csrftoken")
    assert csrf is not None
    data = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": csrf.value}
    assert browser.post("/login/", data=data).status_code == 302
    return browser


def token_of(user: Any, **more: Any) -> str:
    return ApiToken.objects.create(user=user, scope="write", label="test", **more)[1]
