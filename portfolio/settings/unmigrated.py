"""Unmigrated databases: which migrations wait for `manage.py migrate`, said before pages fail for want of a table; and which
databases it cannot bring up to date.
"""

from __future__ import annotations

from typing import Any

from django.db import Error
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext_noop

SAID = gettext_noop("The database has not been brought up to date: run manage.py migrate")

_up_to_date = False  # in this process: what was once applied stays applied


def is_up_to_date(connection: Any) -> bool:
    """Whether no migration waits. Asks the database until it is so, and then never again in this process."""
    global _up_to_date
    _up_to_date = _up_to_date or not get_waiting_migrations(connection)
    return _up_to_date


def get_waiting_migrations(connection: Any) -> list[Any]:
    """Return the migrations that this release has and the database has not."""
    executor = MigrationExecutor(connection)
    return [migration for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def refuse(connection: Any) -> None:
    """Stop the start of a web server whose database lacks tables. One that is away may have them: the site says so later."""
    try:
        missing = get_waiting_migrations(connection)
    except Error:
        return
    if missing:
        raise SystemExit(f"{SAID}. The site does not start.")


def refuse_of_before(connection: Any) -> None:
    """Stop a `migrate` that would fail half-way: of a database that had only some of the migrations that were squashed.

    The one that makes the tables in one go replaces the last of those; to any other database it would be new.
    """
    loader = MigrationLoader(connection)
    for app in sorted({app for app, _name in loader.applied_migrations}):
        roots = loader.graph.root_nodes(app)
        if roots and not any(root in loader.applied_migrations for root in roots):
            _app, lacks = (*loader.disk_migrations[roots[0]].replaces, roots[0])[0]
            raise SystemExit(
                f"The database is of an older release and lacks {app}.{lacks}, so this release cannot bring it up to"
                " date (docs/operations.md, 'Upgrading'). Nothing was changed."
            )
