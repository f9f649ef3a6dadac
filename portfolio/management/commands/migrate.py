"""manage.py migrate: that of the register, which says in one sentence what it cannot begin with."""

from __future__ import annotations

from typing import Any

from django.db import connections

from portfolio.settings import databases, unmigrated
from projects.management.commands import migrate


class Command(migrate.Command):
    def execute(self, *args: Any, **options: Any) -> str | None:
        connection = connections[options["database"]]
        databases.refuse_away(connection)  # before the checks, which ask it
        unmigrated.refuse_of_before(connection)
        return super().execute(*args, **options)
