"""What is compressed, and for whom."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse

from portfolio.compression import Compression
from portfolio.compression.coding import coding_for, compressed
from tests.differential.questions import ACCEPTED_CODINGS

pytestmark = pytest.mark.no_database

TEXT = ("<p>monthly report of a project</p>" * 200).encode()


@pytest.fixture(autouse=True)
def nothing_of_the_database() -> Iterator[None]:
    """A response that is closed looks after the connections, and would close that of the tests.

    In a transaction, and while a cursor of an earlier test is there, SQLite keeps a closed one with its lock.
    """
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def asked(response: HttpResponse | StreamingHttpResponse, *, accepts: str = "gzip", method: str = "GET") -> Any:
    """Status line, headers and content of what the middleware makes of a response."""
    said: list[Any] = []

    def application(_environ: Any, start_response: Any) -> Any:
        start_response("200 OK", list(response.items()))
        return response

    environ = {"REQUEST_METHOD": method, "HTTP_ACCEPT_ENCODING": accepts}
    answer: Any = Compression(application)(environ, lambda status, headers: said.extend([status, headers]))
    return said[0], dict(said[1]), b"".join(answer)


@pytest.mark.parametrize("header", ACCEPTED_CODINGS)
def test_only_who_accepts_gzip_gets_it(header):
    assert coding_for({"HTTP_ACCEPT_ENCODING": header}) == ("gzip" if ACCEPTED_CODINGS[header] else "")
    assert coding_for({}) == ""


@pytest.mark.parametrize(
    "kind", ["text/html; charset=utf-8", "application/json", "application/problem+json", "text/csv", "text/css"]
)
def test_text_is_compressed(kind):
    _status, headers, content = asked(HttpResponse(TEXT, content_type=kind, headers={"Vary": "Cookie"}))
    assert gzip.decompress(content) == TEXT
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Length"] == str(len(content))
    assert headers["Vary"] == "Cookie, Accept-Encoding"


def test_who_does_not_accept_it_is_told_that_others_may():
    _status, headers, content = asked(HttpResponse(TEXT, content_type="text/html"), accepts="")
    assert content == TEXT
    assert headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(TEXT, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        HttpResponse(TEXT, content_type="text/html", headers={"Content-Encoding": "gzip"}),
        HttpResponse(TEXT, content_type="text/html", headers={"Content-Range": "bytes 0-9/10"}),
        HttpResponse(TEXT, content_type="text/html", headers={"Cache-Control": "no-store"}),
        HttpResponse(b"short", content_type="text/html"),
        StreamingHttpResponse([TEXT], content_type="text/html"),
    ],
    ids=["a zip already", "compressed already", "a part", "a secret", "short", "a stream"],
)
def test_it_is_left_as_it_is(response):
    before = b"".join(response)
    if response.streaming:
        response.streaming_content = [before]
    _status, headers, content = asked(response)
    assert content == before
    assert headers.get("Content-Encoding") == response.headers.get("Content-Encoding")


def test_a_record_keeps_its_version_first_in_its_etag():
    _status, headers, _content = asked(HttpResponse(TEXT, content_type="application/json", headers={"ETag": '"abc"'}))
    assert headers["ETag"] == '"abc-gzip"'


def test_the_length_says_nothing_exact_and_the_same_content_is_the_same_bytes(settings):
    """One strong ETag names one row of bytes, whichever process made it; whoever lacks the key cannot take the rest away."""
    texts = [TEXT + b"%02d" % number for number in range(10, 50)]
    assert len({len(compressed(text)) for text in texts}) > 5
    assert all(gzip.decompress(compressed(text)) == text for text in texts)
    assert [compressed(text) for text in texts] == [compressed(text) for text in texts]
    lengths = [len(compressed(text)) for text in texts]
    settings.SECRET_KEY = "another" * 10
    assert [len(compressed(text)) for text in texts] != lengths
