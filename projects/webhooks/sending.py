"""One HTTP request to one address: to the very address that was checked, no redirect, no proxy, no waiting without end."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from codecs import getincrementaldecoder
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from projects.jobs.line_deadline import LineDeadline

from .addresses import NAME_SECONDS, addresses_of
from .failure_reasons import Obstacle, RefusedAddressError, obstacle_of

SECONDS = 15  # for all of it
_SHOWN = 500  # bytes of an answer that are read
_OF_ADDRESSES = "!$%&'()*+,/:;=?@[]~"  # of a path or query, what is sent as it stands: what is escaped already too


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: a status and the beginning of the answer, or no status and what went wrong.

    `obstacle` is then why there is no status, and `said` what is known beyond it.
    """

    status: int | None
    said: str
    milliseconds: int
    obstacle: Obstacle | None = None

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send(url: str, body: bytes, *, headers: Mapping[str, str]) -> Outcome:
    """POST it. Never raises for what the other side or the network does."""
    start = time.monotonic()
    deadline = start + SECONDS
    obstacle, status = None, None
    try:
        status, said = _answered(url, body, headers, deadline)
    except (RefusedAddressError, OSError, http.client.HTTPException, ValueError) as error:
        obstacle, said = obstacle_of(error, late=time.monotonic() >= deadline)
    said = "".join(each for each in said if each.isprintable() or each.isspace())[:_SHOWN]  # it is shown to people
    return Outcome(status, said, round((time.monotonic() - start) * 1000), obstacle)


def _answered(url: str, body: bytes, headers: Mapping[str, str], deadline: float) -> tuple[int, str]:
    host, port, addresses = addresses_of(url, seconds=min(NAME_SECONDS, _left(deadline)))
    parts = urlsplit(url)
    line = _connected(addresses, port, deadline)
    line_deadline = LineDeadline(line, seconds=_left(deadline))
    try:
        if parts.scheme == "https":
            line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
        return _exchanged(line, url, body, headers, deadline)
    finally:
        line_deadline.lift()
        line.close()


def _exchanged(
    line: socket.socket, url: str, body: bytes, headers: Mapping[str, str], deadline: float
) -> tuple[int, str]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.sock = line
    connection.auto_open = 0
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_OF_ADDRESSES)
    connection.request("POST", target, body, {**headers, "Host": _named(parts), "Connection": "close"})
    answer = connection.getresponse()
    _left(deadline)  # a head that was cut off in its middle has its end there, for the library
    said = b""
    with suppress(OSError, http.client.HTTPException):  # the status is the answer, whatever becomes of its words
        while len(said) < _SHOWN and (piece := answer.read1(_SHOWN - len(said))):
            said += piece
    # what is cut off in the middle of a character is not shown as a broken one
    return answer.status, getincrementaldecoder("utf-8")("replace").decode(said)


def _named(parts: SplitResult) -> str:
    """The host as its receiver expects it: a name in ASCII, an IPv6 address in brackets, an unusual port."""
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host.encode("idna").decode()
    usual = 443 if parts.scheme == "https" else 80
    return name if parts.port in (None, usual) else f"{name}:{parts.port}"


def _connected(addresses: list[str], port: int, deadline: float) -> socket.socket:
    failure: OSError | None = None
    for address in addresses:
        try:
            found = socket.create_connection((address, port), timeout=_left(deadline) / 2)
            found.settimeout(_left(deadline))
        except OSError as error:
            failure = error
        else:
            return found
    raise failure or OSError("no address")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left
