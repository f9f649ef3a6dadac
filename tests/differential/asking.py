"""Sends the bytes of a request and reads the answer, whatever it is, over a connection that stays open."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
from dataclasses import dataclass

from .questions import Question

# headers that differ from one answer to the next, or that are those of a connection
_OF_EACH = {
    "date",
    "expires",
    "x-request-id",
    "ratelimit",
    "ratelimit-policy",
    "set-cookie",
    "connection",
    "keep-alive",
}
# what an answer is known by: it stands in front of Django to add these, and tests of their own hold them
ADDED = {"etag", "last-modified", "content-length", "transfer-encoding", "content-encoding"}
# tokens of forms: one is of each answer, the other, of who opened the form, of each hour
_TOKENS = re.compile(
    rb'(name="(?:csrfmiddlewaretoken|opened_by)" value=")[^"]*|("x-csrftoken": ?")[^"]*', re.IGNORECASE
)


@dataclass(frozen=True)
class Said:
    """What is to be the same whoever answers."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def _without_coding(name: str, value: str) -> str:
    """`Vary` as Django says it, who compresses nothing."""
    return ", ".join(each for each in value.split(", ") if each != "Accept-Encoding") if name == "vary" else value


class Connection:
    """One connection to a server on this machine; made anew when the server has ended it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, question: Question) -> Said:
        for _turn in range(2):
            try:
                return self._asked(question)
            except (ConnectionError, http.client.HTTPException):
                self.close()
        return self._asked(question)

    def _asked(self, question: Question) -> Said:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
        self._socket.sendall(question.raw)
        answer = http.client.HTTPResponse(self._socket, method=question.method)
        answer.begin()
        body = answer.read()
        if answer.getheader("Content-Encoding") == "gzip" and body:
            body = gzip.decompress(body)
            question.must_accept_gzip()
        if answer.will_close:
            self.close()
        told = ((name.lower(), value) for name, value in answer.getheaders())
        headers = tuple(
            sorted((name, _without_coding(name, value)) for name, value in told if name not in _OF_EACH | ADDED)
        )
        return Said(answer.status, tuple(pair for pair in headers if pair[1]), _TOKENS.sub(rb"\1\2", body))

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
