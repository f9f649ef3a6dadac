"""Sending a response at its reader's pace (back-pressure), and breaking it off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from . import connections

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Reader:
    """One connection as far as an answer is sent over it."""

    def __init__(self, scope: dict[str, Any], send: Send) -> None:
        self.send = send  # waits while the web server has enough; ends when the connection does
        self.headers, self.wants_body = scope["headers"], scope["method"] != "HEAD"
        self._scope = scope

    def break_off(self) -> None:
        """End the connection, so that what was sent does not pass for a whole answer."""
        address, port = self._scope["client"]
        connections.cut(address, int(port))
