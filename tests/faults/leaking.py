"""The site, which forgets to forget: what the test of memory has to find out."""

from __future__ import annotations

from typing import Any

from portfolio.asgi import application as _site

_remembered: list[bytes] = []


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        _remembered.append(b"x" * 150_000)
    await _site(scope, receive, send)
