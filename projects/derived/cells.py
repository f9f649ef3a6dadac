"""The sums that headline totals are made of, kept by the writes: totals then cost the same for 42 projects and a million.

What a record adds to the sums of its keys is written once, below. A trigger adds what the records are now and takes away
what they were, whichever of project, entry and report was written; what cancels out is not stored. On PostgreSQL the rows
that the sums are read from are locked first, so that two transactions which each miss the other's change cannot both
commit. `projects.subtotals` reads the cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, transaction

from . import state
from .triggers import DELETE, INSERT, ROW_EVENTS, TRUNCATE, UPDATE, Trigger, differs

_KEYS = ("programme", "month", "prefecture", "chain_link", "sector", "basis")
OF_PROJECTS = {
    "project_count": "1",
    "total_investment": "COALESCE(p.total_investment, 0)",
    "total_investment_known": "CASE WHEN p.total_investment IS NULL THEN 0 ELSE 1 END",
    "expected_revenue": "COALESCE(p.expected_revenue, 0)",
    "expected_revenue_known": "CASE WHEN p.expected_revenue IS NULL THEN 0 ELSE 1 END",
    "transferred_count": "CASE WHEN p.transferred = 'yes' THEN 1 ELSE 0 END",
    "transferred_count_known": "CASE WHEN p.transferred = 'unknown' THEN 0 ELSE 1 END",
    "enterprises_attracted_of": "CASE WHEN p.kind = 'park' THEN 1 ELSE 0 END",
}
_OF_ENTRIES = {
    "planned_disbursement": "COALESCE(e.planned_disbursement, 0)",
    "planned_disbursement_known": "CASE WHEN e.planned_disbursement IS NULL THEN 0 ELSE 1 END",
}
_FROM_PARK = "p.kind = 'park' AND r.enterprises_attracted IS NOT NULL"
_OF_REPORTS = {
    "approved": "1",
    "disbursed": "COALESCE(r.disbursed, 0)",
    "disbursed_known": "CASE WHEN r.disbursed IS NULL THEN 0 ELSE 1 END",
    "enterprises_attracted": f"CASE WHEN {_FROM_PARK} THEN r.enterprises_attracted ELSE 0 END",
    "enterprises_attracted_known": f"CASE WHEN {_FROM_PARK} THEN 1 ELSE 0 END",
}
_OF_FIRSTS = ("disbursed_first", "enterprises_attracted_first")
SUMS = (*OF_PROJECTS, *_OF_ENTRIES, *_OF_REPORTS, *_OF_FIRSTS)

_PROJECT = (
    "id",
    "prefecture_id",
    "sector_id",
    "chain_link_id",
    "basis",
    "kind",
    "transferred",
    "total_investment",
    "expected_revenue",
)
_ENTRY = ("id", "programme_id", "project_id", "planned_disbursement")
_REPORT = ("id", "entry_id", "month", "state", "disbursed", "enterprises_attracted")
_TABLES = {"projects_project": _PROJECT, "projects_entry": _ENTRY, "projects_monthlyreport": _REPORT}
# an update that changes none of these adds its amounts where they were before, and touches nothing else
_PLACES = {
    "projects_project": ("prefecture_id", "sector_id", "chain_link_id", "basis", "kind"),
    "projects_entry": ("programme_id", "project_id"),
    "projects_monthlyreport": (
        *("entry_id", "month", "state"),
        *("disbursed IS NULL", "enterprises_attracted IS NULL"),  # by which the first is told
    ),
}
# said in a way that has no index: SQLite would step through all approved reports for those of one entry
_APPROVED = "CASE r.state WHEN 'approved' THEN 1 END = 1"

_MANY = 50  # rows of one statement
# every record counts for its own prefecture and link, and for all of them together
_LEVELS = "(SELECT 0 AS a, 0 AS b UNION ALL SELECT 0, 1 UNION ALL SELECT 1, 0 UNION ALL SELECT 1, 1)"


def _part(sign: str, programme: str, month: str, sums: dict[str, str], source: str) -> str:
    """Select what the rows of a source add to each sum, with the keys they add it to."""
    columns = [f"{sign} * {sums[name]} AS {name}" if name in sums else f"0 AS {name}" for name in SUMS]
    keys = (
        f"{programme} AS programme, {month} AS month, COALESCE(p.prefecture_id, -1) AS prefecture,"
        " COALESCE(p.chain_link_id, -1) AS chain_link, p.sector_id AS sector, p.basis AS basis"
    )
    return f"SELECT {keys}, {', '.join(columns)} FROM {source}"  # noqa: S608  our own names


def _has(column: str) -> str:
    return f"{_APPROVED} AND r.{column} IS NOT NULL"


def _first(column: str) -> str:
    """The month of the first approved report of the entry `e` that has a figure.

    As the first row of an index, and not as a minimum: by wrong statistics PostgreSQL could read all reports for each entry.
    """
    own = f"SELECT r.month FROM projects_monthlyreport r WHERE r.entry_id = e.id AND {_has(column)}"  # noqa: S608  our own names
    return f"({own} ORDER BY r.month LIMIT 1)"


_FIRSTS = {
    "disbursed_first": ("disbursed", "1"),
    "enterprises_attracted_first": ("enterprises_attracted", "CASE WHEN p.kind = 'park' THEN 1 ELSE 0 END"),
}


def _firsts(sign: str, source: str) -> list[str]:
    """What entries add to the month of their first figure."""
    return [
        _part(sign, "e.programme_id", _first(column), {name: counted}, source)
        for name, (column, counted) in _FIRSTS.items()
    ]


def _firsts_before(changed: str, entries: str) -> list[str]:
    """The same to be taken away, for what was before the `changed` reports were written: what there is without what is new,
    and what is gone. By entry and month, of which there is one: joined, each row could be held against all the others.
    """
    parts = []
    for name, (column, counted) in _FIRSTS.items():
        touched = f"(SELECT DISTINCT c.entry_id FROM {changed} c)"  # noqa: S608  our own names
        there = f"SELECT r.entry_id, r.month FROM {touched} t JOIN projects_monthlyreport r ON r.entry_id = t.entry_id"  # noqa: S608
        new, gone = (
            f"SELECT r.entry_id, r.month FROM {changed} r WHERE r.sign = {sign} AND {_has(column)}"  # noqa: S608
            for sign in (1, -1)
        )
        others = f"SELECT * FROM ({there} WHERE {_has(column)} EXCEPT {new}) o"  # noqa: S608
        first = f"(SELECT b.entry_id, MIN(b.month) AS month FROM ({others} UNION ALL {gone}) b GROUP BY b.entry_id)"  # noqa: S608
        parts.append(_part("-1", "e.programme_id", "t.month", {name: counted}, f"{first} t JOIN {entries}"))
    return parts


def _of_lists(sign: str, listed: str) -> list[str]:
    """What projects `p` add to the lists that they are on by entries `e`, with their reports as these stand."""
    reported = f"{listed} JOIN projects_monthlyreport r ON r.entry_id = e.id AND {_APPROVED}"
    return [
        _part(sign, "e.programme_id", "0", OF_PROJECTS | _OF_ENTRIES, listed),
        _part(sign, "e.programme_id", "r.month", _OF_REPORTS, reported),
        *_firsts(sign, listed),
    ]


def _of_projects(projects: str) -> list[str]:
    listed = f"{projects} p JOIN projects_entry e ON e.project_id = p.id"
    return [_part("p.sign", "0", "0", OF_PROJECTS, f"{projects} p"), *_of_lists("p.sign", listed)]


def _of_entries(entries: str) -> list[str]:
    return _of_lists("e.sign", f"{entries} e JOIN projects_project p ON p.id = e.project_id")


def _of_reports(changed: str) -> list[str]:
    """What changed reports add, and their entries by the month of the first of them."""
    touched = f"(SELECT DISTINCT c.entry_id FROM {changed} c)"  # noqa: S608  our own names
    entries = "projects_entry e ON e.id = t.entry_id JOIN projects_project p ON p.id = e.project_id"
    return [
        _reported(changed),
        *_firsts("1", f"{touched} t JOIN {entries}"),
        *_firsts_before(changed, entries),
    ]


def _reported(changed: str) -> str:
    reported = f"{changed} r JOIN projects_entry e ON e.id = r.entry_id JOIN projects_project p ON p.id = e.project_id"
    return _part("r.sign", "e.programme_id", "r.month", _OF_REPORTS, f"{reported} WHERE {_APPROVED}")


def _in_place(table: str, changed: str) -> list[str]:
    """What an update adds that leaves the rows at their places."""
    if table == "projects_project":
        listed = f"{changed} p JOIN projects_entry e ON e.project_id = p.id"
        return [
            _part("p.sign", "0", "0", OF_PROJECTS, f"{changed} p"),
            _part("p.sign", "e.programme_id", "0", OF_PROJECTS, listed),
        ]
    if table == "projects_entry":
        listed = f"{changed} e JOIN projects_project p ON p.id = e.project_id"
        return [_part("e.sign", "e.programme_id", "0", _OF_ENTRIES, listed)]
    return [_reported(changed)]


def _added(parts: list[str]) -> str:
    """The statement that adds the parts to their cells."""
    keys = "d.programme, d.month, d.prefecture * l.a, d.chain_link * l.b, d.sector, d.basis"
    sums = ", ".join(f"SUM(d.{name})" for name in SUMS)
    some = " OR ".join(f"SUM(d.{name}) <> 0" for name in SUMS)
    sets = ", ".join(f"{name} = projects_cell.{name} + excluded.{name}" for name in SUMS)
    return (
        f"INSERT INTO projects_cell ({', '.join((*_KEYS, *SUMS))}) SELECT {keys}, {sums}"  # noqa: S608  our own names
        f" FROM ({' UNION ALL '.join(parts)}) d, {_LEVELS} l WHERE d.month IS NOT NULL"
        f" GROUP BY {keys} HAVING {some} ORDER BY {keys}"
        f" ON CONFLICT ({', '.join(_KEYS)}) DO UPDATE SET {sets}"
    )


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
            rows.append(f"SELECT {sign} AS sign, {', '.join(columns)} FROM {relation}")  # noqa: S608  our own names
    return f"({' UNION ALL '.join(rows)})"


def _statement(vendor: str, event: str, table: str) -> str:
    changed = _changed(vendor, event, _TABLES[table])
    if table == "projects_project":
        return _added(_of_projects(changed))
    if table == "projects_entry":
        return _added(_of_entries(changed))
    return _added(_of_reports(changed))


def _for(vendor: str, event: str, statement: str) -> str:
    """The statement as a trigger runs it.

    SQLite takes the joins in the order written, knowing no better than to begin with a whole table. PostgreSQL plans it once
    a connection for a few rows, which would be ruinous for many, and so anew for those.
    """
    if vendor == "sqlite":
        return re.sub(r"(?<! LEFT) JOIN ", " CROSS JOIN ", statement)
    rows = "old_rows" if event == DELETE else "new_rows"
    many = f"(SELECT COUNT(*) FROM (SELECT 1 FROM {rows} LIMIT {_MANY}) m) = {_MANY}"  # noqa: S608  our own names
    return f"IF {many} THEN EXECUTE $sums${statement}$sums$;\n  ELSE {statement};\n  END IF"


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
    for table, columns in _TABLES.items():
        for event in ROW_EVENTS:
            locks = _locks(event, table) if vendor == "postgresql" else ""
            body = _for(vendor, event, _statement(vendor, event, table))
            follows = columns[1:]
            if event == UPDATE:
                places = _PLACES[table]
                in_place = _for(vendor, event, _added(_in_place(table, _changed(vendor, event, columns))))
                if vendor == "sqlite":
                    name, amounts, follows = f"{table}_adds_{event}", follows, places
                    yield Trigger(name, event, table, in_place, columns=amounts, unless=places, needs_rows=True)
                else:
                    body = f"IF {differs(vendor, places)} THEN\n  {body};\n  ELSE {in_place};\n  END IF"
            yield Trigger(f"{table}_sums_{event}", event, table, locks + body, columns=follows, needs_rows=True)
        if vendor == "postgresql":
            yield Trigger(f"{table}_sums_{TRUNCATE}", TRUNCATE, table, "; ".join(_recount()))


def _recount() -> list[str]:
    """The statements that make all cells anew."""
    everything = f"(SELECT 1 AS sign, {', '.join(_PROJECT)} FROM projects_project)"  # noqa: S608  our own names
    return ["DELETE FROM projects_cell", _added(_of_projects(everything))]


def recount(using: str) -> None:
    """Make all cells anew from the records, while nobody writes."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        state.keep_writers_waiting(cursor)
        for statement in _recount():
            cursor.execute(statement)


def wrong(using: str) -> list[tuple[Any, ...]]:
    """Keys of the cells that are not what a new count gives; none if all is well."""
    cells = apps.get_model("projects.Cell").objects.using(using)
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            state.keep_writers_waiting(cursor)
        kept = _by_key(cells)
        recount(using)
        counted = _by_key(cells)
        transaction.set_rollback(True, using=using)
    nothing = (0,) * len(SUMS)
    return sorted(key for key in kept | counted if kept.get(key, nothing) != counted.get(key, nothing))


def _by_key(cells: Any) -> dict[tuple[Any, ...], tuple[int, ...]]:
    return {row[: len(_KEYS)]: row[len(_KEYS) :] for row in cells.values_list(*_KEYS, *SUMS)}
