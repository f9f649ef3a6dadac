"""Changes of a list in the course of its year: who was on it at the start, joined, left, and is on it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from projects.choices import Listed
from projects.versioning.as_of import looking_back

from .scope import Scope
from .sums import count_parts_of_list


@dataclass(frozen=True)
class ListChanges:
    """Numbers of projects of one question, by part of the list up to its last month. At the start and joined, less left, is
    now.
    """

    scope: Scope
    numbers: Mapping[Listed, int]

    def opening(self, part: Listed) -> list[tuple[str, str]]:
        """The query string of exactly the projects of a part."""
        return [*self.scope.parameters(), ("listed", part.value)]


def list_changes(scope: Scope) -> ListChanges | None:
    """What changed; None where nothing did, or where a part of the list is asked about already. One query."""
    if not scope.is_of_the_list or scope.programme is None or not getattr(scope.programme, "list_changes", True):
        return None
    with looking_back(scope.as_of):
        numbers = count_parts_of_list(scope)
    changed = any(numbers[part] for part in (Listed.JOINED, Listed.LEFT, Listed.LATER))
    return ListChanges(scope, numbers) if changed else None
