"""Constraint triggers: rules over two tables or a pattern, and what may not change once it is written.

The log is append-only: of history rows nothing can be changed but what a later revision says of them (`ALTERABLE`), of
revisions, their seals and the events of reports nothing at all, and none can be deleted, by whatever program. Who owns the
database can take a trigger away; `manage.py verify_history` then finds what was done.

They are installed after every `migrate`, not inside a migration: on SQLite Django changes a table by making it anew,
which drops its triggers without a word, and cannot do so while a trigger of another table names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connections, transaction

from .stored_columns import stored_columns

_SQLITE = """
CREATE TRIGGER {name}_{event} BEFORE {when} ON {table}
WHEN {broken}
BEGIN SELECT RAISE(ABORT, '{name}'); END;
"""

_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {broken} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{name}'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER {name}_{event} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}_{event}();
"""

_LINK_OF_OTHER_SECTOR = (
    "NEW.chain_link_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sectors_chainlink"
    " WHERE id = NEW.chain_link_id AND sector_id = NEW.sector_id)"
)
_LINK_LEAVES_ITS_PROJECTS = (
    "EXISTS (SELECT 1 FROM projects_project WHERE chain_link_id = NEW.id AND sector_id <> NEW.sector_id)"
)
# one spelling for each code, so that its uniqueness means something; see models.fields.CodeField
_CODE_NOT_NORMAL = {
    "sqlite": "NEW.code GLOB '*[^0-9A-Z\u4e00-\u9fff._-]*'",
    "postgresql": "NEW.code ~ '[^0-9A-Z\u4e00-\u9fff._-]'",
}
_NATIONAL_CODE = [4, 6, 2, 2, 6]  # digits between hyphens
_NATIONAL_CODE_NOT_NORMAL = {
    "sqlite": f"NEW.national_code NOT GLOB '{'-'.join('[0-9]' * digits for digits in _NATIONAL_CODE)}'",
    "postgresql": f"NEW.national_code !~ '^{'-'.join(f'[0-9]{{{digits}}}' for digits in _NATIONAL_CODE)}$'",
}
# an adopted claim says what the project's figure is; see models.attribution.Claimed
_MATCHES = (
    "({claim}.figure = 'total_investment' AND {project}.total_investment = {claim}.amount)"
    " OR ({claim}.figure = 'expected_revenue' AND {project}.expected_revenue = {claim}.amount)"
    " OR ({claim}.figure = 'start' AND {start} = {claim}.stated)"
    " OR ({claim}.figure = 'finish' AND {finish} = {claim}.stated)"
)
_DATE_TEXT = {
    "sqlite": "CASE {0}_precision WHEN 'year' THEN substr({0}, 1, 4) WHEN 'month' THEN substr({0}, 1, 7)"
    " WHEN 'quarter' THEN substr({0}, 1, 4) || '-Q' || ((CAST(substr({0}, 6, 2) AS INTEGER) + 2) / 3)"
    " ELSE {0} END",
    "postgresql": "CASE {0}_precision WHEN 'year' THEN to_char({0}, 'YYYY') WHEN 'month' THEN to_char({0}, 'YYYY-MM')"
    " WHEN 'quarter' THEN to_char({0}, 'YYYY-\"Q\"Q') ELSE to_char({0}, 'YYYY-MM-DD') END",
}


def _matches(vendor: str, *, claim: str, project: str) -> str:
    dates = {name: _DATE_TEXT[vendor].format(f"{project}.{name}") for name in ("start", "finish")}
    return _MATCHES.format(claim=claim, project=project, **dates)


_ADOPTED_SAYS_OTHERWISE = {
    vendor: "NEW.adopted AND NOT EXISTS (SELECT 1 FROM projects_project p WHERE p.id = NEW.project_id"  # nosec B608 # constants
    f" AND ({_matches(vendor, claim='NEW', project='p')}))"
    for vendor in _DATE_TEXT
}
_FIGURE_LEAVES_ITS_CLAIM = {
    vendor: "EXISTS (SELECT 1 FROM projects_claim c WHERE c.project_id = NEW.id AND c.adopted"  # nosec B608 # constants
    f" AND NOT COALESCE({_matches(vendor, claim='c', project='NEW')}, FALSE))"
    for vendor in _DATE_TEXT
}
GUARDS: list[tuple[str, str, str, str, str | dict[str, str]]] = [
    ("project_code_is_in_normal_form", "insert", "INSERT", "projects_project", _CODE_NOT_NORMAL),
    ("project_code_is_in_normal_form", "update", "UPDATE OF code", "projects_project", _CODE_NOT_NORMAL),
    ("project_national_code_is_in_normal_form", "insert", "INSERT", "projects_project", _NATIONAL_CODE_NOT_NORMAL),
    (
        "project_national_code_is_in_normal_form",
        "update",
        "UPDATE OF national_code",
        "projects_project",
        _NATIONAL_CODE_NOT_NORMAL,
    ),
    ("project_chain_link_belongs_to_sector", "insert", "INSERT", "projects_project", _LINK_OF_OTHER_SECTOR),
    (
        "project_chain_link_belongs_to_sector",
        "update",
        "UPDATE OF chain_link_id, sector_id",
        "projects_project",
        _LINK_OF_OTHER_SECTOR,
    ),
    (
        "chain_link_keeps_sector_of_its_projects",
        "update",
        "UPDATE OF sector_id",
        "sectors_chainlink",
        _LINK_LEAVES_ITS_PROJECTS,
    ),
    ("claim_adopted_is_the_figure", "insert", "INSERT", "projects_claim", _ADOPTED_SAYS_OTHERWISE),
    (
        "claim_adopted_is_the_figure",
        "update",
        "UPDATE OF adopted, figure, amount, stated, project_id",
        "projects_claim",
        _ADOPTED_SAYS_OTHERWISE,
    ),
    (
        "project_figure_is_its_adopted_claim",
        "update",
        "UPDATE OF total_investment, expected_revenue, start, start_precision, finish, finish_precision",
        "projects_project",
        _FIGURE_LEAVES_ITS_CLAIM,
    ),
]
APPEND_ONLY = "is_append_only"
ALTERABLE = frozenset({"superseded_by", "superseded_by_id"})  # columns that a later revision sets: in no digest either
_WRITTEN_ONCE = ("Revision", "Seal")  # besides everything that belongs to a revision


def guards_of_the_log(vendor: str) -> Iterator[tuple[str, str, str, str, str | dict[str, str]]]:
    """The append-only tables, from the models: no row is deleted, no column changed but those of `ALTERABLE`."""
    for model in apps.get_app_config("projects").get_models():
        columns = {field.name: field.column for field in model._meta.concrete_fields}
        if model.__name__ not in _WRITTEN_ONCE and "revision" not in columns:
            continue
        table, name = model._meta.db_table, f"{model._meta.db_table}_{APPEND_ONLY}"
        unalterable = ", ".join(f'"{column}"' for field, column in columns.items() if field not in ALTERABLE)
        yield name, "update", f"UPDATE OF {unalterable}", table, "TRUE"
        yield name, "delete", "DELETE", table, "TRUE"
        if vendor == "postgresql":
            yield name, "truncate", "TRUNCATE", table, "TRUE"


def remove(using: str, plan: Sequence[Any] = (), **_kwargs: Any) -> None:
    """Signal receiver of `pre_migrate`: take SQLite's triggers away while migrations may make tables anew."""
    if plan and connections[using].vendor == "sqlite":
        lift(using)


def lift(using: str) -> None:
    """Take all triggers away."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for name, event, _when, table, _broken in [*GUARDS, *guards_of_the_log(connection.vendor)]:
            if table in tables:
                cursor.execute(_dropped(f"{name}_{event}", table, connection.vendor))


def _dropped(trigger: str, table: str, vendor: str) -> str:
    return f"DROP TRIGGER IF EXISTS {trigger}" + (f" ON {table}" if vendor == "postgresql" else "")


@contextmanager
def lifted(using: str) -> Iterator[None]:
    """Without the triggers: for a migration that seals again, for emptying a test database, and for tests of intruders."""
    lift(using)
    try:
        yield
    finally:
        install(using)


def _columns_named(when: str, broken: str) -> set[str]:
    _event, _of, named = when.partition(" OF ")
    return {*re.findall(r"\w+", named), *re.findall(r"\bNEW\.(\w+)", broken)}


def install(using: str, **_kwargs: Any) -> None:
    """Signal receiver of `post_migrate`: make the triggers, in the place of those that have their names.

    An earlier state, to which somebody migrated back, may lack a table or a column of one.
    """
    connection = connections[using]
    template = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[connection.vendor]
    guards = [*GUARDS, *guards_of_the_log(connection.vendor)]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        columns = stored_columns(using)
        for name, event, when, table, broken in guards:
            broken = broken if isinstance(broken, str) else broken[connection.vendor]
            if table in columns and _columns_named(when, broken) <= columns[table]:
                if connection.vendor == "sqlite":  # which cannot replace one
                    cursor.execute(_dropped(f"{name}_{event}", table, connection.vendor))
                each = "STATEMENT" if event == "truncate" else "ROW"
                values = {"name": name, "event": event, "when": when, "table": table, "broken": broken, "each": each}
                cursor.execute(template.format(**values))
