"""Views of the past: for each table of the register, the history of it that holds at a revision, under its own name.

A history row says from which revision to which it held, so a view is one comparison, which the planner of either database
folds into the query.
"""

from __future__ import annotations

import re
from functools import cache

from django.apps import apps
from django.db import models

from projects.database.installation import HELD

NAMES = frozenset({"name_zh", "name_en", "publisher_zh", "publisher_en"})  # shown as they are today
_NAMED_AS_THEN = {"projects.Project", "projects.Enterprise", "projects.Milestone"}  # but for theirs
_REFERENCE = {"sectors.Sector", "sectors.ChainLink", "sectors.Direction", "projects.Prefecture", "projects.Programme"}
TABLE = re.compile(r'"(\w+)"')  # a name in a statement


@cache
def views_of_tables(vendor: str, names: frozenset[str]) -> dict[str, str]:
    """For each table of the register, the head of a common table expression that takes its name, for some `revision`."""
    # a view that has the name of a table sees the table itself: SQLite has to be told so, PostgreSQL takes it that way
    schema = "main." if vendor == "sqlite" else ""
    views = {}
    for model in apps.get_models():
        history = _history_of(model)
        if history is not None:
            views[model._meta.db_table] = _view_of_records(model, history, schema, vendor, names)
            views[history._meta.db_table] = _view_of_rows(history, "revision_id", schema)
    events = dict.fromkeys(("ReportEvent", "ProposalEvent", "Overruling"), "revision_id")
    for label, column in {**events, "Revision": "number"}.items():
        model = apps.get_model("projects", label)
        views[model._meta.db_table] = _view_of_rows(model, column, schema)
    return views


def _history_of(model: type[models.Model]) -> type[models.Model] | None:
    """The history of a model whose past is looked at; None for those that are always of today."""
    if model._meta.label in ("projects.Grant",):
        return None
    history = getattr(model, "history", None)
    return history.model if history is not None and hasattr(history, "model") else None


def _view_of_records(
    model: type[models.Model], history: type[models.Model], schema: str, vendor: str, names: frozenset[str]
) -> str:
    table, key = model._meta.db_table, model._meta.pk.column
    columns = []
    for field in model._meta.concrete_fields:
        column = f'h."{field.column}"'
        if field.name in names and model._meta.label not in _NAMED_AS_THEN:
            now = f'SELECT n."{field.column}" FROM {schema}"{table}" n WHERE n."{key}" = h."{key}"'  # nosec B608 # our own names
            column = f'COALESCE(({now}), {column}) AS "{field.column}"'
        columns.append(column)
    # the few rows of reference data are looked up for each row of the register, so they are laid out once
    materialized = "MATERIALIZED" if model._meta.label in _REFERENCE else "NOT MATERIALIZED"
    return (
        f'"{table}" AS {materialized} (SELECT {", ".join(columns)} FROM {schema}"{history._meta.db_table}" h'  # nosec B608 # our own names
        f" WHERE {HELD[vendor]} AND h.\"history_type\" <> '-')"
    )


def _view_of_rows(model: type[models.Model], column: str, schema: str) -> str:
    columns = ", ".join(f'h."{field.column}"' for field in model._meta.concrete_fields)
    table = model._meta.db_table
    return (
        f'"{table}" AS NOT MATERIALIZED (SELECT {columns} FROM {schema}"{table}" h WHERE h."{column}" <= {{revision}})'  # nosec B608 # our own names
    )
