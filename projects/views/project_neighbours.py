"""The projects before and after one in the list that a reader came from: its filters and its order are in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import connections
from django.db.models import F, Window
from django.db.models.functions import Lag, Lead

from projects.database import get_read_alias
from projects.database.sql import Sql, joined
from projects.models import Project
from projects.totals.scope import Scope
from projects.totals.scope_statements import statement_of
from sectors.models import in_language

from . import links

_COLUMNS = ("code", "name_zh", "name_en")


@dataclass(frozen=True)
class Neighbours:
    """The one before and the one after; None at the ends of the list."""

    before: links.PageLink | None
    after: links.PageLink | None
    list_url: str


def neighbours(listed: Scope, project: Project) -> Neighbours | None:
    """None where the list does not hold the project. One query."""
    # an address that names the project alone, such as that of a figure, says nothing of a list
    scope = replace(listed, filters=tuple(pair for pair in listed.filters if pair[0] != "code"))
    found = _in_another_order(scope, project) if scope.ordering else _by_code(scope, project)
    if found is None:
        return None
    before, after = (_neighbour(scope, found.get(side)) for side in ("before", "after"))
    return Neighbours(before, after, links.page("projects", query=_asked(scope)))


Named = dict[str, tuple[str, str, str]]  # the code and names of the one before and the one after, where there is one


def _by_code(scope: Scope, project: Project) -> Named | None:
    """By the index of codes, which reads no more of the list than these."""

    def build(question: Scope, key: int, code: str) -> Sql:
        rows = question.projects()
        sides = {
            "own": rows.filter(pk=key),
            "before": rows.filter(code__lt=code).order_by("-code"),
            "after": rows.filter(code__gt=code).order_by("code"),
        }
        texts = []
        for side, chosen in sides.items():
            head = f"SELECT '{side}', {side}.* FROM ("  # nosec B608 # our own names
            texts.append(joined([head, Sql.of(chosen.values_list(*_COLUMNS)[:1]), f") {side}"]))
        return joined(texts, " UNION ALL ")

    rows = statement_of(scope, "neighbours", build, project.pk, project.code).rows()
    found = {side: tuple(named) for side, *named in rows}
    return found if found.pop("own", None) else None  # type: ignore[return-value]


def _in_another_order(scope: Scope, project: Project) -> Named | None:
    """By going through the list, in the database alone."""
    rows = scope.projects()
    order: Any = list(rows.query.order_by)
    around = {"before": Window(Lag("code"), order_by=order), "after": Window(Lead("code"), order_by=order)}
    rows = rows.annotate(key=F("pk"), **around).order_by().values_list("key", *around)
    text, values = rows.query.get_compiler(get_read_alias()).as_sql()
    # the key is asked of the finished rows: asked before, there would be no others around it
    statement = (
        f"SELECT side, p.code, p.name_zh, p.name_en FROM"  # nosec B608 # Django's own SQL
        f" (WITH around AS (SELECT * FROM ({text}) listed WHERE key = %s)"
        " SELECT 'own' AS side, NULL AS code FROM around"
        " UNION ALL SELECT 'before', before FROM around UNION ALL SELECT 'after', after FROM around) sides"
        f' LEFT JOIN "{Project._meta.db_table}" p ON p.code = sides.code'
    )
    found = {side: tuple(named) for side, *named in _rows(statement, [*values, project.pk])}
    if "own" not in found:
        return None
    return {side: named for side, named in found.items() if named[0] is not None}  # type: ignore[misc]


def _rows(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connections[get_read_alias()].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _asked(scope: Scope) -> list[tuple[str, str]]:
    """What the address of a page of the list says beside what travels with every link."""
    return [*scope.of_year, *scope.ordering]


def _neighbour(scope: Scope, named: tuple[str, str, str] | None) -> links.PageLink | None:
    if named is None:
        return None
    code, name_zh, name_en = named
    return links.PageLink(in_language(name_zh, name_en or ""), links.page("project", code, query=_asked(scope)))
