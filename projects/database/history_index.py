"""Index of the history: from which revision to which a row held, the condition of a past state and what makes it quick.

On SQLite it is two comparisons and an index of each history (`models.revision.History`). PostgreSQL would guess that two
columns which go together leave several times as many rows as they do, and choose its plans by that; of a range it has
statistics, and an index that finds the rows of one moment. The index is made after every `migrate`, since a migration is for
both databases.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connections, models

_RANGE = "int8range({alias}revision_id, {alias}superseded_by)"
HELD = {
    "sqlite": "h.revision_id <= {revision} AND h.superseded_by > {revision}",
    "postgresql": _RANGE.format(alias="h.") + " @> {revision}::bigint",
}


def histories() -> Iterator[type[models.Model]]:
    """Every model whose rows are the history of another."""
    for model in apps.get_app_config("projects").get_models():
        if hasattr(model, "instance_type"):
            yield model


def lacking(using: str) -> Iterator[tuple[str, str]]:
    """The name and the table of each index that PostgreSQL does not have. Asked first, since to make an index it locks the
    table, even if the index is there.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
        there = {name for (name,) in cursor.fetchall()}
    for model in histories():
        table = model._meta.db_table
        if table in tables and f"{table}_span" not in there:
            yield f"{table}_span", table


def install(using: str) -> None:
    """Make the indexes of PostgreSQL, or leave them as they are."""
    for name, table in lacking(using):
        with connections[using].cursor() as cursor:
            cursor.execute(f"CREATE INDEX {name} ON {table} USING gist ({_RANGE.format(alias='')})")
