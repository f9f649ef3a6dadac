"""The projects before and after one in the list that a reader came from: its filters and its order are in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace

from projects.models import Project
from projects.totals.scope import Scope

from . import links


@dataclass(frozen=True)
class Neighbours:
    """The one before and the one after; None at the ends of the list."""

    before: links.PageLink | None
    after: links.PageLink | None
    list_url: str


def neighbours(listed: Scope, project: Project) -> Neighbours | None:
    """Return the projects around one in the order of a list; None if the list does not hold it. Two queries."""
    # an address that names the project alone, such as that of a figure, says nothing of a list
    scope = replace(listed, filters=tuple(pair for pair in listed.filters if pair[0] != "code"))
    keys = list(scope.projects().values_list("pk", flat=True))
    if project.pk not in keys:
        return None
    place = keys.index(project.pk)
    sides = [keys[place - 1] if place else None, keys[place + 1] if place + 1 < len(keys) else None]
    named = Project.objects.visible_to(scope.user).in_bulk([key for key in sides if key])
    before, after = (_neighbour(scope, named.get(key)) for key in sides)
    return Neighbours(before, after, links.page("projects", query=_asked(scope)))


def _asked(scope: Scope) -> list[tuple[str, str]]:
    """What the address of a page of the list says beside what travels with every link."""
    return [*scope.of_year, *scope.ordering]


def _neighbour(scope: Scope, project: Project | None) -> links.PageLink | None:
    if project is None:
        return None
    return links.PageLink(project.name, links.page("project", project.code, query=_asked(scope)))
