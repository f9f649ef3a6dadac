"""The number of the data's state: another one after every transaction that changed what an answer may show.

Revisions number the writes that go through the product. This number also counts those that do not (a change by SQL, an
account that was renamed), so whoever keeps answers by it never gives one that a commit has overtaken. It is the time of
the change in microseconds or one more than before, so that a database which was put back from a copy does not begin again
with numbers that were used.

Each table of records also has the number of the state in which it was changed last. Whoever knows which tables an answer is
read from (`projects.exports.last_change`) can say that it is the same as before.

Who asks is told by tokens, sessions and accounts. These have a number of their own, in a row of its own: signing in waits
for nobody who writes the register, and changes no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections, models, transaction

from ..stored_columns import stored_columns
from ..triggers import ROW_EVENTS, TRUNCATE, Trigger

_TABLE, _TABLES, _READERS = "projects_datastate", "projects_tablestate", "projects_readerstate"
# what is written day by day; the rest is the frame that records are read by, which stays as it is for long
_RECORDS = {
    "project",
    "entry",
    "monthlyreport",
    "reportevent",
    "claim",
    "milestone",
    "problem",
    "note",
    "rating",
    "proposal",
    "proposalevent",
    "revision",
    "seal",
}
_ACCOUNT = ("username", "first_name", "last_name", "is_active", "is_staff", "is_superuser")  # what answers depend on
READERS_ACCOUNT = (*_ACCOUNT, "password")  # what a reader is known by, since another password ends all sessions
# what a token is and may; when it was used is no change of it
_TOKEN = ("digest", "user_id", "expiry", "scope", "label", "prefectures", "addresses", "revoked_at")
# the present moment, the transaction that is under way, and how the larger of two numbers is asked for
_OF_MONTHS = {"projects_entry", "projects_monthlyreport"}  # which say which lists have projects, which months count
_SQL = {
    "sqlite": ("CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)", "0", "max"),
    "postgresql": ("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", "txid_current()", "greatest"),
}


def _counted(vendor: str, *, frame: bool) -> str:
    """The statement that gives the state another number, and the frame the same one if it has changed."""
    now, transaction, largest = _SQL[vendor]
    number, again = f"{largest}({_TABLE}.number + 1, excluded.number)", ""
    if vendor == "postgresql":
        # once a transaction: every further version of the row would have to be stepped over by the next
        in_another = f"{_TABLE}.written_in <> excluded.written_in"
        again = f" WHERE {in_another}"
        if frame:
            number = f"CASE WHEN {in_another} THEN {number} ELSE {_TABLE}.number END"
            again += f" OR {_TABLE}.frame <> {_TABLE}.number"
    sets = f"number = {number}, written_in = excluded.written_in{f', frame = {number}' if frame else ''}"
    return (
        f"INSERT INTO {_TABLE} (id, number, written_in, frame) VALUES (1, {now}, {transaction}, {now})"  # nosec B608 # our own names
        f" ON CONFLICT (id) DO UPDATE SET {sets}{again}"
    )


def _counted_for(tables: Iterable[str]) -> str:
    """The statement that gives tables the number of the state as theirs."""
    names = " UNION ALL ".join(f"SELECT '{table}' AS name" for table in tables)
    return (
        f"INSERT INTO {_TABLES} (name, number) SELECT t.name, s.number FROM ({names}) t, {_TABLE} s WHERE true"  # nosec B608 # our own names
        f" ON CONFLICT (name) DO UPDATE SET number = excluded.number WHERE {_TABLES}.number <> excluded.number"
    )


def _readers_counted(vendor: str) -> str:
    """The statement that gives the readers another number."""
    now, _transaction, largest = _SQL[vendor]
    return (
        f"INSERT INTO {_READERS} (id, number) VALUES (1, {now})"  # nosec B608 # our own names
        f" ON CONFLICT (id) DO UPDATE SET number = {largest}({_READERS}.number + 1, excluded.number)"
    )


def triggers(vendor: str) -> Iterator[Trigger]:
    """The triggers that count."""
    events = (*ROW_EVENTS, TRUNCATE) if vendor == "postgresql" else ROW_EVENTS
    of_records = record_tables()
    for model in followed():
        table = model._meta.db_table
        counted = _counted(vendor, frame=table not in of_records or table in _OF_MONTHS)
        if table in of_records:
            counted = f"{counted};\n  {_counted_for([table])}"
        for event in events:
            yield Trigger(f"{table}_counts_{event}", event, table, counted)
    counted = _counted(vendor, frame=True)
    accounts = get_user_model()._meta.db_table
    for event in ROW_EVENTS:
        yield Trigger(f"{accounts}_counts_{event}", event, accounts, counted, columns=_ACCOUNT)
    # of an account after the state above, as PostgreSQL goes by the names: all writers take the two rows in this order
    readers = {
        get_user_model(): READERS_ACCOUNT,
        apps.get_model(settings.KNOX_TOKEN_MODEL): _TOKEN,
        apps.get_model("sessions.Session"): (),
    }
    for model, columns in readers.items():
        table, key = model._meta.db_table, str(model._meta.pk.column)
        for event in events:
            name = f"{table}_readers_{event}"
            yield Trigger(name, event, table, _readers_counted(vendor), columns=columns, key=key)


def keep_writers_waiting(cursor: Any) -> None:
    """Until the end of the transaction: takes what every writer asks for first. SQLite has one writer anyway."""
    if cursor.db.vendor == "postgresql":
        cursor.execute(f"SELECT 1 FROM {_TABLE} FOR UPDATE")  # nosec B608 # our own names


def can_count(using: str) -> bool:
    """Whether the database has the tables that the triggers write."""
    return {_TABLE, _TABLES, _READERS} <= stored_columns(using).keys()


def unknown(using: str) -> set[str]:
    """The tables of records that have no number yet."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT name FROM {_TABLES}")  # nosec B608 # our own names
        return record_tables() - {name for (name,) in cursor.fetchall()}


def count_all(using: str) -> None:
    """Say of every table that it was changed just now: nobody saw what happened while there was no trigger."""
    vendor = connections[using].vendor
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(_counted(vendor, frame=True))
        cursor.execute(_counted_for(sorted(record_tables())))
        cursor.execute(_readers_counted(vendor))


def forget_readers(using: str) -> None:
    """Leave no number by which somebody could be remembered who is not the same any more."""
    if _READERS in connections[using].introspection.table_names():
        with connections[using].cursor() as cursor:
            cursor.execute(f"DELETE FROM {_READERS}")  # nosec B608 # our own names


def record_tables() -> set[str]:
    """The tables that are written day by day: those of which each has a number of its own."""
    return {model._meta.db_table for model in followed() if model._meta.model_name in _RECORDS}


def followed() -> Iterator[type[models.Model]]:
    """The tables that pages and answers are made of. Histories are written together with their records."""
    yield from apps.get_app_config("sectors").get_models()
    for model in apps.get_app_config("projects").get_models():
        names = {field.name for field in model._meta.fields}
        if not hasattr(model, "instance_type") and (hasattr(model, "history") or names & {"revision", "digest"}):
            yield model
