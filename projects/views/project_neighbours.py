"""The projects before and after one in the list that a reader came from: its filters and its order are in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace

from projects.models import Project
from projects.totals.scope import Scope
from sectors.models import in_language

from . import links


@dataclass(frozen=True)
class Neighbours:
    """The one before and the one after; None at the ends of the list."""

    before: links.PageLink | None
    after: links.PageLink | None
    list_url: str


def neighbours(listed: Scope, project: Project) -> Neighbours | None:
    """Return those around the project in the list; None where the list does not hold it. One query."""
    # an address that names the project alone, such as that of a figure, says nothing of a list
    scope = replace(listed, filters=tuple(pair for pair in listed.filters if pair[0] != "code"))
    rows = list(scope.projects().values_list("code", "name_zh", "name_en"))
    index = next((index for index, (code, *_names) in enumerate(rows) if code == project.code), None)
    if index is None:
        return None
    before = _neighbour(scope, rows[index - 1]) if index else None
    after = _neighbour(scope, rows[index + 1]) if index + 1 < len(rows) else None
    return Neighbours(before, after, links.page("projects", query=_asked(scope)))


def _asked(scope: Scope) -> list[tuple[str, str]]:
    """What the address of a page of the list says beside what travels with every link."""
    return [*scope.of_year, *scope.ordering]


def _neighbour(scope: Scope, row: tuple[str, str, str]) -> links.PageLink:
    code, name_zh, name_en = row
    return links.PageLink(in_language(name_zh, name_en or ""), links.page("project", code, query=_asked(scope)))
