"""The projects before and after one in the list that a reader came from: its filters and its order are in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import connections
from django.db.models import Count, F, Window
from django.db.models.functions import Lag, Lead, RowNumber
from django.utils.translation import gettext as _

from projects.database.read_replica import read_alias
from projects.models import Project
from projects.totals.scope import Scope
from sectors.models import in_language

from . import formatting, links


@dataclass(frozen=True)
class Neighbour:
    name: str
    url: str


@dataclass(frozen=True)
class Neighbours:
    """The one before and the one after; None at the ends of the list. `place` is '3 of 42'."""

    before: Neighbour | None
    after: Neighbour | None
    place: str
    list_url: str


def neighbours(listed: Scope, project: Project) -> Neighbours | None:
    """None where the list does not hold the project. One query, which goes through the list in the database alone."""
    # an address that names the project alone, such as that of a figure, says nothing of a list
    scope = replace(listed, filters=tuple(pair for pair in listed.filters if pair[0] != "code"))
    row = _row(scope, project)
    if row is None:
        return None
    place, of, *named = row
    before, after = (_neighbour(scope, *named[first : first + 3]) for first in (0, 3))
    told = _("%(place)s of %(of)s") % {"place": formatting.count(place), "of": formatting.count(of)}
    return Neighbours(before, after, told, links.page("projects", query=_asked(scope)))


def _asked(scope: Scope) -> list[tuple[str, str]]:
    """What the address of a page of the list says beside what travels with every link."""
    return [*([("programme", str(scope.programme.year))] if scope.programme else []), *scope.ordering]


def _row(scope: Scope, project: Project) -> tuple[Any, ...] | None:
    rows = scope.projects()
    order: Any = list(rows.query.order_by)
    names = ("code", "name_zh", "name_en")
    around = {
        f"{name}_{number}": Window(way(name), order_by=order)
        for number, way in enumerate((Lag, Lead))
        for name in names
    }
    rows = rows.annotate(
        place_in=Window(RowNumber(), order_by=order), of=Window(Count("*")), key=F("pk"), **around
    ).order_by()
    columns = ("key", "place_in", "of", *(f"{name}_{number}" for number in range(2) for name in names))
    text, values = rows.values_list(*columns).query.get_compiler(read_alias()).as_sql()
    with connections[read_alias()].cursor() as cursor:
        # the key is asked of the finished rows: asked before, there would be no others around it
        cursor.execute(f"SELECT * FROM ({text}) around WHERE key = %s", [*values, project.pk])  # nosec B608 # Django's own SQL
        found = cursor.fetchone()
    return tuple(found[1:]) if found else None


def _neighbour(scope: Scope, code: str | None, name_zh: str, name_en: str) -> Neighbour | None:
    if code is None:
        return None
    return Neighbour(in_language(name_zh, name_en or ""), links.page("project", code, query=_asked(scope)))
