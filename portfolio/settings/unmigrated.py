"""Unmigrated databases: which migrations wait for `manage.py migrate`, said before pages fail for want of a table; and which
databases it cannot bring up to date.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.db import Error
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def gettext_noop(message: str) -> str:
    """Return the message. Django's own function reads the settings, which may be about to import this module."""
    return message


SAID = gettext_noop("The database has not been brought up to date: run manage.py migrate")

_up_to_date = False  # in this process: what was once applied stays applied


def is_up_to_date(connection: Any) -> bool:
    """Whether no migration waits. Asks the database until it is so, and then never again in this process."""
    global _up_to_date
    _up_to_date = _up_to_date or not get_waiting_migrations(connection)
    return _up_to_date


def get_waiting_migrations(connection: Any) -> set[tuple[str, str]]:
    """The app and name of each migration that this release has and the database has not.

    By their files' names: to load what they do takes a second and megabytes, which only `migrate` needs.
    """
    return set(_of_this_release()) - MigrationRecorder(connection).applied_migrations().keys()


def _of_this_release() -> list[tuple[str, str]]:
    found = []
    for label in (config.label for config in apps.get_app_configs()):
        name, _explicit = MigrationLoader.migrations_module(label)
        try:
            paths = import_module(name).__path__ if name else []
        except ModuleNotFoundError:  # an app without tables
            continue
        found += [(label, each.name) for each in iter_modules(paths) if not each.ispkg and each.name[0] not in "_~"]
    return found


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
