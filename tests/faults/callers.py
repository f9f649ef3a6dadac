"""Requests as bytes over sockets of their own, to 127.0.0.1 alone, and how their answers ended."""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

HOST = "127.0.0.1"
WHOLE, CLOSED, RESET, LATE = "whole", "closed", "reset", "late"  # how an answer ended


@dataclass(frozen=True)
class Answer:
    """What came over a connection. Status 0 where nothing did; the names of headers are in small letters."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    ended: str = CLOSED
    seconds: float = 0

    @property
    def is_whole(self) -> bool:
        return self.ended == WHOLE


def request(
    path: str, headers: Mapping[str, str] | None = None, *, method: str = "GET", body: bytes = b"", version: str = "1.1"
) -> bytes:
    """Return a request as bytes; with a body its length is said, unless the headers say how it comes."""
    said = {"Host": HOST} | dict(headers or {})
    if body and not said.keys() & {"Content-Length", "Transfer-Encoding"}:
        said["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"{method} {path} HTTP/{version}\r\n{head}\r\n".encode() + body


class Caller:
    """One connection, which stays open between its requests."""

    def __init__(self, port: int, *, seconds: float = 10) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, data: bytes) -> Answer:
        """Send a request, and read its answer to the end."""
        with contextlib.suppress(ConnectionError):  # it may have been answered before it was sent whole
            self.socket.sendall(data)
        return self.read(data.partition(b" ")[0].decode())

    def read(self, method: str = "GET") -> Answer:
        """Return the next answer."""
        began, status, headers, body = time.perf_counter(), 0, dict[str, str](), b""
        answer = http.client.HTTPResponse(self.socket, method=method)
        try:
            answer.begin()
            status, headers = answer.status, {name.lower(): value for name, value in answer.getheaders()}
            body, ended = answer.read(), WHOLE
        except http.client.IncompleteRead as error:
            body, ended = error.partial, CLOSED
        except TimeoutError:
            ended = LATE
        except ConnectionError as error:
            ended = CLOSED if isinstance(error, http.client.RemoteDisconnected) else RESET
        return Answer(status, headers, body, ended, time.perf_counter() - began)

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()


def asked(port: int, data: bytes, *, seconds: float = 10) -> Answer:
    """Return the answer to a request over a connection of its own."""
    with Caller(port, seconds=seconds) as caller:
        return caller.ask(data)
