"""The site on an SQLite file that may have so many pages and no more: as many as the file says that MOST_PAGES names."""

import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

from django.db import connections
from django.db.backends.signals import connection_created

from portfolio.asgi import application


def _limit(connection: object, **_signal: object) -> None:
    pages = int(Path(os.environ["MOST_PAGES"]).read_text())
    connection.connection.execute(f"PRAGMA max_page_count = {pages}")


connections.settings["default"]["CONN_MAX_AGE"] = 0  # each request asks anew how many
connection_created.connect(_limit)

__all__ = ["application"]
