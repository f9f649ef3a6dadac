"""The site, which forgets to forget: what the test of memory has to find out."""

from __future__ import annotations

import os
from typing import Any

from portfolio.asgi import application as _site

_LEAKED = int(os.environ["LEAKED"])  # bytes of each request

_remembered: list[bytes] = []


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        _remembered.append(b"x" * _LEAKED)
    await _site(scope, receive, send)
