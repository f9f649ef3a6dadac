"""The site as it would be without limits to how long it waits for its database: what the tests must notice."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

from portfolio import timeouts

timeouts.begin = lambda: None

from portfolio.asgi import application  # noqa: E402

__all__ = ["application"]
