"""Standings of entries by months, as SQL: what the reported months of an entry add to the sums of its keys.

Of the aliases `k` is always a row of `models.ReportedMonths`, `e` its entry and `m` a month from 1 to 12. An entry that
joined or left its list is in none of them: those few are looked at by themselves.
"""

from __future__ import annotations

from collections.abc import Callable

from projects.choices import ListStatus
from projects.choices.kept_counts import (
    ABOVE_PLAN,
    CONTINUING,
    EIGHTY_PERCENT,
    FORECAST,
    PRODUCING,
    SHARE_KNOWN,
    STAGE_KNOWN,
    STARTED,
    TRIAL,
    UNBROKEN,
)
from projects.periods import MONTHS_OF_YEAR

from ..triggers import DELETE, UPDATE

TABLE = "projects_reportedmonths"
_NUMBERS = range(1, MONTHS_OF_YEAR + 1)
_BITS = ("approved", "begun", "beyond", "preparing", "trial", "producing")
COLUMNS = ("entry", *_BITS, *(f"{name}_{month}" for name in ("done", "said") for month in _NUMBERS))
MONTHS = f"({' UNION ALL '.join(f'SELECT {month} AS month' for month in _NUMBERS)})"
ALL_YEAR = 'e.joined IS NULL AND e."left" IS NULL'
_CONTINUING = f"e.status = '{ListStatus.CONTINUING.value}'"
_IS_KNOWN = f"e.status <> '{ListStatus.UNKNOWN.value}'"
# the bits of January to a month, and to the one before
_UP_TO, _BEFORE = "((2 << m.month) - 2)", "((1 << m.month) - 2)"


def one_if(condition: str) -> str:
    """1 where a condition holds, else 0: to be added up."""
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


def _first(*columns: str) -> str:
    """Whether it is the first of the months that any of these columns has."""
    return f"({' | '.join(f'k.{name}' for name in columns)}) & {_UP_TO} = 1 << m.month"


def _newest(column: str) -> str:
    """Whether the newest stage is this one: twice what has it is more than all only where it has the highest bit of all."""

    def by(bits: str) -> str:
        return one_if(f"(k.{column} & {bits}) * 2 > ((k.beyond | k.preparing) & {bits})")

    return f"{by(_UP_TO)} - {by(_BEFORE)}"


def _at(name: str, month: str) -> str:
    """An amount by a month; NULL where nothing is said by then, and before January."""
    cases = " ".join(f"WHEN {each} THEN k.{name}_{each}" for each in _NUMBERS)
    return f"CASE {month} {cases} END"


def _more(told: Callable[[str], str], name: str) -> str:
    """How much more it is by the month than by the one before; `told` says what it is of an amount."""
    return f"{told(_at(name, 'm.month'))} - {told(_at(name, 'm.month - 1'))}"


def _of_plan(condition: str) -> str:
    """Of an amount disbursed, against what is planned for the year."""
    return _more(lambda done: one_if(f"e.planned_disbursement > 0 AND {condition.format(done=f'({done})')}"), "done")


# what an entry says before any month
OF_ENTRIES = {
    STARTED.name: one_if(f"{ALL_YEAR} AND {_CONTINUING}"),
    STARTED.known: one_if(f"{ALL_YEAR} AND {_CONTINUING}"),
    CONTINUING.name: one_if(f"{ALL_YEAR} AND {_CONTINUING}"),
    CONTINUING.known: one_if(f"{ALL_YEAR} AND {_IS_KNOWN}"),
}
OF_MONTHS = {
    STARTED.name: one_if(f"NOT {_CONTINUING} AND {_first('begun', 'beyond')}"),
    STARTED.known: one_if(f"NOT {_CONTINUING} AND {_first('approved')}"),
    TRIAL.name: _newest("trial"),
    PRODUCING.name: _newest("producing"),
    STAGE_KNOWN: one_if(_first("beyond", "preparing")),
    ABOVE_PLAN.name: _of_plan("{done} > e.planned_disbursement"),
    EIGHTY_PERCENT.name: _of_plan("{done} * 10 >= e.planned_disbursement * 8"),
    SHARE_KNOWN: one_if(f"e.planned_disbursement > 0 AND {_first('approved')}"),  # each says what was disbursed
    FORECAST.name: _more(lambda said: f"COALESCE({said}, 0)", "said"),
    FORECAST.known: _more(lambda said: one_if(f"({said}) IS NOT NULL"), "said"),
    UNBROKEN: one_if(f"k.approved & {_UP_TO} = {_UP_TO}"),  # in each month up to which all are approved
}


def written(vendor: str, event: str) -> str:
    """The rows that an event wrote, with what they are now and, where they were before, `was_…` of each column."""
    if event != UPDATE:
        row, relation = ("OLD", "old_rows") if event == DELETE else ("NEW", "new_rows")
        if vendor == "postgresql":
            return relation
        return f"(SELECT {', '.join(f'{row}.{name} AS {name}' for name in COLUMNS)})"
    now, was = ("NEW", "OLD") if vendor == "sqlite" else ("n", "o")
    columns = ", ".join(f"{now}.{name} AS {name}, {was}.{name} AS was_{name}" for name in COLUMNS)
    return f"(SELECT {columns}{'' if vendor == 'sqlite' else ' FROM new_rows n JOIN old_rows o ON o.entry = n.entry'})"


def added_by(event: str) -> dict[str, str]:
    """What such a row adds to each sum of a month."""
    if event == UPDATE:
        return {name: f"({now}) - ({now.replace('k.', 'k.was_')})" for name, now in OF_MONTHS.items()}
    return {name: f"-({gone})" if event == DELETE else gone for name, gone in OF_MONTHS.items()}
