"""The cache of public responses gives one again only to somebody whose own would be the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connection, models
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from portfolio import cache
from portfolio.cache import PublicCacheMiddleware
from projects.models import Grant, Project
from tests.differential.shapes import SHAPES
from tests.people import session_of

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/api/v1/projects/?programme=2023"


@pytest.fixture
def site(live_register: None, settings: Any) -> None:
    settings.PUBLIC_READ, settings.KEPT_ANSWERS_MB, settings.ALLOWED_HOSTS = True, 64, ["*"]


class View:
    """Stands for Django: counts its requests, answers what it is told."""

    def __init__(self, build: Callable[[HttpRequest], Any] = lambda _request: HttpResponse("built")) -> None:
        self.build, self.requests = build, list[HttpRequest]()

    def __call__(self, request: HttpRequest) -> Any:
        self.requests.append(request)
        return self.build(request)

    @property
    def number(self) -> int:
        return len(self.requests)


def get(middleware: PublicCacheMiddleware, path: str = "/", **environ: str) -> Any:
    return middleware(RequestFactory().get(path, **environ))


@contextmanager
def from_memory() -> Iterator[None]:
    """Inside, a response costs the one query for the state numbers."""
    with CaptureQueriesContext(connection) as queries:
        yield
    assert ["statenumber" in query["sql"] for query in queries] == [True]


def write() -> None:
    """By SQL, as another program would: no revision is made."""
    models.QuerySet(Project).filter(code="HN-EI-2023-13").update(expected_revenue=7_000_000_000)


@pytest.mark.parametrize("path", ["/", "/projects/", "/projects/HN-EI-2023-13/", LIST, "/api/v1/totals/?by=sector"])
def test_a_public_response_is_given_again_without_being_built(path: str, site: None) -> None:
    client = Client()
    first = client.get(path)
    assert first.status_code == 200
    with from_memory():
        again = client.get(path)
    assert (again.status_code, again.content) == (200, first.content)
    own = {"X-Request-ID", "RateLimit"}
    assert [pair for pair in again.items() if pair[0] not in own] == [p for p in first.items() if p[0] not in own]


IN_KEY = (
    {"HTTP_HOST": "b.gov.cn"},
    {"wsgi.url_scheme": "https"},
    {"HTTP_ACCEPT": "text/html"},
    {"HTTP_ACCEPT_LANGUAGE": "en"},
    {"HTTP_ACCEPT_ENCODING": "gzip"},
    {"HTTP_ORIGIN": "https://a.gov.cn"},
    {"QUERY_STRING": "a=1"},
    {"PATH_INFO": "/other/"},
    {"SCRIPT_NAME": "/below"},
)


@pytest.mark.parametrize("differing", IN_KEY, ids=lambda environ: next(iter(environ)))
def test_a_request_that_differs_in_the_key_is_answered_by_itself(differing: dict[str, str], site: None) -> None:
    view = View(lambda request: HttpResponse(repr(sorted(request.META.items(), key=str))))
    middleware = PublicCacheMiddleware(view)
    common = {"HTTP_HOST": "a.gov.cn"}
    first, other = get(middleware, **common), get(middleware, **common | differing)
    assert view.number == 2
    assert get(middleware, **common).content == first.content
    assert get(middleware, **common | differing).content == other.content
    assert view.number == 2


def test_no_header_outside_of_the_key_reaches_what_builds_the_response_but_the_address(site: None) -> None:
    view = View()
    others = {
        "HTTP_USER_AGENT": "x", "HTTP_REFERER": "x", "HTTP_X_FORWARDED_HOST": "x", "HTTP_IF_NONE_MATCH": '"x"',
        "HTTP_IF_MODIFIED_SINCE": "x", "HTTP_X_CSRFTOKEN": "x", "HTTP_X_HTTP_METHOD_OVERRIDE": "POST",
    }  # fmt: skip
    passed = {"HTTP_HOST": "a.gov.cn", "REMOTE_ADDR": "192.0.2.2"}
    sent = RequestFactory().get("/", **others, **passed)
    assert "User-Agent" in sent.headers  # as a middleware before may have looked
    PublicCacheMiddleware(view)(sent)
    [request] = view.requests
    assert not others.keys() & request.META.keys()
    assert not others.keys() & {f"HTTP_{name.upper().replace('-', '_')}" for name in request.headers}
    assert passed.items() <= request.META.items()


NOT_PUBLIC = {
    "a session": {"HTTP_COOKIE": "sessionid=abc"},
    "a language": {"HTTP_COOKIE": "django_language=en"},
    **{f"cookie: {name}": {"HTTP_COOKIE": shape} for name, shape in SHAPES.items() if isinstance(shape, str) and shape},
    "a blank cookie": {"HTTP_COOKIE": " "},
    "a token": {"HTTP_AUTHORIZATION": "Token abc"},
    "an empty Authorization": {"HTTP_AUTHORIZATION": ""},
    "a password of a proxy": {"HTTP_AUTHORIZATION": "Basic YTpi"},
    "a range": {"HTTP_RANGE": "bytes=0-9"},
    "a body": {"CONTENT_LENGTH": "2"},
    "a body in chunks": {"HTTP_TRANSFER_ENCODING": "chunked"},
    "a character set": {"CONTENT_TYPE": "text/plain; charset=utf-16"},
    "HEAD": {"REQUEST_METHOD": "HEAD"},
    "OPTIONS": {"REQUEST_METHOD": "OPTIONS"},
    "POST": {"REQUEST_METHOD": "POST"},
}


@pytest.mark.parametrize("environ", NOT_PUBLIC.values(), ids=NOT_PUBLIC)
def test_what_is_no_public_get_is_neither_stored_nor_answered_from_memory(environ: dict[str, str], site: None) -> None:
    view = View(lambda request: HttpResponse(request.META.get("HTTP_COOKIE", "")))
    middleware = PublicCacheMiddleware(view)
    common = {"HTTP_HOST": "a.gov.cn"}
    for turn in range(2):
        get(middleware, **common | environ)
        assert view.number == turn + 1
    stored = get(middleware, **common)
    assert view.number == 3
    get(middleware, **common | environ)
    assert view.number == 4
    assert get(middleware, **common).content == stored.content == b""
    assert view.number == 4


def with_headers(**headers: str) -> Any:
    return lambda _request: HttpResponse(
        "x", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def with_cookie(_request: HttpRequest) -> HttpResponse:
    response = HttpResponse("x")
    response.set_cookie("a", "b")
    return response


NOT_STORED = {
    "a cookie": with_cookie,
    "a cookie by hand": with_headers(Set_Cookie="a=b"),
    "no-store": with_headers(Cache_Control="private, no-store"),
    "not found": lambda _request: HttpResponse("x", status=404),
    "made": lambda _request: HttpResponse("x", status=201),
    "moved": lambda _request: HttpResponse("x", status=302, headers={"Location": "/"}),
    "in trouble": lambda _request: HttpResponse("x", status=503),
    "a stream": lambda _request: StreamingHttpResponse(iter([b"x"])),
    "more than 1 MB": lambda _request: HttpResponse(b"x" * (2**20 + 1)),
}


@pytest.mark.parametrize("build", NOT_STORED.values(), ids=NOT_STORED)
def test_a_response_of_another_kind_is_not_stored(build: Any, site: None) -> None:
    view = View(build)
    middleware = PublicCacheMiddleware(view)
    for turn in range(2):
        get(middleware)
        assert view.number == turn + 1


@pytest.mark.parametrize(
    "change", [write, lambda: models.QuerySet(Grant).all()._raw_delete("default")], ids=["data", "permission"]
)
def test_after_a_change_the_response_is_built_anew(change: Any, site: None, changsha_writer: Any) -> None:
    view = View()
    middleware = PublicCacheMiddleware(view)
    get(middleware)
    change()
    get(middleware)
    assert view.number == 2


def test_a_response_during_which_something_changed_is_not_stored(site: None) -> None:
    def build(_request: HttpRequest) -> HttpResponse:
        write()
        return HttpResponse("half before, half after")

    view = View(build)
    middleware = PublicCacheMiddleware(view)
    for turn in range(2):
        get(middleware)
        assert view.number == turn + 1
    assert not middleware.responses


def test_the_day_is_in_the_key(site: None, monkeypatch: Any) -> None:
    view, day = View(), dt.date(2023, 7, 10)
    monkeypatch.setattr(cache.timezone, "localdate", lambda: day)
    middleware = PublicCacheMiddleware(view)
    get(middleware)
    day = dt.date(2023, 7, 11)
    get(middleware)
    assert view.number == 2


def test_a_response_over_midnight_is_not_stored(site: None, monkeypatch: Any) -> None:
    days = iter([dt.date(2023, 7, 10), dt.date(2023, 7, 11)])
    monkeypatch.setattr(cache.timezone, "localdate", lambda: next(days))
    middleware = PublicCacheMiddleware(View())
    get(middleware)
    assert not middleware.responses


def test_nothing_is_answered_from_memory_while_the_database_is_down(site: None, monkeypatch: Any) -> None:
    view = View()
    middleware = PublicCacheMiddleware(view)
    get(middleware)

    def down(_alias: str) -> Any:
        raise OperationalError("is down")

    with monkeypatch.context() as patch:
        patch.setattr(cache, "get_state_numbers", down)
        get(middleware)
        assert view.number == 2
        patch.setattr(cache, "get_state_numbers", lambda _alias: None)
        get(middleware)
        assert view.number == 3
    get(middleware)
    assert view.number == 3


def test_a_site_that_only_users_read_has_nothing_in_memory(site: None, settings: Any) -> None:
    settings.PUBLIC_READ = False
    view = View()
    middleware = PublicCacheMiddleware(view)
    for turn in range(2):
        get(middleware)
        assert view.number == turn + 1


def test_memory_has_a_limit_and_what_was_not_asked_for_the_longest_goes_first(site: None, settings: Any) -> None:
    settings.KEPT_ANSWERS_MB = 1
    view = View(lambda _request: HttpResponse(b"x" * 2**18))  # three of which have room
    middleware = PublicCacheMiddleware(view)
    for path in ("/1", "/2", "/3", "/1", "/4"):
        get(middleware, path)
    assert (view.number, middleware.bytes <= 2**20) == (4, True)
    for path in ("/1", "/4", "/3"):
        get(middleware, path)
    assert view.number == 4
    get(middleware, "/2")
    assert view.number == 5
    for number in range(2_000):  # however long headers are, the key is short
        get(middleware, f"/{number}", HTTP_ACCEPT=f"{number}" * 10_000)
    assert middleware.bytes <= 2**20


def test_without_memory_there_is_no_such_middleware(site: None, settings: Any) -> None:
    settings.KEPT_ANSWERS_MB = 0
    with pytest.raises(MiddlewareNotUsed):
        PublicCacheMiddleware(View())


def test_it_stands_before_whatever_looks_at_a_request(settings: Any) -> None:
    """Before it are the headers that every response has, the line in the log, and the limit of an address."""
    assert settings.MIDDLEWARE[:4] == [
        "portfolio.security_headers.security_headers_middleware",
        "portfolio.request_log.LogMiddleware",
        "portfolio.middleware.ThrottleMiddleware",
        "portfolio.cache.PublicCacheMiddleware",
    ]


def test_who_has_the_response_is_told_so_whether_it_is_stored_or_not(site: None) -> None:
    tag = Client().get(LIST).headers["ETag"]
    for client in (Client(), Client()):  # each with a cache of its own, which is empty at first
        for _turn in range(2):
            for known in (tag, f"W/{tag}", f'"other", {tag}', f'{tag[:-1]}-gzip"'):
                answer = client.get(LIST, headers={"If-None-Match": known})
                assert (answer.status_code, answer.content) == (304, b"")
                assert {"Cache-Control", "Vary", "X-Request-ID", "ETag"} <= answer.headers.keys()
            assert client.get(LIST, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_public_file_is_streamed_and_not_sent_again(site: None) -> None:
    client, path = Client(), "/api/v1/projects/?format=csv"
    file = client.get(path)
    assert b"HN-EI-2023-13" in b"".join(file.streaming_content)
    assert client.get(path, headers={"If-None-Match": file.headers["ETag"]}).status_code == 304
    write()
    assert client.get(path, headers={"If-None-Match": file.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_what_a_user_reads_stays_with_the_user(shape: str | bytes, site: None, province: Any) -> None:
    """The header as bytes, as a server has them; ordinary cookies that other parsers give up at stand in front."""
    client, path = Client(), "/api/v1/reports/?state=draft"
    cookie = shape.decode("latin-1") if isinstance(shape, bytes) else shape.encode().decode("latin-1")
    public = client.get(path)
    for _turn in range(2):
        client.get(path, HTTP_COOKIE=f"{cookie}; sessionid={session_of(province)}")
        assert client.get(path, HTTP_COOKIE="").content == public.content
    assert client.get("/tasks/", HTTP_COOKIE="").status_code == 302
