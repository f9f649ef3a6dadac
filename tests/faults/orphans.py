"""The site, whose workers live on without the process that started them: what the test of the master has to find out."""

from __future__ import annotations

import portfolio.wsgi  # noqa: F401  the settings are there once it has run
from portfolio.front import parent_process

parent_process.end_with_the_master = lambda: None

from portfolio.asgi import application  # noqa: E402, F401  what a web server loads
