"""Rollups (materialised sums) that triggers write, so that they are right whatever program writes.

Only one statement that does several things to a table (PostgreSQL's INSERT … ON CONFLICT DO UPDATE that does both, MERGE) is
more than they can tell apart; the product writes none, and `verify_totals` finds what such a one left.

`cells.py` holds the sums that headline totals are made of; `months.py` what the reports of each entry come to. They are made
after every `migrate` (`database/installation.py`), since SQLite drops the triggers of a table that a migration makes anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connections, transaction

from ..stored_columns import stored_columns
from ..triggers import Trigger, drop, make, outdated
from . import cells, months


def triggers(vendor: str) -> Iterator[Trigger]:
    """All of them."""
    yield from cells.triggers(vendor)
    yield from months.triggers(vendor)


def install(using: str) -> None:
    """Make the triggers; count anew where none, or others, saw what changed."""
    if not _has_columns(using):
        lift(using)  # migrated to a time before there was what they write
        return
    vendor = connections[using].vendor
    others = outdated(using, triggers(vendor))
    names = {trigger.name for trigger in others}
    with transaction.atomic(using=using):  # once the triggers are as they should be, nobody would count again
        make(using, others)
        if names & {trigger.name for trigger in months.triggers(vendor)}:
            months.recount(using)
        if names & {trigger.name for trigger in cells.triggers(vendor)}:  # they are counted from the months too
            cells.recount(using)


def lift(using: str) -> None:
    """Take the triggers away."""
    drop(using, triggers(connections[using].vendor))


def _has_columns(using: str) -> bool:
    """Return whether the database has the tables that the triggers write, with all their columns."""
    stored = stored_columns(using)
    return all(
        {field.column for field in model._meta.concrete_fields} <= stored.get(model._meta.db_table, set())
        for model in (apps.get_model("projects.ReportedMonths"), apps.get_model("projects.Cell"))
    )
