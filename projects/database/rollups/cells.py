"""Cells of the rollup: sums of headline totals, kept by the writes, which cost the same for 42 projects and a million.

A trigger adds what the records are now and takes away what they were (`contributions`), whichever of project, entry and
report was written; what cancels out is not stored. On PostgreSQL the rows that the sums are read from are locked first, so
that two transactions which each miss the other's change cannot both commit. `projects.totals.rollup_sums` reads the cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections

from ..triggers import DELETE, INSERT, ROW_EVENTS, TRUNCATE, UPDATE, Trigger, differs
from . import standings
from .contributions import (
    KEYS,
    PLACES,
    SUMS,
    TABLES,
    added_by,
    added_by_all,
    added_by_months,
    added_in_place,
    for_sqlite,
)
from .recount import differing
from .recount import recount as made_anew

_MANY = 50  # rows of one statement


def _changed(vendor: str, event: str, columns: tuple[str, ...]) -> str:
    """The rows that a statement wrote, each with its sign: what it is now adds, what it was is taken away."""
    signs = {INSERT: [(1, "NEW", "new_rows")], DELETE: [(-1, "OLD", "old_rows")]}
    signs[UPDATE] = [*signs[INSERT], *signs[DELETE]]
    rows = []
    for sign, row, relation in signs[event]:
        if vendor == "sqlite":
            values = ", ".join(f"{row}.{column} AS {column}" for column in columns)
            rows.append(f"SELECT {sign} AS sign, {values}")
        else:
            rows.append(f"SELECT {sign} AS sign, {', '.join(columns)} FROM {relation}")  # nosec B608 # our own names
    return f"({' UNION ALL '.join(rows)})"


def as_run(vendor: str, event: str, statements: list[str]) -> str:
    """The statements as a trigger runs them.

    PostgreSQL plans them once a connection for a few rows, which would be ruinous for many, and so anew for those.
    """
    body = ";\n  ".join(statements)
    if vendor == "sqlite":
        return for_sqlite(body)
    rows = "old_rows" if event == DELETE else "new_rows"
    many = f"(SELECT COUNT(*) FROM (SELECT 1 FROM {rows} LIMIT {_MANY}) m) = {_MANY}"  # nosec B608 # our own names
    anew = "; ".join(f"EXECUTE $sums${statement}$sums$" for statement in statements)
    return f"IF {many} THEN {anew};\n  ELSE {body};\n  END IF"


def _locks(event: str, table: str) -> str:
    """What a trigger of PostgreSQL locks before it reads it."""
    ids = {
        INSERT: "SELECT {0} FROM new_rows",
        DELETE: "SELECT {0} FROM old_rows",
        UPDATE: "SELECT {0} FROM new_rows UNION SELECT {0} FROM old_rows",
    }[event]
    if table == "projects_entry":
        ids = ids.format("project_id")
        return f"PERFORM 1 FROM projects_project WHERE id IN ({ids}) ORDER BY id FOR SHARE;\n  "
    if table == "projects_monthlyreport":
        return (
            "PERFORM 1 FROM projects_entry e JOIN projects_project p ON p.id = e.project_id"
            f" WHERE e.id IN ({ids.format('entry_id')}) ORDER BY p.id, e.id FOR NO KEY UPDATE OF e FOR SHARE OF p;\n  "
        )
    return ""


def triggers(vendor: str) -> Iterator[Trigger]:
    """The triggers that keep the cells."""
    for table, columns in TABLES.items():
        for event in ROW_EVENTS:
            changed = _changed(vendor, event, columns)
            body = as_run(vendor, event, added_by(table, changed))
            name, places, amounts = f"{table}_sums_{event}", PLACES[table], columns[1:]
            if vendor == "postgresql":
                body = _locks(event, table) + body
            if event != UPDATE:
                yield Trigger(name, event, table, body, needs_rows=True)
                continue
            in_place = as_run(vendor, event, added_in_place(table, changed))
            if vendor == "sqlite":
                yield Trigger(name, event, table, body, columns=places, needs_rows=True)
                name = f"{table}_adds_{event}"
                yield Trigger(name, event, table, in_place, columns=amounts, unless=places, needs_rows=True)
            else:
                in_place = _locks(event, table) + in_place
                moved, differing = differs(vendor, places), differs(vendor, amounts)
                body = f"IF {moved} THEN\n  {body};\n  ELSIF {differing} THEN\n  {in_place};\n  END IF"
                yield Trigger(name, event, table, body, needs_rows=True)
        if vendor == "postgresql":
            yield Trigger(f"{table}_sums_{TRUNCATE}", TRUNCATE, table, "; ".join(_recount(vendor)))
    yield from _of_months(vendor)


def _of_months(vendor: str) -> Iterator[Trigger]:
    """Reported months are written by the trigger of the reports, behind its locks."""
    table, columns = standings.TABLE, standings.COLUMNS
    for event in ROW_EVENTS:
        body = as_run(vendor, event, added_by_months(vendor, event))
        followed = columns[1:] if event == UPDATE else ()
        yield Trigger(f"{table}_sums_{event}", event, table, body, columns=followed, key=columns[0], needs_rows=True)


def _recount(vendor: str) -> list[str]:
    """The statements that make all cells anew."""
    added = added_by_all()
    return ["DELETE FROM projects_cell", *(map(for_sqlite, added) if vendor == "sqlite" else added)]


def recount(using: str) -> None:
    """Make all cells anew from the records, while nobody writes."""
    made_anew(using, _recount(connections[using].vendor))


def wrong(using: str) -> list[tuple[Any, ...]]:
    """Keys of the cells that are not what a new count gives; none if all is well."""
    cells = apps.get_model("projects.Cell").objects.using(using).values_list(*KEYS, *SUMS)
    nothing = (0,) * len(SUMS)
    return differing(
        using,
        _recount(connections[using].vendor),
        lambda: {row[: len(KEYS)]: row[len(KEYS) :] for row in cells.all()},
        nothing,
    )
