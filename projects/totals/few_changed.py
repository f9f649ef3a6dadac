"""Few changed: the projects of which anything was written between two states of knowledge, or that were known then, where
these are few.

All others are alike in both, or were not there, so that two states are told apart by looking at these alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import Model

from projects.database.prepared_statements import fetched
from projects.models import Entry, MonthlyReport, Project, ReportedMonths
from projects.versioning.as_of import in_the_present, looking_back
from projects.versioning.past_views import tables_read
from projects.versioning.revisions import NEVER

from .filter_types import ManyOf
from .filters import ProjectFilterSet
from .light_filter import LightFilter
from .scope import Scope

MOST = 1000  # records that were written; where there are more, to look at all is as quick
OF_FEW, OF_ENTRIES = "SELECT id FROM few", "SELECT id FROM few_entries"  # see `tables_of`


class Few(NamedTuple):
    """Selects of keys of projects, each where they are few: those of which something was written between two states, and
    those that were known in the first of them.
    """

    changed: str | None
    known: str | None


def few_between(then: Scope, now: Scope, sql: str | None, *, more: int) -> Few:
    """Of two states that a statement reads; without one nobody asks what changed. Those that were known are told only where
    the register has many by now, and with so many `more` few. One query.
    """
    changed, number = _changed(then, now, sql) if sql and _is_known(then, now) else (None, f"{MOST + 1}")
    known = known_then(then)
    counts = (_up_to_most(known), _up_to_most(f'SELECT 1 FROM "{Project._meta.db_table}"'))  # nosec B608 # our own names
    with in_the_present():
        [[changes, were, are]] = fetched(f"SELECT {number}, {', '.join(counts)}", ())[1]
    return Few(changed if changes <= MOST else None, known if were + more <= MOST < are else None)


def known_then(then: Scope) -> str:
    """A select of the keys of the projects that were known in a past state or before."""
    return f"SELECT h.id FROM {_history(Project)} h WHERE h.revision_id <= {int(then.as_of.revision)}"  # type: ignore[union-attr]  # nosec B608 # our own number


def tables_of(projects: str, *, past: str = OF_FEW) -> str:
    """The tables that a statement about few projects begins with, each of a column `id`: `few`, their keys, and
    `few_entries`, those of the entries that they had at any time; or that those had which a past state has, where only one
    of the states is past.
    """
    entries = f"SELECT DISTINCT e.id FROM {_history(Entry)} e WHERE e.project_id IN ({past})"  # nosec B608 # our own names
    return f"few (id) AS MATERIALIZED ({projects}), few_entries (id) AS MATERIALIZED ({entries}), "


def _is_known(*states: Scope) -> bool:
    """Whether anything had been recorded in each of these states."""
    return not any(scope.as_of is not None and scope.as_of.is_before_all for scope in states)


def _changed(then: Scope, now: Scope, sql: str) -> tuple[str | None, str]:
    """A select of keys of the projects that a statement reads of which something was written, and SQL that counts what was
    written; none where it reads what has no history.
    """
    models = tables_read(sql)
    if models is None:
        return None, f"{MOST + 1}"
    read: set[Any] = {MonthlyReport if model is ReportedMonths else model for model in models}
    of_records: dict[Any, str] = {each: path for each in (*read, Project, Entry) if (path := _path(each))}
    frame = [model for model in read if model not in of_records]
    during = _during(then, now)
    projects = " UNION ".join(_projects(model, path, during) for model, path in of_records.items())
    return projects, _number(of_records, frame, during, now)


def _up_to_most(rows: str) -> str:
    return f"(SELECT COUNT(*) FROM ({rows} LIMIT {MOST + 1}) w)"  # nosec B608 # our own names


def _path(model: type[Model]) -> str:
    """The column of a record that leads to its project: its own key, or that of project or entry; none of a frame."""
    names = {field.name for field in model._meta.concrete_fields}
    if model is Project:
        return "id"
    return next((f"{name}_id" for name in ("project", "entry") if name in names), "")


def _history(model: Any) -> str:
    return str(model.history.model._meta.db_table)


def _during(then: Scope, now: Scope) -> Callable[[str], str]:
    """When a number is that of a revision after the one state and not after the other. The present is after all of them."""
    numbers = sorted(NEVER if scope.as_of is None else scope.as_of.revision for scope in (then, now))
    first, last = numbers
    before = f"{{0}} < {NEVER}" if last == NEVER else f"{{0}} <= {last}"
    return f"{{0}} > {first} AND {before}".format


def _number(
    of_records: Iterable[type[Model]], frame: Iterable[type[Model]], during: Callable[[str], str], scope: Scope
) -> str:
    """How many rows, counted no further than needed: whatever changes what is of no project may change all of them."""
    rows = (f"SELECT 1 FROM {_history(model)} h WHERE {during('h.revision_id')}" for model in of_records)  # nosec B608 # our own names
    number = _up_to_most(" UNION ALL ".join(rows))
    changed = [f"EXISTS (SELECT 1 FROM {_history(model)} h WHERE {_concerns(model, during, scope)})" for model in frame]  # nosec B608 # the same
    return f"CASE WHEN {' OR '.join(changed)} THEN {MOST + 1} ELSE {number} END" if changed else number


def _concerns(model: type[Model], during: Callable[[str], str], scope: Scope) -> str:
    """When a row of a frame began or ended in between, of what a question is about."""
    conditions = [f"(({during('h.revision_id')}) OR ({during('h.superseded_by')}))"]
    names = {field.name for field in model._meta.concrete_fields}
    if "programme" in names:
        conditions.append(f"h.programme_id = {int(scope.span.programme_id or 0)}")
        conditions += [f"h.month = {int(scope.last_month)}"] if "month" in names else []  # a round
    return " AND ".join(conditions)


def _projects(model: type[Model], path: str, during: Callable[[str], str]) -> str:
    """Those of the records that were written, where they were at any time."""
    found = (
        f"SELECT o.{path} FROM {_history(model)} h JOIN {_history(model)} o ON o.id = h.id"  # nosec B608 # our own names
        f" WHERE {during('h.revision_id')}"
    )
    if path != "entry_id":
        return found
    return f"SELECT e.project_id FROM {_history(Entry)} e WHERE e.id IN ({found})"  # nosec B608 # the same


def is_asked_alike(then: Scope, now: Scope) -> bool:
    """Whether the same statement asks both states: not of lights, nor where what is named is another then."""
    if now.within is not None or any(isinstance(_filter(name), LightFilter) for name, _value in now.filters):
        return False
    if is_timeless(now):
        return True
    with looking_back(then.as_of):
        was = then.values
    with looking_back(now.as_of):
        return was is not None and was == now.values


def is_timeless(scope: Scope) -> bool:
    """Whether its filters choose by columns alone: a code, as of a sector, is looked up in the state that is asked, and a
    light is told by its months and day.
    """
    of_a_state = (ManyOf, LightFilter)
    return not any(isinstance(_filter(name), of_a_state) for name, _value in scope.filters)


def _filter(name: str) -> Any:
    return ProjectFilterSet.base_filters[name]
