"""Changes of a list in the course of its year: who was on it at the start, joined, left, and is on it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from projects.choices import Listed
from projects.history.as_of import override_as_of
from projects.models.entry import part_of_list
from projects.periods import MONTHS_OF_YEAR, Month

from .scope import Scope


@dataclass(frozen=True)
class ListChanges:
    """Numbers of projects of one question, by part of the list up to its last month. At the start and joined, less left, is
    now.
    """

    scope: Scope
    numbers: Mapping[Listed, int]

    def part_parameters(self, part: Listed) -> list[tuple[str, str]]:
        """The query string of exactly the projects of a part."""
        return [*self.scope.parameters(), ("listed", part.value)]


def list_changes(scope: Scope) -> ListChanges | None:
    """What changed; None where nothing did, or where a part of the list is asked about already. One query."""
    if not scope.is_of_the_list or scope.programme is None or not getattr(scope.programme, "list_changes", True):
        return None
    month = Month(scope.programme.year, scope.last_month or MONTHS_OF_YEAR)
    counts = {part.name: Count("pk", filter=part_of_list(part, month)) for part in Listed}
    with override_as_of(scope.as_of):
        entries = scope.span.entries().filter(project__in=scope.ever_listed().order_by().values("pk"))
        found = entries.order_by().aggregate(**counts)
    numbers = {part: found[part.name] for part in Listed}
    changed = any(numbers[part] for part in (Listed.JOINED, Listed.LEFT, Listed.LATER))
    return ListChanges(scope, numbers) if changed else None
