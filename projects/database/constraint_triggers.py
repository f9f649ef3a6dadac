"""Constraint triggers: rules over two tables or a pattern, and what may not change once it is written.

The log is append-only: of history rows nothing can be changed but what a later revision says of them (`ALTERABLE`), of
revisions, their seals and the events of reports nothing at all, and none can be deleted, by whatever program. Who owns the
database can take a trigger away; `manage.py verify_history` then finds what was done.

They are made after every `migrate` (`installation.py`), not inside a migration: on SQLite Django changes a table by making
it anew, which drops its triggers without a word, and cannot do so while a trigger of another table names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps
from django.db import connections

from .stored_columns import stored_columns
from .triggers import DELETE, INSERT, TRUNCATE, UPDATE, drop, make, outdated

_SQLITE = "CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {broken} BEGIN SELECT RAISE(ABORT, '{rule}'); END"
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {broken} THEN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{rule}'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}();
"""


@dataclass(frozen=True)
class Guard:
    """What is refused before an event on a table: a row of which `broken` holds.

    An update is looked at where it sets one of `columns`, if there are any.
    """

    rule: str  # what the error says
    event: str
    table: str
    broken: str = "TRUE"
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.rule}_{self.event}"

    @property
    def columns_named(self) -> set[str]:
        return {*self.columns, *re.findall(r"\bNEW\.(\w+)", self.broken)}

    def sql(self, vendor: str) -> str:
        """The statements that make it."""
        columns = ", ".join(f'"{column}"' for column in self.columns)
        return (_SQLITE if vendor == "sqlite" else _POSTGRESQL).format(
            name=self.name,
            rule=self.rule,
            when=self.event.upper() + (f" OF {columns}" if columns else ""),
            table=self.table,
            broken=self.broken,
            each="STATEMENT" if self.event == TRUNCATE else "ROW",
        )


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
APPEND_ONLY = "is_append_only"
ALTERABLE = frozenset({"superseded_by", "superseded_by_id"})  # columns that a later revision sets: in no digest either
_WRITTEN_ONCE = ("Revision", "Seal")  # besides everything that belongs to a revision


def guards(vendor: str) -> Iterator[Guard]:
    """All of them."""
    project, claim = "projects_project", "projects_claim"
    yield from _guarded("project_code_is_in_normal_form", project, _CODE_NOT_NORMAL[vendor], "code")
    yield from _guarded(
        "project_national_code_is_in_normal_form", project, _NATIONAL_CODE_NOT_NORMAL[vendor], "national_code"
    )
    yield from _guarded(
        "project_chain_link_belongs_to_sector", project, _LINK_OF_OTHER_SECTOR, "chain_link_id", "sector_id"
    )
    keeps_sector = "chain_link_keeps_sector_of_its_projects"
    yield Guard(keeps_sector, UPDATE, "sectors_chainlink", _LINK_LEAVES_ITS_PROJECTS, ("sector_id",))
    said = ("adopted", "figure", "amount", "stated", "project_id")
    yield from _guarded("claim_adopted_is_the_figure", claim, _ADOPTED_SAYS_OTHERWISE[vendor], *said)
    dates = ("start", "start_precision", "finish", "finish_precision")
    figures = ("total_investment", "expected_revenue", *dates)
    yield Guard("project_figure_is_its_adopted_claim", UPDATE, project, _FIGURE_LEAVES_ITS_CLAIM[vendor], figures)
    yield from _guards_of_what_stays()
    yield from guards_of_the_log(vendor)


def _guards_of_what_stays() -> Iterator[Guard]:
    """What others know a record by, from the models."""
    for model in apps.get_models():
        for name in getattr(model, "fixed_fields", ()):
            yield Guard(
                f"{model._meta.model_name}_{name}_stays",
                UPDATE,
                model._meta.db_table,
                f"NEW.{name} <> OLD.{name}",
                (name,),
            )


def _guarded(rule: str, table: str, broken: str, *columns: str) -> Iterator[Guard]:
    """A rule of each row, whether it is new or one of these columns is set."""
    yield Guard(rule, INSERT, table, broken)
    yield Guard(rule, UPDATE, table, broken, columns)


def guards_of_the_log(vendor: str) -> Iterator[Guard]:
    """The append-only tables, from the models: no row is deleted, no column changed but those of `ALTERABLE`."""
    for model in apps.get_app_config("projects").get_models():
        columns = {field.name: str(field.column) for field in model._meta.concrete_fields}
        if model.__name__ not in _WRITTEN_ONCE and "revision" not in columns:
            continue
        table, rule = model._meta.db_table, f"{model._meta.db_table}_{APPEND_ONLY}"
        unalterable = tuple(column for field, column in columns.items() if field not in ALTERABLE)
        yield Guard(rule, UPDATE, table, columns=unalterable)
        yield Guard(rule, DELETE, table)
        if vendor == "postgresql":
            yield Guard(rule, TRUNCATE, table)


def install(using: str) -> None:
    """Make those that are not as they should be.

    An earlier state, to which somebody migrated back, may lack a table or a column of one; of a state that should have it
    the check of `installation.py` tells.
    """
    lacking = outdated(using, guards(connections[using].vendor))
    columns = stored_columns(using)
    make(using, [guard for guard in lacking if guard.columns_named <= columns[guard.table]])


def lift(using: str) -> None:
    """Take all of them away."""
    drop(using, guards(connections[using].vendor))


@contextmanager
def lifted(using: str) -> Iterator[None]:
    """Without the triggers: for a migration that seals again, for emptying a test database, and for tests of intruders."""
    lift(using)
    try:
        yield
    finally:
        install(using)
