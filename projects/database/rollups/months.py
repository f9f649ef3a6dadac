"""Rollup of months: what the reports of each entry come to, kept by the writes; lists are told from one row an entry.

A trigger makes the row of an entry anew from its reports, of which there are twelve at most, whichever of them was written.
`projects.monitoring.entry_table` and `projects.totals.figures.beside_entry` read them; of a past the same is made from the
reports of then, by `columns`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.apps import apps

from projects.choices import ARRIVED, ReportState, Stage
from projects.periods import MONTHS_OF_YEAR

from ..triggers import DELETE, INSERT, ROW_EVENTS, TRUNCATE, UPDATE, Trigger
from .cells import as_run
from .recount import differing
from .recount import recount as made_anew
from .standings import TABLE

_REPORTS = "projects_monthlyreport"
_FOLLOWED = ("entry_id", "month", "state", "disbursed", "started_on", "stage", "forecast")
_MONTHS = range(1, MONTHS_OF_YEAR + 1)
_MOST = 10**12  # above any amount: a month and what was said in it are one number
_APPROVED = f"r.state = '{ReportState.APPROVED.value}'"
_ARRIVED = "r.state IN ('{}')".format("', '".join(ARRIVED))


def columns(months: Iterable[int]) -> dict[str, str]:
    """What is said of the reports `r` of an entry, with what they come to by these months; see `models.ReportedMonths`."""
    found = {
        "approved": _bits(_APPROVED),
        "arrived": _bits(_ARRIVED),
        "begun": _bits(f"{_APPROVED} AND (r.started_on IS NOT NULL OR r.disbursed > 0)"),
        "beyond": _bits(f"{_APPROVED} AND r.stage NOT IN ('', '{Stage.PREPARATION.value}')"),
        "preparing": _at_stage(Stage.PREPARATION),
        "trial": _at_stage(Stage.TRIAL),
        "producing": _at_stage(Stage.PRODUCTION),
    }
    for month in months:
        by_then = f"CASE WHEN {_APPROVED} AND r.month <= {int(month)}"
        said = f"MAX({by_then} THEN r.month * {_MOST} + r.forecast END)"
        found[f"done_{month}"] = f"CAST(SUM({by_then} THEN r.disbursed END) AS bigint)"
        found[f"said_{month}"] = f"{said} - {said} / {_MOST} * {_MOST}"
    return found


def named_in(sql: str) -> str:
    """The same of those that a statement names, to be made from the reports `r` of a past."""
    return "".join(f", {text} AS {name}" for name, text in columns(_MONTHS).items() if f'"{name}"' in sql)


def _at_stage(stage: Stage) -> str:
    return _bits(f"{_APPROVED} AND r.stage = '{stage.value}'")


def _bits(condition: str) -> str:
    return f"SUM(CASE WHEN {condition} THEN 1 << r.month ELSE 0 END)"


def _made(which: str) -> list[str]:
    """The statements that make the rows of these entries; `{{entry}}` stands for the key of one."""
    made = columns(_MONTHS)
    without = f"NOT EXISTS (SELECT 1 FROM {_REPORTS} r WHERE r.entry_id = {TABLE}.entry)"  # nosec B608 # our own names
    return [
        f"DELETE FROM {TABLE} WHERE {which.format(entry='entry')} AND {without}",  # nosec B608 # our own names
        f"INSERT INTO {TABLE} (entry, {', '.join(made)}) SELECT r.entry_id, {', '.join(made.values())}"  # nosec B608 # our own names
        f" FROM {_REPORTS} r WHERE {which.format(entry='r.entry_id')} GROUP BY r.entry_id"
        f" ON CONFLICT (entry) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in made)}",
    ]


_ALL = _made("{entry} IS NOT NULL")


def triggers(vendor: str) -> Iterator[Trigger]:
    """The triggers that keep the rows. They come after those of the cells, which lock the entries."""
    for event in ROW_EVENTS:
        entries = _written_by(vendor, event)
        statements = _made(f"{{entry}} IN ({entries})")
        name, followed = f"{_REPORTS}_tells_{event}", _FOLLOWED if event == UPDATE else ()
        yield Trigger(name, event, _REPORTS, as_run(vendor, event, statements), columns=followed, needs_rows=True)
    if vendor == "postgresql":
        yield Trigger(f"{_REPORTS}_tells_{TRUNCATE}", TRUNCATE, _REPORTS, f"DELETE FROM {TABLE}")  # nosec B608 # our own names


def _written_by(vendor: str, event: str) -> str:
    """The entries whose reports an event wrote."""
    rows = {INSERT: ("NEW",), DELETE: ("OLD",), UPDATE: ("NEW", "OLD")}[event]
    if vendor == "sqlite":
        return ", ".join(f"{row}.entry_id" for row in rows)
    return " UNION ".join(f"SELECT entry_id FROM {row.lower()}_rows" for row in rows)  # nosec B608 # our own names


def recount(using: str) -> None:
    """Make all rows anew from the reports, while nobody writes."""
    made_anew(using, _ALL)


def wrong(using: str) -> list[int]:
    """Keys of the entries of which something else is kept than a new count gives; none if all is well."""
    rows = apps.get_model("projects.ReportedMonths").objects.using(using)
    return differing(using, _ALL, lambda: {row[0]: row[1:] for row in rows.values_list()})
