"""Which changes a reader is offered to undo: by the role alone; for the record itself the next page looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from projects.changelog.kinds import Kind, all_kinds
from projects.changelog.search import CHANGED, CREATED, DELETED

from .. import links
from .changelog_rows import ChangelogRow, Event

_REVERSE = {CREATED: "delete", CHANGED: "change", DELETED: "add"}


def undo_url(number: int, record: str = "") -> str:
    """The page that asks whether a revision, or its change to one record, is to be undone."""
    return links.page("undo", str(number), query=[("record", record)] if record else [])


def with_undo(events: list[Event], user: Any) -> list[Event]:
    """With a way back for every record that the user's role may write back."""
    return _offered(events, user, kinds_of_event=tuple(_REVERSE))


def with_restoring(events: list[Event], user: Any) -> list[Event]:
    """With a way back for deleted records only."""
    return _offered(events, user, kinds_of_event=(DELETED,))


def may_undo_any(events: Iterable[Event]) -> bool:
    return any(line.undo for event in events for line in event.lines)


def _offered(events: list[Event], user: Any, *, kinds_of_event: tuple[str, ...]) -> list[Event]:
    kinds = {kind.name: kind for kind in all_kinds()}
    there = _still_there(events, kinds) if user.is_authenticated else set()
    for event in events:
        event.lines = [
            _line(event.number, line, user, kinds, there) if line.key and line.event in kinds_of_event else line
            for line in event.lines
        ]
    return events


def _line(number: int, line: ChangelogRow, user: Any, kinds: dict[str, Kind], there: set[str]) -> ChangelogRow:
    kind = kinds[line.key.partition(".")[0]]
    deleted = line.event == DELETED
    permission = f"{kind.model._meta.app_label}.{_REVERSE[line.event]}_{kind.name}"
    if not user.is_authenticated or (line.key in there) == deleted or not user.has_perm(permission):
        return line
    return replace(line, undo=undo_url(number, line.key), restores=deleted)


def _still_there(events: Iterable[Event], kinds: dict[str, Kind]) -> set[str]:
    """Which of the records there are now; a query for each kind."""
    keys: dict[str, set[str]] = {}
    for event in events:
        for line in event.lines:
            if line.key:
                name, _dot, key = line.key.partition(".")
                keys.setdefault(name, set()).add(key)
    return {
        f"{name}.{key}"
        for name, wanted in keys.items()
        for key in QuerySet(kinds[name].model).filter(pk__in=wanted).values_list("pk", flat=True)
    }
