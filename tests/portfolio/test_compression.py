"""What is compressed, and for whom."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from portfolio.middleware import CompressionMiddleware

pytestmark = pytest.mark.no_database

TEXT = ("<p>monthly report of a project</p>" * 200).encode()


def answer(response: Any, *, accepts: str = "gzip") -> Any:
    """What the middleware makes of a response."""
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts} if accepts else {})
    return CompressionMiddleware(lambda _request: response)(request)


@pytest.mark.parametrize(
    "kind", ["text/html; charset=utf-8", "application/json", "application/problem+json", "application/geo+json"]
)
def test_text_is_compressed_for_whoever_accepts_it(kind):
    made = answer(HttpResponse(TEXT, content_type=kind, headers={"Vary": "Cookie", "ETag": '"7-abc"'}))
    assert gzip.decompress(made.content) == TEXT
    assert (made["Content-Encoding"], made["Vary"]) == ("gzip", "Cookie, Accept-Encoding")
    assert made["ETag"] == 'W/"7-abc"', "another representation, of the same version"
    plain = answer(HttpResponse(TEXT, content_type=kind), accepts="")
    assert (plain.content, plain["Vary"]) == (TEXT, "Accept-Encoding")


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(TEXT, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        HttpResponse(TEXT, content_type="text/html", headers={"Cache-Control": "no-store"}),
        HttpResponse(b"short", content_type="text/html"),
        StreamingHttpResponse([TEXT], content_type="text/csv"),
    ],
    ids=["a zip already", "a secret", "short", "a stream"],
)
def test_it_is_left_as_it_is(response):
    made = answer(response)
    assert "Content-Encoding" not in made
    assert made is response


@pytest.mark.usefixtures("register")
def test_a_version_that_was_read_compressed_can_be_changed(province, public_read):
    reading = Client(headers={"Accept-Encoding": "gzip"})
    path = "/api/v1/projects/HN-EI-2023-13/"
    read = reading.get(path)
    assert read["Content-Encoding"] == "gzip"
    assert reading.get(path, headers={"If-None-Match": read["ETag"]}).status_code == 304
    reading.force_login(province)
    change = {"note_en": "one"}
    headers = {"If-Match": read["ETag"]}
    assert reading.patch(path, change, content_type="application/json", headers=headers).status_code == 200
    assert reading.patch(path, change, content_type="application/json", headers=headers).status_code == 412
