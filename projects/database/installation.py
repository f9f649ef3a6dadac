"""Installation: what a database has besides its tables, made after every `migrate`, and a check that says what it lacks.

A dump that was restored in part, or whoever owns the database, may have left some of it out: then rules go unguarded and
sums are not kept, without a word. `manage.py check --database default` says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.core import checks
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from . import constraint_triggers, history_index, state
from .triggers import Triggered, drop_named, outdated

OF_ROLLUPS = r"\w+_(sums|adds|tells|frame)_(insert|update|delete|truncate)"  # which kept sums until there were none


def install(using: str, **_kwargs: Any) -> None:
    """Signal receiver of `post_migrate`: make what is not as it should be."""
    constraint_triggers.install(using)
    state.install(using)
    history_index.install(using)


def remove(using: str, plan: Sequence[Any] = (), **_kwargs: Any) -> None:
    """Signal receiver of `pre_migrate`: take SQLite's triggers away while migrations may make tables anew."""
    if plan and connections[using].vendor == "sqlite":
        constraint_triggers.lift(using)
        state.remove(using)
        drop_named(using, OF_ROLLUPS)


@checks.register(checks.Tags.database)
def nothing_is_left_out(
    app_configs: Any, databases: Collection[str] | None, **_kwargs: Any
) -> list[checks.CheckMessage]:
    """Every guard, every other trigger and every index of the history is there, once the migrations are."""
    return [
        checks.Warning(
            f"The database {alias} lacks {name}, or has it otherwise.",
            hint="manage.py migrate makes it; then ask verify_history what was written without it.",
            id="projects.W001",
        )
        for alias in databases or ()
        if not _waits_for_migrations(alias)
        for name in lacking(alias)
    ]


def lacking(using: str) -> Iterator[str]:
    """The names of what the database does not have as it should be."""
    vendor = connections[using].vendor
    triggers: list[Triggered] = [
        *constraint_triggers.guards(vendor),
        *state.triggers(vendor),
    ]
    for trigger in outdated(using, triggers):
        yield f"the trigger {trigger.name} of {trigger.table}"
    for name, table in history_index.lacking(using):
        yield f"the index {name} of {table}"


def _waits_for_migrations(using: str) -> bool:
    executor = MigrationExecutor(connections[using])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
