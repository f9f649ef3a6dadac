"""The number of the data's state: another one after every transaction that changed what an answer may show.

Revisions number the writes that go through the product. This number also counts those that do not (a change by SQL, an
account that was renamed), so whoever keeps answers by it never gives one that a commit has overtaken. It is the time of
the change in microseconds or one more than before, so that a database which was put back from a copy does not begin again
with numbers that were used.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from .triggers import DELETE, INSERT, ROW_EVENTS, TRUNCATE, UPDATE, Trigger

_TABLE = "projects_datastate"
_ACCOUNT = ("username", "first_name", "last_name", "is_active", "is_staff", "is_superuser")  # what answers depend on
_BUMP = {
    "sqlite": (
        f"INSERT INTO {_TABLE} (id, number, written_in) VALUES"  # noqa: S608  our own names
        " (1, CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER), 0) ON CONFLICT (id) DO UPDATE SET"
        f" number = max({_TABLE}.number + 1, excluded.number)"
    ),
    # once a transaction: every further version of the row would have to be stepped over by the next
    "postgresql": (
        f"INSERT INTO {_TABLE} (id, number, written_in) VALUES"  # noqa: S608  our own names
        " (1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, txid_current())"
        f" ON CONFLICT (id) DO UPDATE SET number = greatest({_TABLE}.number + 1, excluded.number),"
        f" written_in = excluded.written_in WHERE {_TABLE}.written_in <> excluded.written_in"
    ),
}


def triggers(vendor: str) -> Iterator[Trigger]:
    """The triggers that count."""
    events = (*ROW_EVENTS, TRUNCATE) if vendor == "postgresql" else ROW_EVENTS
    for model in followed():
        table = model._meta.db_table
        for event in events:
            yield Trigger(f"{table}_counts_{event}", event, table, _BUMP[vendor])
    accounts = get_user_model()._meta.db_table
    for event in (INSERT, UPDATE, DELETE):
        yield Trigger(f"{accounts}_counts_{event}", event, accounts, _BUMP[vendor], columns=_ACCOUNT)


def followed() -> Iterator[type[models.Model]]:
    """The tables that pages and answers are made of. Histories are written together with their records."""
    yield from apps.get_app_config("sectors").get_models()
    for model in apps.get_app_config("projects").get_models():
        names = {field.name for field in model._meta.fields}
        if not hasattr(model, "instance_type") and (hasattr(model, "history") or names & {"revision", "digest"}):
            yield model
