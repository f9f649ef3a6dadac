"""Installation: what a database has besides its tables, made after every `migrate`, and a check that says what it lacks.

A dump that was restored in part, or whoever owns the database, may have left some of it out: then rules go unguarded and
responses stay cached, without a word. `manage.py check --database default` says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import connections, models
from django.db.migrations.executor import MigrationExecutor

from . import guards, state

OF_ROLLUPS = r"\w+_(sums|adds|tells|frame)_(insert|update|delete|truncate)"  # which kept sums until there were none
_RANGE = "int8range({alias}revision_id, {alias}superseded_by)"
# whether a history row `h` held at a revision. On SQLite it is two comparisons and an index of each history
# (`models.revision.History`). PostgreSQL would guess that two columns which go together leave several times as many rows as
# they do; of a range it has statistics, and an index that finds the rows of one moment, made here
HELD = {
    "sqlite": "h.revision_id <= {revision} AND h.superseded_by > {revision}",
    "postgresql": _RANGE.format(alias="h.") + " @> {revision}::bigint",
}


def install(using: str, **_kwargs: Any) -> None:
    """Signal receiver of `post_migrate`: make what is not as it should be."""
    guards.install(using)
    state.install(using)
    for name, table in find_missing_indexes(using):
        with connections[using].cursor() as cursor:
            cursor.execute(f"CREATE INDEX {name} ON {table} USING gist ({_RANGE.format(alias='')})")


def remove(using: str, plan: Sequence[Any] = (), **_kwargs: Any) -> None:
    """Signal receiver of `pre_migrate`: take SQLite's triggers away while migrations may make tables anew."""
    if plan and connections[using].vendor == "sqlite":
        guards.remove(using)
        state.remove(using)
        guards.drop_named(using, OF_ROLLUPS)


def get_history_models() -> list[type[models.Model]]:
    """Return every model whose rows are the history of another."""
    return [model for model in apps.get_app_config("projects").get_models() if hasattr(model, "instance_type")]


def find_missing_indexes(using: str) -> list[tuple[str, str]]:
    """Return name and table of each index that PostgreSQL lacks. CREATE INDEX IF NOT EXISTS would lock the table."""
    if connections[using].vendor != "postgresql":
        return []
    tables = guards.get_columns(using)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
        stored = {name for (name,) in cursor.fetchall()}
    histories = [model._meta.db_table for model in get_history_models()]
    return [(f"{table}_span", table) for table in histories if table in tables and f"{table}_span" not in stored]


def find_missing(using: str) -> Iterator[str]:
    """Yield the names of triggers and indexes that the database does not have as it should."""
    vendor = connections[using].vendor
    for trigger in guards.find_outdated(using, [*guards.get_guards(vendor), *state.get_triggers(vendor)]):
        yield f"the trigger {trigger.name} of {trigger.table}"
    for name, table in find_missing_indexes(using):
        yield f"the index {name} of {table}"


@checks.register(checks.Tags.database)
def check_installation(
    app_configs: Any, databases: Collection[str] | None, **_kwargs: Any
) -> list[checks.CheckMessage]:
    """Warn of every guard, other trigger and index that is missing, once the migrations are applied."""
    return [
        checks.Warning(
            f"The database {alias} lacks {name}, or has it otherwise.",
            hint="manage.py migrate makes it; then ask verify_history what was written without it.",
            id="projects.W001",
        )
        for alias in databases or ()
        if not _has_open_migrations(alias)
        for name in find_missing(alias)
    ]


def _has_open_migrations(using: str) -> bool:
    executor = MigrationExecutor(connections[using])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
