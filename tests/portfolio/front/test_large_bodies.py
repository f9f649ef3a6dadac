"""Whoever may not send a large body learns so by its head, from the product itself; a body that is wanted is taken whole."""

from __future__ import annotations

import pytest

from tests.faults.callers import WHOLE, Caller, asked, request

from .conftest import MOST_OF_A_TOKEN

pytestmark = pytest.mark.no_database

LARGE = 2**20 + 2**19  # bytes
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=x"}
BY_TOKEN = {"Authorization": "of the writer"}
REFUSED = [
    ("POST", "/api/v1/projects/", JSON, 401),
    ("POST", "/api/v1/imports/", FORM, 401),
    ("POST", "/api/v1/projects/", JSON | BY_TOKEN, 413),
    ("POST", "/api/v1/projects/", {"Content-Type": "text/plain"} | BY_TOKEN, 415),
    ("PATCH", "/api/v1/projects/HN-EI-2023-13/", JSON | BY_TOKEN, 413),
    ("POST", "/api/v1/nothing/", JSON, 404),
    ("POST", "/nothing/", FORM, 404),
    ("DELETE", "/api/v1/projects/", JSON, 405),
    ("POST", "/login/", FORM, 403),
]


def _asking(whole_site: tuple[int, str], method: str, path: str, headers: dict[str, str]) -> bytes:
    """The head alone."""
    token = {"Authorization": f"Token {whole_site[1]}"} if "Authorization" in headers else {}
    return request(path, headers | token | {"Content-Length": str(LARGE)}, method=method)


@pytest.mark.parametrize(("method", "path", "headers", "status"), REFUSED, ids=[str(each[3]) for each in REFUSED])
def test_it_is_told_while_the_body_is_withheld_and_the_connection_goes_on_once_it_has_come(
    whole_site, method, path, headers, status
):
    with Caller(whole_site[0]) as caller:  # who waits for ten seconds; the body may take thirty
        answer = caller.ask(_asking(whole_site, method, path, headers))
        assert (answer.status, answer.ended) == (status, WHOLE)
        caller.socket.sendall(b"x" * LARGE)
        assert caller.ask(request("/livez")).status == 200


def _form(content: bytes) -> bytes:
    said = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % each
        for each in ((b"kind", b"register"), (b"programme", b"2023"))
    )
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    return said + head + content + b"\r\n--x--\r\n"


def test_one_that_is_wanted_is_asked_for_and_taken_whole(whole_site):
    body = _form("项目编号,项目名称\r\n".encode() + b"HN-EI-2023-13,\r\n" * (LARGE // 16))
    headers = FORM | {
        "Authorization": f"Token {whole_site[1]}",
        "Content-Length": str(len(body)),
        "Expect": "100-continue",
    }
    with Caller(whole_site[0]) as caller:
        caller.socket.sendall(request("/api/v1/imports/", headers, method="POST"))
        assert caller.socket.recv(100).startswith(b"HTTP/1.1 100 ")
        answer = caller.ask(body)
        assert answer.status == 202, answer.body.decode()
    left = int(answer.headers["ratelimit"].partition("r=")[2].partition(";")[0])
    again = asked(whole_site[0], request("/api/v1/sectors/", {"Authorization": headers["Authorization"]}))
    assert int(again.headers["ratelimit"].partition("r=")[2].partition(";")[0]) in (left - 1, MOST_OF_A_TOKEN - 1), (
        "it was counted once"
    )


def test_a_wrong_password_in_one_is_one_attempt(whole_site):
    """Five are too many, so three that were counted twice would be."""
    cookie = asked(whole_site[0], request("/login/")).headers["set-cookie"].partition("csrftoken=")[2].partition(";")[0]
    typed = {"csrfmiddlewaretoken": cookie, "username": "nobody", "password": "wrong"}
    body = b"".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in typed.items()
    )
    body += (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + b"x" * LARGE + b"\r\n--x--\r\n"
    )
    send = request("/login/", FORM | {"Cookie": f"csrftoken={cookie}"}, method="POST", body=body)
    assert [asked(whole_site[0], send).status for _turn in range(3)] == [200] * 3
