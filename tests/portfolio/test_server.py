"""The web server: what it starts, restarts and stops, what it refuses, and whom it believes."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.conf import settings
from waitress.server import create_server
from waitress.wasyncore import loop

from portfolio.server import Channel, open_socket
from tests.faults.callers import CLOSED, WHOLE, Caller, asked, request
from tests.serving import ROOT, ended, environment_of, free_port, prepare_register, wait_for

pytestmark = pytest.mark.no_database

MIB = 2**20


def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
    """An application that says what it was asked, in one piece or as a stream, which may break."""
    kind = environ["PATH_INFO"].removeprefix("/api").strip("/")
    length = len(environ["wsgi.input"].read())
    said = f"{environ['REQUEST_METHOD']} {length} {environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']}"
    headers = [("Content-Type", "text/plain")]
    start_response(
        "200 OK", headers if kind in ("stream", "broken") else [*headers, ("Content-Length", str(len(said)))]
    )
    yield said.encode()
    if kind == "broken":
        raise OSError("the database is gone")


@contextmanager
def served(**options: Any) -> Iterator[int]:
    """The port of the application behind waitress with the site's settings."""
    listener, connections, over = open_socket("127.0.0.1", "0"), {}, threading.Event()
    server = create_server(answer, map=connections, sockets=[listener], **settings.WAITRESS | options)
    server.channel_class = Channel

    def run() -> None:
        while not over.is_set():
            loop(timeout=0.1, use_poll=True, map=connections, count=1)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        thread.join()
        server.task_dispatcher.shutdown()
        for channel in list(connections.values()):
            channel.close()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served() as port:
        yield port


def received(port: int, data: bytes) -> bytes:
    """All bytes that come over a connection which the server closes."""
    with Caller(port) as caller:
        caller.socket.sendall(data)
        return b"".join(iter(lambda: caller.socket.recv(2**16), b""))


@pytest.mark.parametrize("path", ["/", "/stream"])
def test_head_is_answered_without_a_body(port, path):
    by_get = received(port, request(path, {"Connection": "close"}))
    by_head = received(port, request(path, {"Connection": "close"}, method="HEAD"))
    assert by_get.partition(b"\r\n\r\n")[2]
    assert by_head.partition(b"\r\n\r\n")[1:] == (b"\r\n\r\n", b"")
    names = [
        {line.partition(b":")[0] for line in text.partition(b"\r\n\r\n")[0].split(b"\r\n")}
        for text in (by_get, by_head)
    ]
    assert names[0] == names[1]


def test_the_next_request_over_the_same_connection_is_answered_after_head(port):
    with Caller(port) as caller:
        for _turn in range(3):
            assert caller.ask(request("/", method="HEAD")).status == 200
            assert caller.ask(request("/", method="POST", body=b"abc")).body.startswith(b"POST 3")


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (request("/", {"X-Long": "x" * 15_000}), 200, ""),
        (request("/", {"X-Long": "x" * 17_000}), 431, "16 KiB"),
        (request("/", {"Content-Length": "-1"}, method="POST"), 400, "cannot be read"),
        (request("/", {"Content-Length": "1", "content-length": "2"}, method="POST"), 400, "cannot be read"),
        (request("/", {"Transfer-Encoding": "gzip, chunked"}, method="POST"), 501, "transfer coding"),
        (b"NONSENSE\r\n\r\n", 400, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(port, data, status, words):
    answer = asked(port, data)
    assert (answer.status, answer.ended) == (status, WHOLE)
    assert words in answer.body.decode()
    assert "server" not in answer.headers
    if status != 200:
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-request-id"]


@pytest.mark.parametrize(("language", "title"), [("en", "Too large"), ("zh-CN", "内容太大")])
def test_a_refusal_speaks_the_language_of_the_reader(port, language, title):
    headers = {"Content-Length": str(17 * MIB), "Accept-Language": language}
    problem = asked(port, request("/api/v1/projects/", headers, method="POST"))
    assert (problem.status, problem.headers["content-type"]) == (413, "application/problem+json")
    assert json.loads(problem.body)["title"] == title
    page = asked(port, request("/login/", headers, method="POST"))
    assert f"<h1>{title}</h1>" in page.body.decode()


def test_a_body_may_have_16_mib(port):
    body = b"x" * (16 * MIB)
    assert asked(port, request("/", method="POST", body=body)).body.startswith(f"POST {len(body)} ".encode())
    assert asked(port, request("/", method="POST", body=body + b"x")).status == 413


def test_an_answer_that_breaks_off_is_not_taken_for_a_whole_one(port):
    broken = asked(port, request("/broken"))
    assert (broken.status, broken.ended) == (200, CLOSED)


NGINX = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Request-ID": "from-nginx"}


@pytest.mark.parametrize(
    ("trusted", "headers", "said"),
    [
        ("127.0.0.1", NGINX, b"203.0.113.9 https"),
        ("127.0.0.1", NGINX | {"X-Forwarded-For": "10.0.0.1, 203.0.113.9"}, b"203.0.113.9 https"),
        ("127.0.0.1", {}, b"127.0.0.1 http"),
        ("127.0.0.1", {"Forwarded": "for=10.0.0.1;proto=https", "X-Real-IP": "10.0.0.1"}, b"127.0.0.1 http"),
        ("192.0.2.1", NGINX, b"127.0.0.1 http"),
    ],
)
def test_the_trusted_proxy_alone_says_who_asks_and_by_which_scheme(trusted, headers, said):
    believed = {"x-forwarded-for", "x-forwarded-proto"} if trusted else set()
    with served(trusted_proxy=trusted, trusted_proxy_headers=believed) as port:
        assert asked(port, request("/", headers)).body == b"GET 0 " + said


# processes of their own

FILL = """
from tests.people import person
from portfolio.models import ApiToken
user = person("province", "province")
bounds = ({}, {"addresses": ["203.0.113.0/24"]})
print(*(ApiToken.objects.create(user=user, scope="write", label="x", **bound)[1] for bound in bounds))
"""


class Served:
    """The site in processes of its own, with what it logs."""

    def __init__(self, directory: Path, **variables: str) -> None:
        self.directory, self.port, self.log = directory, free_port(), directory / "log"
        self.database = directory / "register.sqlite3"
        environment = environment_of(f"sqlite:///{self.database}", PROCESSES="2", LOG_LEVEL="INFO", **variables)
        environment |= {"DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
        self.tokens = prepare_register(FILL, environment).split()
        with self.log.open("w") as log:
            command = [sys.executable, "-m", "portfolio.server", "--port", str(self.port)]
            self.popen = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        wait_for(f"http://127.0.0.1:{self.port}/livez")
        self.master = psutil.Process(self.popen.pid)

    def lines(self) -> list[dict[str, Any]]:
        """What was logged of requests."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == "request"]

    def processes(self) -> dict[bool, set[int]]:
        """The ids of those that listen, and of the worker, which does not."""
        found: dict[bool, set[int]] = {True: set(), False: set()}
        for each in self.master.children():
            with suppress(psutil.Error):
                if each.status() != psutil.STATUS_ZOMBIE:
                    found[bool(each.net_connections("tcp"))].add(each.pid)
        return found

    def note(self, number: int, *, timeout: float = 30) -> bytes:
        note = {"project": "HN-EI-2023-01", "programme": 2023, "month": "2023-06", "text": f"number {number}"}
        headers = {"Authorization": f"Token {self.tokens[0]}", "Content-Type": "application/json"}
        return request("/api/v1/notes/", headers, method="POST", body=json.dumps(note).encode())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One that nobody stops, behind a proxy and reached by TLS alone."""
    directory = tmp_path_factory.mktemp("served")
    with served_in(directory, TRUSTED_PROXY="127.0.0.1", HTTPS="true", THROTTLE_ADDRESS="40") as site:
        yield site


@contextmanager
def served_in(directory: Path, **variables: str) -> Iterator[Served]:
    site = Served(directory, **variables)
    try:
        yield site
    finally:
        ended(site.popen)


def until(condition: Callable[[], Any], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never was so"
        time.sleep(0.05)


def test_each_request_is_one_line_of_the_log(site):
    until(lambda: site.lines())
    before = len(site.lines())
    requests = [
        request("/", NGINX),
        request("/static/site/icon.svg", NGINX),
        request("/api/v1/sectors/", NGINX | {"Authorization": f"Token {site.tokens[0]}"}),
        request("/api/v1/projects/?format=csv", NGINX),
        request("/no/such/page", NGINX),
        request("/", NGINX, method="HEAD"),
        request("/", {"X-Long": "x" * 17_000}),
        request("/", {"Host": "evil.example"}),
    ]
    statuses = [asked(site.port, each).status for each in requests]
    assert statuses == [200, 200, 200, 200, 404, 200, 431, 400]
    until(lambda: len(site.lines()) >= before + len(requests))
    lines = site.lines()[before:]
    assert [line["status"] for line in lines] == statuses
    assert lines[2]["user_id"]
    expected = {"address": "203.0.113.9", "request_id": "from-nginx", "method": "GET", "path": "/no/such/page"}
    assert lines[4] == lines[4] | expected


def test_address_and_scheme_of_the_proxy_hold_for_locks_tokens_and_throttles(site):
    def ask(address: str, path: str, token: str = "") -> int:
        headers = NGINX | {"X-Forwarded-For": address} | ({"Authorization": f"Token {token}"} if token else {})
        return asked(site.port, request(path, headers)).status

    assert asked(site.port, request("/login/")).status == 301, "to TLS"
    assert ask("203.0.113.9", "/login/") == 200
    bound = site.tokens[1]
    assert [ask(address, "/api/v1/sectors/", bound) for address in ("203.0.113.9", "198.51.100.9")] == [200, 401]
    assert any(ask("192.0.2.7", "/api/v1/sectors/") == 429 for _turn in range(200)), (
        "80 are too many for both processes"
    )
    assert ask("192.0.2.8", "/api/v1/sectors/") == 200
    cookie = asked(site.port, request("/login/", NGINX)).headers["set-cookie"].partition("csrftoken=")[2][:32]
    typed = f"username=province&password=wrong&csrfmiddlewaretoken={cookie}".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded", "Referer": "https://127.0.0.1/"}

    def sign_in(address: str) -> int:
        headers = NGINX | form | {"X-Forwarded-For": address, "Cookie": f"csrftoken={cookie}"}
        return asked(site.port, request("/login/", headers, method="POST", body=typed)).status

    assert [sign_in("192.0.2.30") for _turn in range(6)][-1] == 429
    assert sign_in("192.0.2.31") == 200, "another address is not locked"


@pytest.mark.parametrize(
    "kind", ["text/plain; charset=base64", "text/plain; charset=idna", "text/plain; a*=nosuch''b", "x/y;" + "a" * 9000]
)
def test_a_content_type_that_nobody_can_read_is_no_error_of_the_server(site, kind):
    headers = NGINX | {"Content-Type": kind}
    assert asked(site.port, request("/login/?search=%E9%95%BF", headers)).status in (200, 400)
    assert asked(site.port, request("/login/", headers, method="POST", body=b"a=b")).status == 403
    token = {"Authorization": f"Token {site.tokens[0]}"}
    assert asked(site.port, request("/api/v1/notes/", headers | token, method="POST", body=b"{}")).status == 415


def test_a_process_that_is_killed_is_followed_by_another(site):
    until(lambda: [len(each) for each in site.processes().values()] == [2, 1])
    before = site.processes()
    for serving in (True, False):
        psutil.Process(min(before[serving])).kill()
    until(lambda: [len(site.processes()[each] - before[each]) for each in (True, False)] == [1, 1])
    assert {asked(site.port, request("/livez")).status for _turn in range(20)} == {200}


def test_a_request_under_way_is_answered_when_the_server_is_stopped(tmp_path):
    with served_in(tmp_path) as site, closing(sqlite3.connect(site.database, isolation_level=None)) as other:
        with Caller(site.port) as idle, Caller(site.port) as caller:
            assert idle.ask(request("/livez")).status == 200
            other.execute("BEGIN IMMEDIATE")
            caller.socket.sendall(site.note(1))
            time.sleep(0.5)
            began = time.monotonic()
            site.popen.terminate()
            until(lambda: socket.socket().connect_ex(("127.0.0.1", site.port)), seconds=3)
            other.execute("ROLLBACK")
            assert caller.read().status == 201
            assert site.popen.wait(20) == 0
        assert time.monotonic() - began < 10, "nobody waits for a connection that only stays open"


def test_all_processes_end_with_the_first(tmp_path):
    with served_in(tmp_path) as site:
        until(lambda: len(site.master.children()) == 3)
        children = site.master.children()
        site.master.kill()
        _gone, alive = psutil.wait_procs(children, 15)
        assert alive == []
        open_socket("127.0.0.1", str(site.port)).close()


def refused(database: str, *arguments: str) -> str:
    """What is said instead of a start: one sentence."""
    command = [sys.executable, "-m", "portfolio.server", "--port", str(free_port()), *arguments]
    environment = environment_of(database)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode not in (0, None), done
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    "applied", [[], [("portfolio", "0001_users_and_tokens")]], ids=["no table", "an older release"]
)
def test_a_database_that_is_not_up_to_date_is_refused(applied: list[tuple[str, str]], tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "older.sqlite3")) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        if applied:
            database.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app, name, applied DATETIME)")
            database.executemany(
                "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, '2026-01-01')", applied
            )
    assert "run manage.py migrate" in refused(f"sqlite:///{tmp_path / 'older.sqlite3'}")


def test_a_file_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    """As where the address has a slip: what was meant lies elsewhere."""
    assert "is not there" in refused(f"sqlite:///{tmp_path / 'nowhere' / 'new.sqlite3'}")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("port", ["99999", "-1", "web", "8080.5"])
def test_a_port_that_is_none_is_refused_in_words(port: str) -> None:
    assert f"must be a number below 65536, not {port!r}" in refused("sqlite://:memory:", "--port", port)


def test_a_port_that_is_taken_is_refused_in_words() -> None:
    with open_socket("127.0.0.1", "0") as listener:
        port = str(listener.getsockname()[1])
        assert "cannot be used: Address already in use" in refused("sqlite://:memory:", "--port", port)
