"""Sending a response at its reader's pace (back-pressure), and giving it up where nothing is read any more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from . import connections

UNREAD_SECONDS = connections.UNREAD_SECONDS
_LOOK_EVERY = 5.0  # seconds

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Reader:
    """One connection as far as an answer is sent over it."""

    def __init__(self, scope: dict[str, Any], send: Send) -> None:
        self.send = send  # what is small or the last of an answer: the web server takes it without waiting
        self.wants_body = scope["method"] != "HEAD"
        self._scope = scope

    async def give(self, message: dict[str, Any]) -> None:
        """Send one piece of many. Raises TimeoutError when nothing of what was sent has been read for UNREAD_SECONDS."""
        sending = asyncio.ensure_future(self.send(message))
        try:
            read, since = -1, asyncio.get_running_loop().time()
            while not (await asyncio.wait([sending], timeout=_LOOK_EVERY))[0]:
                now = connections.acknowledged(*self._caller)
                if now != read:
                    read, since = now, since if read < 0 else asyncio.get_running_loop().time()
                elif asyncio.get_running_loop().time() - since >= UNREAD_SECONDS:
                    raise TimeoutError
        finally:
            sending.cancel()
        sending.result()

    def break_off(self) -> None:
        """End the connection, so that what was sent does not pass for a whole answer."""
        connections.cut(*self._caller)

    @property
    def _caller(self) -> tuple[str, int]:
        address, port = self._scope["client"]
        return address, int(port)
