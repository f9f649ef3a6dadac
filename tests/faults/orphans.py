"""The site, whose workers live on without the process that started them: what the test of the master has to find out."""

from __future__ import annotations

from portfolio import server

server.end_with_the_master = lambda: None

from portfolio.asgi import application  # noqa: E402, F401  what a web server loads
