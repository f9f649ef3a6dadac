"""manage.py migrate: Django's own, which says in one sentence what it cannot begin with.

After it the triggers are there even if a migration has failed: while it runs SQLite has none, since it makes tables anew;
left so, the old release would go on without guards and state numbers.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from portfolio.settings import databases, unmigrated
from projects.database import installation


class Command(migrate.Command):
    def execute(self, *args: Any, **options: Any) -> str | None:
        connection = connections[options["database"]]
        databases.refuse_away(connection)  # before the checks, which ask it
        unmigrated.refuse_of_before(connection)
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().handle(*args, **options)
        except BaseException:
            installation.install(options["database"])
            raise
