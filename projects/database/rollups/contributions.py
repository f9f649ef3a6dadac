"""Contributions to the rollup: what projects, entries and reports add to the sums of their keys, as SQL of both databases.

`changed` are the rows that were written, each with its `sign`: 1 for what it is now, -1 for what it was. Of the aliases,
`p` is always a project, `e` an entry, `r` a report and `k` what the reports of an entry come to (`standings`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from projects.choices.headlines import HEADLINES, RATIOS, Headline, Ratio, Records

from . import standings
from .standings import one_if

KEYS = ("programme", "month", "prefecture", "chain_link", "sector", "basis")
_ALIASES = {Records.PROJECTS: "p", Records.ENTRIES: "e", Records.REPORTS: "r"}
# what only some projects have comes last: in another order every installation would make its triggers anew
_FIGURES = sorted(HEADLINES, key=lambda headline: headline.applies_to is not None)


def _added_by_one(headline: Headline) -> dict[str, str]:
    """What one record of its source adds to each sum of a figure."""
    value, known = headline.rollup_columns["value"], headline.rollup_columns.get("known", "")
    amount = f"{_ALIASES[headline.records]}.{headline.column}"
    if headline.applies_to:
        has_one = f"{headline.applies_to.sql} AND {amount} IS NOT NULL"
        return {value: f"CASE WHEN {has_one} THEN {amount} ELSE 0 END", known: one_if(has_one)}
    if headline.column:
        return {value: f"COALESCE({amount}, 0)", known: _one_unless(f"{amount} IS NULL")}
    added = {value: one_if(headline.counted.sql) if headline.counted else "1"}
    return added | ({known: _one_unless(headline.unknown.sql)} if headline.unknown else {})


def _one_unless(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 0 ELSE 1 END"


def _is_first(headline: Headline) -> str:
    is_first = f"r.month = r.{headline.column}_from"
    return one_if(f"{headline.applies_to.sql} AND {is_first}" if headline.applies_to else is_first)


def _ratio_of_report(ratio: Ratio) -> dict[str, str]:
    """What one report, of an entry that has both, adds to each sum of a ratio."""
    columns, above, below = ratio.rollup_columns, f"r.{ratio.above_column}", f"e.{ratio.below_column}"
    return {
        columns["value"]: f"CASE WHEN {below} IS NULL THEN 0 ELSE COALESCE({above}, 0) END",
        columns["known"]: _one_unless(f"{below} IS NULL OR {above} IS NULL"),
        columns["below"]: f"CASE WHEN {above} IS NULL THEN 0 ELSE COALESCE({below}, 0) END",
    }


def _ratio_of_first(ratio: Ratio) -> dict[str, str]:
    """The same of the first report of an entry alone."""
    columns, below = ratio.rollup_columns, f"e.{ratio.below_column}"
    is_first = f"r.month = r.{ratio.above_column}_from"
    return {
        columns["first"]: one_if(f"{is_first} AND {below} IS NOT NULL"),
        columns["below_first"]: f"CASE WHEN {is_first} THEN COALESCE({below}, 0) ELSE 0 END",
    }


def _sums_of(records: Records) -> dict[str, str]:
    return {name: added for each in _FIGURES if each.records == records for name, added in _added_by_one(each).items()}


def _amounts_of(records: Records) -> tuple[str, ...]:
    """The columns that are summed."""
    return tuple(dict.fromkeys(each.column for each in _FIGURES if each.records == records and each.column))


_OF_SOME = {each.rollup_columns["of"]: each.applies_to for each in _FIGURES if each.applies_to}
OF_PROJECTS = _sums_of(Records.PROJECTS) | {name: one_if(condition.sql) for name, condition in _OF_SOME.items()}
_OF_ENTRIES = _sums_of(Records.ENTRIES) | standings.OF_ENTRIES
# how much of the annual plan reports of the month speak for: a month counts by that too
_OF_REPORTS = {"approved": "1", "approved_plan": "COALESCE(e.planned_disbursement, 0)"} | _sums_of(Records.REPORTS)
_OF_FIRSTS = {each.rollup_columns["first"]: _is_first(each) for each in _FIGURES if each.records == Records.REPORTS}
for _ratio in RATIOS:
    _OF_REPORTS |= _ratio_of_report(_ratio)
    _OF_FIRSTS |= _ratio_of_first(_ratio)
SUMS = tuple(dict.fromkeys((*OF_PROJECTS, *_OF_ENTRIES, *_OF_REPORTS, *_OF_FIRSTS, *standings.OF_MONTHS)))

# an update that changes none of these adds its amounts where they were before, and touches nothing else
PLACES = {
    "projects_project": (
        *("prefecture_id", "sector_id", "chain_link_id", "basis"),
        *dict.fromkeys(condition.column for condition in _OF_SOME.values()),
    ),
    # with what the reports of an entry are measured against: another plan, another sum of its months
    "projects_entry": (
        *("programme_id", "project_id", "joined", '"left"', "status"),  # left is a word of SQL
        *dict.fromkeys(each.below_column for each in RATIOS),
    ),
    "projects_monthlyreport": (
        *("entry_id", "month", "state"),
        *(f"{name} IS NULL" for name in _amounts_of(Records.REPORTS)),  # by which the first is told
    ),
}
_COUNTED_BY = [condition.column for each in _FIGURES for condition in (each.counted, each.unknown) if condition]
_PROJECT = ("id", *dict.fromkeys((*PLACES["projects_project"], *_COUNTED_BY)), *_amounts_of(Records.PROJECTS))
_ENTRY = ("id", *dict.fromkeys((*PLACES["projects_entry"], *_amounts_of(Records.ENTRIES))))
_REPORT = ("id", "entry_id", "month", "state", *_amounts_of(Records.REPORTS))
TABLES = {"projects_project": _PROJECT, "projects_entry": _ENTRY, "projects_monthlyreport": _REPORT}
# said in a way that has no index: SQLite would step through all approved reports for those of one entry
_APPROVED = "CASE r.state WHEN 'approved' THEN 1 END = 1"

_LEFT = 'e."left"'
_PART = {"Y": "Y", "M": "m"}  # of a date, as SQLite calls them


def _serial(day: str) -> str:
    """`Month.serial` of a day; a year that no programme has fits the column all the same."""
    year, month = (f"CAST(EXTRACT({part} FROM {day}) AS INTEGER)" for part in ("YEAR", "MONTH"))
    return f"CASE WHEN {day} < '2700-01-01' THEN {year} * 12 + {month} ELSE 32767 END"


_JOINED_IN = f"CASE WHEN e.joined IS NULL THEN 0 ELSE {_serial('e.joined')} END"
_LEFT_IN = _serial(_LEFT)

# every record counts for its own prefecture and link, and for all of them together
_LEVELS = "(SELECT 0 AS a, 0 AS b UNION ALL SELECT 0, 1 UNION ALL SELECT 1, 0 UNION ALL SELECT 1, 1)"


@dataclass(frozen=True)
class _Part:
    """What the rows of a source add to some sums, and the programme and month that they add it to."""

    sign: str
    programme: str
    month: str
    sums: dict[str, str]
    source: str

    def select(self, names: Sequence[str]) -> str:
        """The keys and each of the sums by these names."""
        sums = [
            f"{self.sign} * ({self.sums[name]}) AS {name}" if name in self.sums else f"0 AS {name}" for name in names
        ]
        keys = (
            f"{self.programme} AS programme, {self.month} AS month, COALESCE(p.prefecture_id, -1) AS prefecture,"
            " COALESCE(p.chain_link_id, -1) AS chain_link, p.sector_id AS sector, p.basis AS basis"
        )
        return f"SELECT {keys}, {', '.join(sums)} FROM {self.source}"  # nosec B608 # our own names


def _approved(reports: str) -> str:
    """The approved ones of these reports, each with the month of the first that has a figure, for each figure.

    Each branch more of a statement is started by every write, so the first is told from the others in one look at them.
    """
    months = ", ".join(
        f"MIN(CASE WHEN r.{name} IS NOT NULL THEN r.month END) OVER (PARTITION BY r.entry_id, r.sign) AS {name}_from"
        for name in _amounts_of(Records.REPORTS)
    )
    return f"(SELECT r.*, {months} FROM {reports} r WHERE {_APPROVED})"  # nosec B608 # our own names


def _of_lists(sign: str, listed: str, entries: str) -> list[_Part]:
    """What projects `p` add to the lists that they are on by entries `e`, with their reports as these stand."""
    columns = ", ".join(_REPORT[1:])
    reports = f"(SELECT 1 AS sign, {columns} FROM projects_monthlyreport WHERE entry_id IN ({entries}))"  # nosec B608 # our own names
    joined = _Part(sign, "e.programme_id", _JOINED_IN, OF_PROJECTS | _OF_ENTRIES, listed)
    reported = f"{listed} JOIN {_approved(reports)} r ON r.entry_id = e.id"
    return [
        *_with_leaving(joined),
        _Part(sign, "e.programme_id", "r.month", _OF_REPORTS | _OF_FIRSTS, reported),
        _of_standings(sign, f"{listed} JOIN {standings.TABLE} k ON k.entry = e.id"),
    ]


def _of_standings(sign: str, told: str) -> _Part:
    """What entries `e` add by their reported months `k`, to each month in which they stand otherwise than before."""
    of_months = f"{told} JOIN {standings.MONTHS} m ON true WHERE {standings.ALL_YEAR}"
    return _Part(sign, "e.programme_id", "m.month", standings.OF_MONTHS, of_months)


def _with_leaving(joined: _Part) -> list[_Part]:
    """What entries add when they join, and the same taken away when they leave."""
    leaving = f"{joined.source} WHERE {_LEFT} IS NOT NULL"
    return [joined, replace(joined, sign=f"-{joined.sign}", month=_LEFT_IN, source=leaving)]


def _on_lists(projects: str) -> str:
    return f"{projects} p JOIN projects_entry e ON e.project_id = p.id"


def _with_projects(entries: str) -> str:
    return f"{entries} e JOIN projects_project p ON p.id = e.project_id"


def _of_projects(projects: str) -> list[_Part]:
    listed = _on_lists(projects)
    entries = f"SELECT id FROM projects_entry WHERE project_id IN (SELECT c.id FROM {projects} c)"  # nosec B608 # our own names
    return [_Part("p.sign", "0", "0", OF_PROJECTS, f"{projects} p"), *_of_lists("p.sign", listed, entries)]


def _of_entries(entries: str) -> list[_Part]:
    listed = _with_projects(entries)
    return _of_lists("e.sign", listed, f"SELECT c.id FROM {entries} c")  # nosec B608 # our own names


def _of_reports(changed: str) -> list[_Part]:
    """What changed reports add, by themselves and by what is the first of their entries.

    Another report of an entry may have become the first, so each of them counts as it stands (1) and less as it was (-1).
    `written` is null of those that the statement left alone: these add nothing but being the first.
    """
    columns = ", ".join(f"r.{name}" for name in _REPORT[1:])
    new = f"(SELECT c.id FROM {changed} c WHERE c.sign = 1) n"  # nosec B608 # our own names
    both = (
        f"(SELECT s.sign, n.id AS written, {columns} FROM projects_monthlyreport r LEFT JOIN {new} ON n.id = r.id"  # nosec B608 # our own names
        " JOIN (SELECT 1 AS sign UNION ALL SELECT -1) s ON s.sign = 1 OR n.id IS NULL"
        f" WHERE r.entry_id IN (SELECT c.entry_id FROM {changed} c)"
        f" UNION ALL SELECT r.sign, r.id, {columns} FROM {changed} r WHERE r.sign = -1)"
    )
    sums = {name: f"CASE WHEN r.written IS NULL THEN 0 ELSE {added} END" for name, added in _OF_REPORTS.items()}
    counts = " OR ".join(
        ("r.written IS NOT NULL", *(f"r.month = r.{name}_from" for name in _amounts_of(Records.REPORTS)))
    )
    reported = f"{_with_entries(_approved(both))} WHERE {counts}"
    return [_Part("r.sign", "e.programme_id", "r.month", sums | _OF_FIRSTS, reported)]


def _with_entries(reports: str) -> str:
    return f"{reports} r JOIN projects_entry e ON e.id = r.entry_id JOIN projects_project p ON p.id = e.project_id"


def _of_amounts(table: str, changed: str) -> list[_Part]:
    if table == "projects_project":
        return [
            _Part("p.sign", "0", "0", OF_PROJECTS, f"{changed} p"),
            *_with_leaving(_Part("p.sign", "e.programme_id", _JOINED_IN, OF_PROJECTS, _on_lists(changed))),
        ]
    if table == "projects_entry":
        return _with_leaving(_Part("e.sign", "e.programme_id", _JOINED_IN, _OF_ENTRIES, _with_projects(changed)))
    return [
        _Part("r.sign", "e.programme_id", "r.month", _OF_REPORTS, f"{_with_entries(changed)} WHERE {_APPROVED}"),
    ]


def _added(parts: list[_Part]) -> list[str]:
    """The statements that add the parts to their cells: of projects and entries, then of months, so that all writers take
    the rows in one order. Each names the sums alone that its parts add to: most of the time is spent on columns.
    """
    parted = ([part for part in parts if part.month.endswith(".month") == is_monthly] for is_monthly in (False, True))
    return [_added_together(some) for some in parted if some]


def _added_together(parts: list[_Part]) -> str:
    names = [name for name in SUMS if any(name in part.sums for part in parts)]
    keys = "d.programme, d.month, d.prefecture * l.a, d.chain_link * l.b, d.sector, d.basis"
    sums = ", ".join(f"SUM(d.{name})" if name in names else "0" for name in SUMS)
    some = " OR ".join(f"SUM(d.{name}) <> 0" for name in names)
    any_of = " OR ".join(f"d.{name} <> 0" for name in names)  # few months of an entry add anything
    sets = ", ".join(f"{name} = projects_cell.{name} + excluded.{name}" for name in names)
    added = " UNION ALL ".join(part.select(names) for part in parts)
    return (
        f"INSERT INTO projects_cell ({', '.join((*KEYS, *SUMS))}) SELECT {keys}, {sums}"  # nosec B608 # our own names
        f" FROM ({added}) d JOIN {_LEVELS} l ON true WHERE {any_of}"
        f" GROUP BY {keys} HAVING {some} ORDER BY {keys}"
        f" ON CONFLICT ({', '.join(KEYS)}) DO UPDATE SET {sets}"
    )


def for_sqlite(statement: str) -> str:
    """A statement of this module as SQLite reads it, which takes the joins in the order written: knowing no better it would
    begin with a whole table. Dates it has as texts.
    """
    written = re.sub(r"(?<! LEFT) JOIN ", " CROSS JOIN ", statement)
    return re.sub(
        r"EXTRACT\((Y|M)\w+ FROM ([^)]*)\)", lambda found: f"strftime('%{_PART[found[1]]}', {found[2]})", written
    )


def added_by(table: str, changed: str) -> list[str]:
    """The statements that add to the cells what changed rows of a table do."""
    return _added({"projects_project": _of_projects, "projects_entry": _of_entries}.get(table, _of_reports)(changed))


def added_by_months(vendor: str, event: str) -> list[str]:
    """The same of rows of reported months that an event wrote, each beside what it was."""
    told = f"{standings.written(vendor, event)} k JOIN projects_entry e ON e.id = k.entry"
    of_months = _of_standings("1", f"{told} JOIN projects_project p ON p.id = e.project_id")
    return _added([replace(of_months, sums=standings.added_by(event))])


def added_in_place(table: str, changed: str) -> list[str]:
    """The same for an update that leaves the rows at their places."""
    return _added(_of_amounts(table, changed))


def added_by_all() -> list[str]:
    """The statements that make the cells of all records where there are none."""
    return _added(_of_projects(f"(SELECT 1 AS sign, {', '.join(_PROJECT)} FROM projects_project)"))  # nosec B608 # our own names
