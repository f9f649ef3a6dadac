"""Lights of a list of projects: as rows for its filter and orders, and of the projects on one page of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from projects.choices import LIGHTS, Light
from projects.database.sql import Sql
from projects.history.as_of import looking_back
from projects.models import Project
from projects.totals.light_filter import unlit
from projects.totals.scope import Scope

from .beside import BesideReports
from .entry_lights import EntryLights, judged_lists, months_judged, plan_rated, which_of
from .entry_table import CommonTable, rows_of, with_tables


class ProjectLight(NamedTuple):
    """The light of a project's entry, and the month by which it is judged (0: none yet)."""

    light: Light | None
    month: int


def lit_rows(scope: Scope, *, found: QuerySet | None = None) -> Sql | None:
    """A select of `project`, `place`, `month`, `light` (its place in `LIGHTS`, NULL where none can be told) and `gap`; what
    else is told of an entry is in `standing_table`. Of `found` projects of the scope alone, where there are any.
    """
    programme: Any = scope.programme
    if programme is None or (scope.as_of and scope.as_of.is_before_all):  # when no programme was known
        return None
    with looking_back(scope.as_of):
        beside, months = _beside(scope), months_judged(scope)
        kind = plan_rated(programme.light_rule)
        try:
            parts = list(judged_lists(scope, months, beside, kind, found=found))
        except EmptyResultSet:
            return None
    selects = [
        EntryLights(each, kind, beside, ()).progress(which_of(months, judged)) for judged, each in months.items()
    ]
    return with_tables(parts, " UNION ALL ".join(selects))


def _beside(scope: Scope) -> BesideReports:
    """Read once for the order of a list and for the lights of its page."""
    read = {} if scope.read is None else scope.read
    asked = ("beside the lights", scope.programme, scope.as_of)
    if asked not in read:
        read[asked] = BesideReports.of_lights(scope.programme)  # type: ignore[arg-type]  # of a programme
    found: BesideReports = read[asked]
    return found


def lights_of(scope: Scope, keys: Sequence[int]) -> dict[int, ProjectLight]:
    """The lights of some projects that a question has found, by their keys. Two queries, however many there are."""
    own = Project.objects.filter(pk__in=keys).order_by()
    rows = lit_rows(unlit(scope).restricted_to(own), found=own) if keys else None
    if rows is None:
        return {}
    with looking_back(scope.as_of):
        found = rows_of([CommonTable("lit AS", rows)], "SELECT project, month, light FROM lit")
    return {key: ProjectLight(None if light is None else LIGHTS[light], month) for key, month, light in found}
