"""State numbers: one of the data, one of permission, raised by triggers on every table that responses are built from.

The same request of the same user has the same response as long as both numbers and the day are the same. A number is the
time of the last change in microseconds, or the old value plus one if that is greater, so a restored backup reuses none.
Permission has a row of its own, so that a changed password or a new token does not wait for a writer of the register.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections, transaction

from . import get_read_alias
from .guards import ROW_EVENTS, TRUNCATE, UPDATE, Trigger, drop, find_outdated, make

DATA, PERMISSION = "data", "permission"
_TABLE = "projects_statenumber"
# models without influence on a response that has an ETag or is cached. Rows of `…history` come with those of their records.
_IGNORED = {
    "statenumber", "queuecheck", "answeredcall", "job", "plausibilitytally", "remindersent",
    "reportdraft", "sheetpreference", "webhook", "webhookdelivery", "importedfile", "importedcell", "rememberedmapping",
}  # fmt: skip
_IGNORED_COLUMNS = {"last_login", "last_used", "refused_at", "refused_from"}  # of accounts and tokens
# the present time, the transaction under way, and the name of the function that returns the greater of two numbers
_SQL = {
    "sqlite": ("CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)", "0", "max"),
    "postgresql": ("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", "txid_current()", "greatest"),
}
_SQLITE = "CREATE TRIGGER {name} AFTER {when} ON {table} {condition} BEGIN {body}; END"
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER {name} AFTER {when} ON {table} FOR EACH {level} {condition} EXECUTE FUNCTION {name}();
"""
_READ = (
    f"SELECT d.number, p.number FROM {_TABLE} d, {_TABLE} p"  # nosec B608 # our own names
    f" WHERE d.name = '{DATA}' AND p.name = '{PERMISSION}'"
)


def get_state_numbers(using: str | None = None) -> tuple[int, int] | None:
    """Return the numbers of data and permission on the database that is read; None if one is missing. One query."""
    with connections[using or get_read_alias()].cursor() as cursor:
        cursor.execute(_READ)
        row: tuple[int, int] | None = cursor.fetchone()
    return row


def get_tables() -> dict[str, str]:
    """Return which number each table raises, by the name of the table."""
    models = [model for model in apps.get_models() if model._meta.app_label in ("projects", "sectors")]
    data = [model for model in models if model._meta.model_name not in _IGNORED and not hasattr(model, "instance_type")]
    permission = [apps.get_model("projects.Grant"), get_user_model(), apps.get_model(settings.KNOX_TOKEN_MODEL)]
    return {model._meta.db_table: DATA for model in data} | {model._meta.db_table: PERMISSION for model in permission}


def get_triggers(vendor: str) -> Iterator[Trigger]:
    """Yield the triggers that raise the numbers: on PostgreSQL once a statement, or once a row where columns are ignored."""
    models = {model._meta.db_table: model for model in apps.get_models()}
    for table, number in get_tables().items():
        columns = [str(field.column) for field in models[table]._meta.concrete_fields]
        followed = [column for column in columns if column not in _IGNORED_COLUMNS]
        for event in (*ROW_EVENTS, TRUNCATE) if vendor == "postgresql" else ROW_EVENTS:
            condition = ""
            if event == UPDATE and len(followed) < len(columns):
                differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
                condition = f"WHEN ({' OR '.join(f'OLD.{column} {differs} NEW.{column}' for column in followed)})"
            name = f"{table}_raises_{event}"
            sql = (_SQLITE if vendor == "sqlite" else _POSTGRESQL).format(
                name=name,
                when=event.upper(),
                table=table,
                level="ROW" if condition else "STATEMENT",
                condition=condition,
                body=_raise_number(vendor, number),
            )
            yield Trigger(name, table, sql)


def _raise_number(vendor: str, name: str) -> str:
    """Return the statement that raises a number."""
    now, transaction_id, greater = _SQL[vendor]
    # once in a transaction: PostgreSQL would step over each version of the row to find the last one
    once = f" WHERE {_TABLE}.written_in <> excluded.written_in" if vendor == "postgresql" else ""
    return (
        f"INSERT INTO {_TABLE} (name, number, written_in) VALUES ('{name}', {now}, {transaction_id})"  # nosec B608 # our own names
        f" ON CONFLICT (name) DO UPDATE SET number = {greater}({_TABLE}.number + 1, excluded.number),"
        f" written_in = excluded.written_in{once}"
    )


def install(using: str) -> None:
    """Make the triggers; raise both numbers if some were missing, because nobody knows what changed without them."""
    if _TABLE not in connections[using].introspection.table_names():
        remove(using)  # migrated back to a time before there was the table
        return
    vendor = connections[using].vendor
    missing = find_outdated(using, get_triggers(vendor))
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        make(using, missing)
        for name in (DATA, PERMISSION) if missing else ():
            cursor.execute(_raise_number(vendor, name))


def remove(using: str) -> None:
    """Drop the triggers and forget the numbers: without triggers no response may be taken for the present one."""
    drop(using, get_triggers(connections[using].vendor))
    if _TABLE in connections[using].introspection.table_names():
        with connections[using].cursor() as cursor:
            cursor.execute(f"DELETE FROM {_TABLE}")  # nosec B608 # our own names
