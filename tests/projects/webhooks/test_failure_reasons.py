"""Why an attempt came to nothing: kept as a word, and told to each reader in theirs."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from typing import Any

import pytest
from django.utils.translation import override

from projects.pages.webhooks import build_attempts
from projects.webhooks.addresses import Obstacle, obstacle_of
from projects.webhooks.delivery import Outcome, send

pytestmark = pytest.mark.no_database


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that does what it is told with the first that connects."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _address = server.accept()
            with line:
                line.recv(65536)
                answer(line)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"
        thread.join(30)


@pytest.fixture(autouse=True)
def allowed(settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = [ip_network("127.0.0.0/8")]


def words(outcome: Outcome, language: str) -> str:
    with override(language):
        [attempt] = build_attempts([{"obstacle": outcome.obstacle and outcome.obstacle.value, "said": outcome.said}])
        return attempt.said


def test_nobody_who_listens_is_a_refused_connection():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    outcome = send(f"http://127.0.0.1:{port}/", b"{}", headers={})
    assert (outcome.status, outcome.obstacle, outcome.said) == (None, Obstacle.REFUSED, "")
    assert words(outcome, "en") == "Connection refused."
    assert words(outcome, "zh-hans") == "对方拒绝连接。"


def test_an_answer_is_not_cut_inside_a_character(receiver):
    receiver.status, receiver.answer = 503, b"x" + "暂停".encode() * 200
    outcome = send(receiver.url, b"{}", headers={})
    assert outcome.said == "x" + "暂停" * 83
    receiver.answer = b"caf\xe9 au lait"  # in another encoding: what cannot be read says so
    assert send(receiver.url, b"{}", headers={}).said == "caf\ufffd au lait"


def test_our_own_time_limit_is_not_laid_upon_the_receiver(receiver, monkeypatch):
    monkeypatch.setattr("projects.webhooks.delivery.SECONDS", 0.5)
    receiver.open.clear()
    outcome = send(receiver.url, b"{}", headers={})
    assert (outcome.status, outcome.obstacle, outcome.milliseconds < 5000) == (None, Obstacle.LATE, True)
    assert "our time limit" in words(outcome, "en")


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nX: "], ids=["its status", "a head that begins well"])
def test_so_is_one_that_answers_a_byte_at_a_time(begun, monkeypatch):
    monkeypatch.setattr("projects.webhooks.delivery.SECONDS", 0.5)
    ended = threading.Event()

    def drip(line: socket.socket) -> None:
        try:
            line.sendall(begun)
            while not ended.wait(0.05):
                line.sendall(b"H")
        except OSError:
            pass

    with answering(drip) as url:
        outcome = send(url, b"{}", headers={})
        ended.set()
    assert (outcome.status, outcome.obstacle) == (None, Obstacle.LATE)


def test_who_closes_without_an_answer_is_said_to_have_done_so():
    with answering(lambda line: line.shutdown(socket.SHUT_RDWR)) as url:
        outcome = send(url, b"{}", headers={})
    assert (outcome.obstacle, outcome.said) == (Obstacle.CLOSED, "")


def test_what_is_no_http_is_kept_shortly():
    with answering(lambda line: line.sendall(b"x" * 60000 + b"\r\n")) as url:
        outcome = send(url, b"{}", headers={})
    assert (outcome.obstacle, len(outcome.said)) == (Obstacle.NOT_HTTP, 500)


def test_a_status_is_an_answer_whatever_becomes_of_its_words():
    said = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nth"
    with answering(lambda line: line.sendall(said)) as url:
        outcome = send(url, b"{}", headers={})
    assert (outcome.status, outcome.is_success, outcome.obstacle) == (200, True, None)


@pytest.mark.parametrize(
    ("error", "obstacle", "said"),
    [
        (OSError(errno.EHOSTUNREACH, "No route to host"), Obstacle.UNREACHABLE, ""),
        (TimeoutError("timed out"), Obstacle.LATE, ""),
        (OSError("something else"), Obstacle.OTHER, "something else"),
        (ValueError(), Obstacle.OTHER, "ValueError"),
    ],
)
def test_what_the_network_says_is_told_in_words_where_it_is_known(error, obstacle, said):
    assert obstacle_of(error, late=False) == (obstacle, said)
