"""Makes and drops the triggers of this package, on either database, and says which are missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections

INSERT, UPDATE, DELETE, TRUNCATE = "insert", "update", "delete", "truncate"
ROW_EVENTS = (INSERT, UPDATE, DELETE)

_SQLITE = "CREATE TRIGGER IF NOT EXISTS {name} AFTER {when} ON {table} BEGIN {body}; END;"
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {body};
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER {name} AFTER {when} ON {table} {referencing} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
# the rows of a statement, under the names by which its trigger reads them
_REFERENCING = {
    INSERT: "REFERENCING NEW TABLE AS new_rows",
    UPDATE: "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    DELETE: "REFERENCING OLD TABLE AS old_rows",
    TRUNCATE: "",
}


@dataclass(frozen=True)
class Trigger:
    """What is done after an event on a table: once a row on SQLite, once a statement on PostgreSQL.

    `columns` limits updates to those that set one of them, where `needs_rows` does not hold: PostgreSQL gives the rows of
    a statement only to triggers without such a list.
    """

    name: str
    event: str
    table: str
    body: str
    columns: tuple[str, ...] = ()
    needs_rows: bool = False

    def sql(self, vendor: str) -> str:
        """The statements that make it."""
        when = self.event.upper()
        if self.columns and self.event == UPDATE and not (vendor == "postgresql" and self.needs_rows):
            when += " OF " + ", ".join(f'"{column}"' for column in self.columns)
        template = _SQLITE if vendor == "sqlite" else _POSTGRESQL
        referencing = _REFERENCING[self.event] if self.needs_rows else ""
        return template.format(name=self.name, when=when, table=self.table, body=self.body, referencing=referencing)


def missing(using: str, triggers: Iterable[Trigger]) -> set[str]:
    """Names of those that the database does not have, of tables that it has."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return {trigger.name for trigger in triggers if trigger.table in tables} - there


def make(using: str, triggers: Iterable[Trigger]) -> None:
    """Make them, or leave them as they are."""
    _each(using, triggers, lambda trigger, vendor: trigger.sql(vendor))


def drop(using: str, triggers: Iterable[Trigger]) -> None:
    """Take them away."""
    _each(
        using,
        triggers,
        lambda trigger, vendor: (
            f"DROP TRIGGER IF EXISTS {trigger.name}" + (f" ON {trigger.table}" if vendor == "postgresql" else "")
        ),
    )


def _each(using: str, triggers: Iterable[Trigger], sql: Any) -> None:
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in triggers:
            if trigger.table in tables:
                # no parameters, so that percent signs and question marks are nobody's placeholders
                cursor.execute(sql(trigger, connection.vendor))
