"""Triggers of either database: making and dropping them, and which are not what they should be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.db import connections, transaction

INSERT, UPDATE, DELETE, TRUNCATE = "insert", "update", "delete", "truncate"
ROW_EVENTS = (INSERT, UPDATE, DELETE)

_SQLITE = "CREATE TRIGGER {name} AFTER {when} ON {table} {condition} BEGIN {body}; END"
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {condition}
  {body};
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER {name} AFTER {when} ON {table} {referencing} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
_POSTGRESQL_ROW = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {body};
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER {name} AFTER {when} ON {table} FOR EACH ROW {condition} EXECUTE FUNCTION {name}();
"""
# the rows of a statement, under the names by which its trigger reads them
_REFERENCING = {
    INSERT: "REFERENCING NEW TABLE AS new_rows",
    UPDATE: "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    DELETE: "REFERENCING OLD TABLE AS old_rows",
    TRUNCATE: "",
}


class Triggered(Protocol):
    """A trigger of some kind."""

    @property
    def name(self) -> str: ...
    @property
    def table(self) -> str: ...
    def sql(self, vendor: str) -> str:
        """The statements that make it."""


AnyTrigger = TypeVar("AnyTrigger", bound=Triggered)


@dataclass(frozen=True)
class Trigger:
    """What is done after an event on a table: once a row on SQLite, once a statement on PostgreSQL or, `by_row`, once a row.

    An update is followed only if it changes one of `columns`, where any are named, and none of `unless`; its rows are told
    from each other by `key`. `needs_rows`: the body reads them. `where` says of one `by_row` which rows are followed; a
    column of the row is written `{row}.column`.
    """

    name: str
    event: str
    table: str
    body: str
    columns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    key: str = "id"
    needs_rows: bool = False
    by_row: bool = False
    where: str = ""

    def sql(self, vendor: str) -> str:
        """The statements that make it."""
        template = _SQLITE if vendor == "sqlite" else _POSTGRESQL_ROW if self.by_row else _POSTGRESQL
        follows_rows = self.needs_rows or (self.event == UPDATE and self.columns)
        return template.format(
            name=self.name,
            when=self.event.upper(),
            table=self.table,
            body=self.body,
            condition=self._row_condition(vendor) if self.by_row else self._condition(vendor),
            referencing=_REFERENCING[self.event] if follows_rows else "",
        )

    def _row_condition(self, vendor: str) -> str:
        conditions = [self.where.format(row="OLD" if self.event == DELETE else "NEW")] if self.where else []
        if self.event == UPDATE:
            differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
            changed = (f"(OLD.{column}) {differs} (NEW.{column})" for column in self.columns)
            conditions.append(f"({' OR '.join(changed)})")
        return f"WHEN ({' AND '.join(conditions)})" if conditions else ""

    def _condition(self, vendor: str) -> str:
        if self.event != UPDATE or not self.columns:
            return ""
        condition = differs(vendor, self.columns, self.key)
        if self.unless:
            condition = f"({condition}) AND NOT ({differs(vendor, self.unless, self.key)})"
        return f"WHEN {condition}" if vendor == "sqlite" else f"IF NOT ({condition}) THEN RETURN NULL; END IF;"


def differs(vendor: str, columns: Iterable[str], key: str = "id") -> str:
    """Whether an update changed one of the columns, or what is said of one such as `month IS NULL`, in any of its rows."""
    if vendor == "sqlite":
        return " OR ".join(f"(OLD.{column}) IS NOT (NEW.{column})" for column in (key, *columns))
    same = " AND ".join(f"(o.{column}) IS NOT DISTINCT FROM (n.{column})" for column in columns)
    unchanged = f"SELECT 1 FROM old_rows o WHERE o.{key} = n.{key} AND {same}"  # nosec B608 # our own names
    return f"EXISTS (SELECT 1 FROM new_rows n WHERE NOT EXISTS ({unchanged}))"  # nosec B608 # our own names


def outdated(using: str, triggers: Iterable[AnyTrigger]) -> list[AnyTrigger]:
    """Those that the database does not have, does not run or has with another text, of tables that it has."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, obj_description(oid, 'pg_trigger') FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = dict(cursor.fetchall())
    own = [trigger for trigger in triggers if trigger.table in tables]
    return [trigger for trigger in own if there.get(trigger.name) != _known_by(trigger, connection.vendor)]


def _known_by(trigger: Triggered, vendor: str) -> str:
    """What tells the text of a trigger from another: SQLite keeps it as it came, PostgreSQL a comment."""
    text = trigger.sql(vendor)
    return text if vendor == "sqlite" else hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def make(using: str, triggers: Iterable[Triggered]) -> None:
    """Make them, in the place of those that have their names."""

    def statements(trigger: Triggered, vendor: str) -> list[str]:
        if vendor == "sqlite":
            return [_dropped(trigger, vendor), trigger.sql(vendor)]
        comment = f"COMMENT ON TRIGGER {trigger.name} ON {trigger.table} IS '{_known_by(trigger, vendor)}'"
        return [trigger.sql(vendor) + comment]

    _each(using, triggers, statements)


def drop(using: str, triggers: Iterable[Triggered]) -> None:
    """Take them away."""
    _each(using, triggers, lambda trigger, vendor: [_dropped(trigger, vendor)])


def drop_named(using: str, pattern: str) -> None:
    """Drop the triggers whose whole name matches a regular expression, with their functions: those of an older version."""
    connection = connections[using]
    query = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(query)
        for name, table in cursor.fetchall():
            if re.fullmatch(pattern, name):
                cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
                if connection.vendor == "postgresql":
                    cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def _dropped(trigger: Triggered, vendor: str) -> str:
    return f"DROP TRIGGER IF EXISTS {trigger.name}" + (f" ON {trigger.table}" if vendor == "postgresql" else "")


def _each(using: str, triggers: Iterable[Triggered], statements: Callable[[Triggered, str], list[str]]) -> None:
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for trigger in triggers:
            if trigger.table in tables:
                for statement in statements(trigger, connection.vendor):
                    # no parameters, so that percent signs and question marks are nobody's placeholders
                    cursor.execute(statement)
