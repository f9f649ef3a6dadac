"""Heads, lengths and connections: what is refused, how, and that a refusal leaves the connection as it was."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest

from tests.faults.callers import WHOLE, Caller, asked, request

from .conftest import MOST_OF_A_TOKEN

pytestmark = pytest.mark.no_database

TURNS = 60
BODY = b'{"reason": "' + b"x" * 60_000 + b'"}'
LONG_ADDRESS = "/api/v1/projects/?q=" + "x" * 8200
MIB = 2**20


REFUSED = [
    ("POST", "/api/v1/proposals/", {"Content-Type": "application/json"}, 401),
    ("POST", "/api/v1/projects/", {"Content-Type": "text/plain"}, 401),
    ("DELETE", "/api/v1/projects/", {"Content-Type": "application/json"}, 405),
    ("POST", "/api/v1/nothing/", {"Content-Type": "application/json"}, 404),
    ("PATCH", "/api/v1/projects/NOTHING/", {"Content-Type": "application/x-www-form-urlencoded"}, 401),
    ("POST", LONG_ADDRESS, {}, 414),
    ("POST", "/api/v1/projects/", {"X-Long": "x" * 17_000}, 431),
    ("POST", "/api/v1/projects/", {"Content-Type": "text/plain", "content-type": "text/csv"}, 400),
]


@pytest.mark.parametrize(("method", "path", "headers", "status"), REFUSED, ids=[str(each[3]) for each in REFUSED])
def test_the_next_request_over_the_same_connection_is_answered(site, method, path, headers, status):
    with Caller(site) as caller:
        for _turn in range(TURNS):
            answer = caller.ask(request(path, headers, method=method, body=BODY))
            assert (answer.status, answer.ended) == (status, WHOLE)
            assert answer.headers.get("connection") != "close"


def test_so_it_is_when_there_were_too_many(site):
    of_one = {"Authorization": "Token of-nobody"}
    for _turn in range(MOST_OF_A_TOKEN):
        assert asked(site, request("/api/v1/sectors/", of_one)).status == 401
    withheld = request("/api/v1/projects/", of_one | {"Content-Length": "60000"}, method="POST")
    assert asked(site, withheld, seconds=3).status == 429
    with Caller(site) as caller:
        for _turn in range(TURNS):
            answer = caller.ask(request("/api/v1/projects/", of_one, method="POST", body=BODY))
            assert (answer.status, answer.ended) == (429, WHOLE)
            assert answer.headers.get("connection") != "close"


@pytest.mark.parametrize("name", ["Host", "Content-Type"])
def test_what_may_be_said_once_is_refused_when_it_is_said_twice(site, name):
    doubled = request("/api/v1/sectors/", {name: "127.0.0.1", name.lower(): "127.0.0.1"})
    assert asked(site, doubled).status == 400


FORM = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
IN_WORDS = [
    ("GET", "/login/?search=%E9%95%BF", "text/plain", b""),
    ("GET", "/api/v1/sectors/?fields=code&lang=%E9%95%BF", "text/plain", b""),
    ("POST", "/login/", "multipart/form-data; boundary=x", FORM),
    ("POST", "/api/v1/projects/", "application/json", b"{}"),
]


@pytest.mark.parametrize("name", ["idna", "punycode", "undefined", "base64", "rot13", "zlib", '"Base64"'])
def test_what_is_written_in_no_character_set_is_refused(site, name):
    """Python knows codecs of these names, by which Django would read."""
    for method, path, kind, body in IN_WORDS:
        asking = request(path, {"Content-Type": f"{kind}; charset={name}"}, method=method, body=body)
        assert asked(site, asking).status == 400, (method, path)


@pytest.mark.parametrize("more", ["a*=nosuch''b", "charset*=nosuch''%ff", "boundary*=nosuch''x%ff"])
def test_a_kind_of_content_that_nobody_can_read_is_refused(site, more):
    for method, path, kind, body in IN_WORDS:
        asking = request(path, {"Content-Type": f"{kind}; {more}"}, method=method, body=body)
        assert asked(site, asking).status == 400, (method, path)


@pytest.mark.parametrize("name", ["utf-8", "UTF8", "gb18030", "latin-1", "nobody-knows", ""])
def test_others_are_read_as_before(site, name):
    for method, path, kind, body in IN_WORDS:
        asking = request(path, {"Content-Type": f"{kind}; charset={name}"}, method=method, body=body)
        plain = request(path, {"Content-Type": kind}, method=method, body=body)
        assert asked(site, asking).status == asked(site, plain).status, (method, path)


@pytest.mark.parametrize(
    ("size", "status"), [(15_000, 200), (17_000, 431), (60_000, 431), (200_000, 431), (500_000, 431)]
)
def test_a_head_has_16_kib(site, size, status):
    answer = asked(site, request("/api/v1/sectors/?fields=code", {"X-Long": "x" * size}))
    assert answer.status == status
    assert (answer.body == b"") == (size >= 200_000), "beyond its own limit the web server reads no further"


def test_more_than_100_headers_are_refused_before_they_are_read(failing):
    """By the web server itself, which takes no more: without words, and the connection is closed."""
    for number, status in ((99, 200), (100, 431), (1000, 431)):  # and the host
        answer = asked(failing, request("/api/echo", {f"X-Number-{each}": "x" for each in range(number)}))
        assert (answer.status, answer.ended) == (status, WHOLE), number
        assert (answer.body == b"", answer.headers.get("connection") == "close") == (status == 431,) * 2


NO_HTTP = [
    b"NONSENSE\r\n\r\n",
    b"GET /api/echo HTTP/3.0\r\nHost: a\r\n\r\n",
    b"GET /api/echo HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n",
    *(
        request("/api/echo", {"Transfer-Encoding": each}, method="POST")
        for each in ("gzip", "identity", "chunked, gzip", "")
    ),
    *(
        request("/api/echo", {"Content-Length": each}, method="POST")
        for each in ("-1", "+5", "x", "5, 5", "0x5", "9" * 30, "")
    ),
    request("/api/echo", {"Content-Length": "1", "content-length": "2"}, method="POST"),
]


def test_what_is_no_http_is_refused_before_it_is_read(failing):
    """By the web server itself again: `docs/deployment-proxy.md` says so."""
    for data in NO_HTTP:
        answer = asked(failing, data)
        assert (answer.status, answer.ended, answer.body) == (400, WHOLE, b""), data
        assert answer.headers["connection"] == "close"


@pytest.mark.parametrize(("size", "status"), [(8_000, 200), (8_300, 414), (60_000, 414)])
def test_an_address_has_8_kib(site, size, status):
    address = "/api/v1/sectors/?fields=code&q="
    answer = asked(site, request(address + "x" * (size - len(address)), {"Accept-Language": "en"}))
    assert answer.status in {200: (200, 400), 414: (414,)}[status]  # a parameter that is not known is said to be
    assert (b"It may have 8 KiB" in answer.body) == (status == 414)


def test_an_address_beyond_any_buffer_is_refused(site):
    assert asked(site, request("/api/v1/sectors/?q=" + "x" * 400_000)).status in (414, 431)


@pytest.mark.parametrize("path", ["/api/v1/sectors/", "/"])
@pytest.mark.parametrize("as_chunks", [False, True])
def test_a_body_has_16_mib(failing, path, as_chunks):
    for size, status in ((16 * MIB, 200), (17 * MIB, 413), (30 * MIB, 413)):
        answer = asked(failing, _sending(f"/api{path}", size, as_chunks=as_chunks))
        assert (answer.status, answer.ended) == (status, WHOLE)
        if status == 200:
            assert answer.body == f"POST {size}".encode()


def _sending(path: str, size: int, *, as_chunks: bool) -> bytes:
    if not as_chunks:
        return request(path, method="POST", body=b"x" * size)
    chunk = b"%x\r\n%s\r\n" % (MIB // 4, b"x" * (MIB // 4))
    chunks = chunk * (size // (MIB // 4)) + b"0\r\n\r\n"
    return request(path, {"Transfer-Encoding": "chunked"}, method="POST", body=chunks)


METHODS = ["get", "Get", "post", "head", "FOO", "PROPFIND", "POSTS"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", ["/api/echo", "/echo", "/livez"])
def test_a_method_that_nobody_knows_is_refused_in_words(failing, method, path):
    """They are case-sensitive (RFC 9110, 9.1); Django would take `get` for GET, which the cache and the threads do not."""
    with Caller(failing) as caller:
        for _turn in range(2):
            answer = caller.ask(request(path, {"Accept-Language": "en"}, method=method, body=b"x" * 70_000))
            assert (answer.status, answer.ended) == (501, WHOLE)
            assert b"Nothing was written" in answer.body
        assert caller.ask(request("/api/echo", method="TRACE")).body == b"TRACE 0", "which Django refuses"


@pytest.mark.parametrize("coding", ["gzip, chunked", "GZIP,Chunked", "chunked, chunked", "x, chunked"])
@pytest.mark.parametrize("path", ["/api/echo", "/echo", "/livez"])
def test_a_body_in_a_transfer_coding_that_nobody_undoes_is_refused_in_words(failing, coding, path):
    """RFC 9112, 6.1. What is within the chunks would be taken for the body itself."""
    headers = {"Transfer-Encoding": coding, "Accept-Language": "en"}
    with Caller(failing) as caller:
        for _turn in range(2):
            answer = caller.ask(request(path, headers, method="POST", body=b"5\r\nhello\r\n0\r\n\r\n"))
            assert (answer.status, answer.ended) == (501, WHOLE)
            assert b"Nothing was written" in answer.body
        plain = request("/api/echo", {"Transfer-Encoding": "Chunked"}, method="POST", body=b"5\r\nhello\r\n0\r\n\r\n")
        assert caller.ask(plain).body == b"POST 5"


def test_the_length_that_is_believed_is_that_of_what_came(failing):
    headers = {"Content-Length": "3", "Transfer-Encoding": "chunked"}
    answer = asked(failing, request("/api/echo", headers, method="POST", body=b"5\r\nhello\r\n0\r\n\r\n"))
    assert answer.body == b"POST 5" or answer.status == 400


@pytest.mark.parametrize(
    "chunks",
    [
        b"-1\r\n{}\r\n0\r\n\r\n",
        b"f" * 17 + b"\r\n{}\r\n",
        b"2\n{}\n0\n\n",
        b"2;" + b"x" * 20_000 + b"\r\n{}\r\n0\r\n\r\n",
    ],
    ids=["less than nothing", "more than can be counted", "other lines", "told at length"],
)
@pytest.mark.parametrize("path", ["/api/echo", "/echo"])
def test_a_body_whose_chunks_are_none_is_refused_in_words(failing, path, chunks):
    headers = {"Transfer-Encoding": "chunked", "Accept-Language": "en"}
    with Caller(failing) as caller:
        answer = caller.ask(request(path, headers, method="POST", body=chunks))
        assert (answer.status, answer.ended) == (400, WHOLE)
        assert b"Nothing was written" in answer.body
        with suppress(ConnectionError):
            assert caller.socket.recv(1) == b"", "closed: what comes next would be taken for another request"


def test_a_body_that_ends_before_its_length_is_refused_in_words(failing):
    with Caller(failing) as caller:
        caller.socket.sendall(request("/api/echo", {"Content-Length": "5"}, method="POST") + b"hel")
        caller.socket.shutdown(socket.SHUT_WR)
        answer = caller.read()
    assert (answer.status, answer.ended) == (400, WHOLE)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("status", [204, 304])
def test_what_has_no_body_ends_with_its_head(failing, method, status):
    with Caller(failing) as caller:
        for _turn in range(3):
            assert caller.ask(request(f"/api/status/{status}", method=method)).status == status
        assert caller.ask(request("/api/echo")).body == b"GET 0"


def test_a_head_is_asked_without_its_body(failing):
    with Caller(failing) as caller:
        for _turn in range(3):
            answer = caller.ask(request("/api/echo", method="HEAD"))
            assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "6")


def test_requests_sent_ahead_are_answered_in_their_order(failing):
    with Caller(failing) as caller:
        sent = [request("/api/echo", method="POST", body=b"x" * size) for size in (3, 70_000, 5)]
        caller.socket.sendall(b"".join(sent))
        assert [caller.read().body for _each in sent] == [b"POST 3", b"POST 70000", b"POST 5"]


def test_whoever_asks_whether_a_body_is_wanted_is_told(failing):
    with Caller(failing) as caller:
        caller.socket.sendall(request("/api/echo", {"Expect": "100-continue", "Content-Length": "5"}, method="POST"))
        assert caller.socket.recv(100).startswith(b"HTTP/1.1 100 ")
        assert caller.ask(b"hello").body == b"POST 5"
    announced = {"Expect": "100-continue", "Content-Length": str(17 * MIB)}
    assert asked(failing, request("/api/echo", announced, method="POST"), seconds=3).status == 413


@pytest.mark.parametrize(
    ("version", "headers", "stays"),
    [
        ("1.1", {}, True),
        ("1.1", {"Connection": "close"}, False),
        ("1.0", {}, False),
        ("1.0", {"Connection": "keep-alive"}, True),
    ],
)
def test_a_connection_stays_open_where_both_want_it(failing, version, headers, stays):
    with Caller(failing, seconds=2) as caller:
        assert caller.ask(request("/api/echo", headers, version=version)).body == b"GET 0"
        assert (caller.ask(request("/api/echo", headers, version=version)).status == 200) == stays
