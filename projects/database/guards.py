"""Guards: triggers that refuse what no constraint of one table can, and changes of what is written once.

The log is append-only: of history rows nothing can be changed but what a later revision says of them (`ALTERABLE`), of
revisions, their seals and the events of reports nothing at all, and none can be deleted, by whatever program. Who owns the
database can take a trigger away; `manage.py verify_history` then finds what was done.

Triggers are made after every `migrate` (`installation.py`), not inside a migration: on SQLite Django changes a table by
making it anew, which drops its triggers without a word, and cannot do so while a trigger of another table names it.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps
from django.db import connections, transaction

INSERT, UPDATE, DELETE, TRUNCATE = "insert", "update", "delete", "truncate"
ROW_EVENTS = (INSERT, UPDATE, DELETE)

_SQLITE = "CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {broken} BEGIN SELECT RAISE(ABORT, '{rule}'); END"
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {broken} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{rule}'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {level} EXECUTE FUNCTION {name}();
"""
_COLUMNS = {
    "sqlite": "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table'",
    "postgresql": "SELECT t.relname, c.attname FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid"
    " WHERE t.relkind IN ('r', 'p') AND pg_table_is_visible(t.oid) AND c.attnum > 0 AND NOT c.attisdropped",
}
_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text, CASE tgenabled WHEN 'D' THEN '' ELSE"
    " obj_description(oid, 'pg_trigger') END FROM pg_trigger WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)",
}


@dataclass(frozen=True)
class Trigger:
    """A trigger of either database: the statements that make it, and the columns that they name."""

    name: str
    table: str
    sql: str
    columns: frozenset[str] = frozenset()


def find_outdated(using: str, triggers: Iterable[Trigger]) -> list[Trigger]:
    """Return the triggers that the database does not have, does not run or has with another text, of tables it has."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[connection.vendor])
        stored = {name: text for name, _table, text in cursor.fetchall()}
    tables = get_columns(using)
    own = [trigger for trigger in triggers if trigger.table in tables]
    return [trigger for trigger in own if stored.get(trigger.name) != _get_stored_text(trigger, connection.vendor)]


def get_columns(using: str) -> dict[str, set[str]]:
    """Return the columns by table, in one query: an earlier migration may have left others than the models have."""
    columns = defaultdict(set)
    with connections[using].cursor() as cursor:
        cursor.execute(_COLUMNS[connections[using].vendor])
        for table, column in cursor.fetchall():
            columns[table].add(column)
    return dict(columns)


def make(using: str, triggers: Iterable[Trigger]) -> None:
    """Make triggers in the place of those of their names, but of tables or columns that are not there."""
    vendor, columns = connections[using].vendor, get_columns(using)
    possible = [trigger for trigger in triggers if trigger.columns <= columns.get(trigger.table, set())]
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        drop(using, possible)
        for trigger in possible:
            cursor.execute(trigger.sql)  # no parameters, so that a percent sign is nobody's placeholder
            if vendor == "postgresql":
                text = _get_stored_text(trigger, vendor)
                cursor.execute(f"COMMENT ON TRIGGER {trigger.name} ON {trigger.table} IS '{text}'")


def _get_stored_text(trigger: Trigger, vendor: str) -> str:
    """Return what the database stores of a trigger's text: SQLite the text, PostgreSQL a digest as its comment."""
    return trigger.sql if vendor == "sqlite" else hashlib.blake2b(trigger.sql.encode(), digest_size=16).hexdigest()


def drop(using: str, triggers: Iterable[Trigger]) -> None:
    """Drop these triggers, as far as they are there."""
    drop_named(using, "|".join(trigger.name for trigger in triggers), functions=False)


def drop_named(using: str, pattern: str, *, functions: bool = True) -> None:
    """Drop the triggers whose whole name matches a regular expression, on PostgreSQL with their functions."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[connection.vendor])
        for name, table, _text in cursor.fetchall():
            if re.fullmatch(pattern, name):
                cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
                if functions and connection.vendor == "postgresql":
                    cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def _guard(
    vendor: str, rule: str, event: str, table: str, broken: str = "TRUE", columns: Iterable[str] = ()
) -> Trigger:
    """Return the trigger that refuses a row of which `broken` holds, with `rule` as error; an update if it sets columns."""
    of_columns = ", ".join(f'"{column}"' for column in columns)
    sql = (_SQLITE if vendor == "sqlite" else _POSTGRESQL).format(
        name=f"{rule}_{event}",
        rule=rule,
        when=event.upper() + (f" OF {of_columns}" if of_columns else ""),
        table=table,
        broken=broken,
        level="STATEMENT" if event == TRUNCATE else "ROW",
    )
    return Trigger(f"{rule}_{event}", table, sql, frozenset({*columns, *re.findall(r"\bNEW\.(\w+)", broken)}))


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
_DATES = ("start", "finish")
APPEND_ONLY = "is_append_only"
ALTERABLE = frozenset({"superseded_by", "superseded_by_id"})  # columns that a later revision sets: in no digest either
_WRITTEN_ONCE = ("Revision", "Seal")  # besides everything that belongs to a revision


def _claim_matches(vendor: str, *, claim: str, project: str) -> str:
    """Return the condition that an adopted claim says what the figure of the project is, of rows by these names."""
    dates = {name: _DATE_TEXT[vendor].format(f"{project}.{name}") for name in _DATES}
    return _MATCHES.format(claim=claim, project=project, **dates)


def get_guards(vendor: str) -> list[Trigger]:
    """Return all guards: rules over two tables or a pattern, what a record is known by, and the append-only log."""
    project, claim, link = "projects_project", "projects_claim", "sectors_chainlink"
    claim_says_otherwise = (
        "NEW.adopted AND NOT EXISTS (SELECT 1 FROM projects_project p WHERE p.id = NEW.project_id"  # nosec B608 # constants
        f" AND ({_claim_matches(vendor, claim='NEW', project='p')}))"
    )
    figure_leaves_claim = (
        "EXISTS (SELECT 1 FROM projects_claim c WHERE c.project_id = NEW.id AND c.adopted"  # nosec B608 # constants
        f" AND NOT COALESCE({_claim_matches(vendor, claim='c', project='NEW')}, FALSE))"
    )
    rows = {  # of each row, whether it is new or one of the columns is set
        "project_code_is_in_normal_form": (project, _CODE_NOT_NORMAL[vendor], ["code"]),
        "project_national_code_is_in_normal_form": (project, _NATIONAL_CODE_NOT_NORMAL[vendor], ["national_code"]),
        "project_chain_link_belongs_to_sector": (project, _LINK_OF_OTHER_SECTOR, ["chain_link_id", "sector_id"]),
        "claim_adopted_is_the_figure": (
            claim,
            claim_says_otherwise,
            ["adopted", "figure", "amount", "stated", "project_id"],
        ),
    }
    dates = [column for name in _DATES for column in (name, f"{name}_precision")]
    figures = ["total_investment", "expected_revenue", *dates]
    keeps_sector = "chain_link_keeps_sector_of_its_projects"
    return [
        *(_guard(vendor, rule, INSERT, table, broken) for rule, (table, broken, _columns) in rows.items()),
        *(_guard(vendor, rule, UPDATE, table, broken, columns) for rule, (table, broken, columns) in rows.items()),
        _guard(vendor, keeps_sector, UPDATE, link, _LINK_LEAVES_ITS_PROJECTS, ["sector_id"]),
        _guard(vendor, "project_figure_is_its_adopted_claim", UPDATE, project, figure_leaves_claim, figures),
        *(
            _guard(
                vendor,
                f"{model._meta.model_name}_{name}_stays",
                UPDATE,
                model._meta.db_table,
                f"NEW.{name} <> OLD.{name}",
                [name],
            )
            for model in apps.get_models()
            for name in getattr(model, "fixed_fields", ())
        ),
        *get_append_only_guards(vendor),
    ]


def get_append_only_guards(vendor: str) -> Iterator[Trigger]:
    """Yield the guards of the append-only tables: no row is deleted, no column changed but those of `ALTERABLE`."""
    for model in apps.get_app_config("projects").get_models():
        columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
        if model.__name__ not in _WRITTEN_ONCE and "revision" not in columns:
            continue
        table, rule = model._meta.db_table, f"{model._meta.db_table}_{APPEND_ONLY}"
        fixed = [column for field, column in columns.items() if field not in ALTERABLE]
        yield _guard(vendor, rule, UPDATE, table, columns=fixed)
        yield _guard(vendor, rule, DELETE, table)
        if vendor == "postgresql":
            yield _guard(vendor, rule, TRUNCATE, table)


def install(using: str) -> None:
    """Make the guards that are not as they should be; of an earlier migration those whose columns are there."""
    make(using, find_outdated(using, get_guards(connections[using].vendor)))


def remove(using: str) -> None:
    """Drop all guards."""
    drop(using, get_guards(connections[using].vendor))


@contextmanager
def without_guards(using: str) -> Iterator[None]:
    """Do without guards in this block: to seal again in a migration, to empty a test database, in tests of intruders."""
    remove(using)
    try:
        yield
    finally:
        install(using)
