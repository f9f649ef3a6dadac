"""manage.py migrate: Django's own, after which the triggers are there even if a migration has failed.

While it runs SQLite has none, since it makes tables anew; left so, the old release would go on without guards and sums.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from projects.database import installation


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().handle(*args, **options)
        except BaseException:
            installation.install(options["database"])
            raise
