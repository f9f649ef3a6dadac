"""Undo links: which changes a reader is offered to undo, by the role alone; for the record itself the next page looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from projects.access import get_access
from projects.changes.kinds import Kind, all_kinds, all_rows
from projects.changes.search import CHANGED, CREATED, DELETED

from .. import formatting, links
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


def why_not_all(number: int, did: Iterable[tuple[Kind, str]], *, seen: int, user: Any) -> str:
    """Why the user may not write back every record of a revision, which did this to these kinds; empty for whoever may.

    `seen` of its rows are the user's to see. One record that is not theirs, such as the proposal that the revision
    accepted, and nothing of it would be undone.
    """
    if not user.is_authenticated:
        return _("Sign in to undo it.")
    others = {kind.label for kind, event in did if not user.has_perm(_permission(kind, event))}
    if others:
        told = _("It cannot be undone as a whole, since nobody writes these back: %(kinds)s. Single records can be.")
        return told % {"kinds": formatting.listing(sorted(others))}
    if get_access(user).reads_all or _written(number) == seen:
        return ""
    return _("It cannot be undone as a whole, since it also changed records that you do not have access to.")


def _written(number: int) -> int:
    """How many rows a revision wrote, whoever may see them; one query."""
    rows = [all_rows(kind.history).filter(revision_id=number).order_by().values("history_id") for kind in all_kinds()]
    return rows[0].union(*rows[1:], all=True).count()


def _offered(events: list[Event], user: Any, *, kinds_of_event: tuple[str, ...]) -> list[Event]:
    kinds = {kind.name: kind for kind in all_kinds()}

    def is_offered(line: ChangelogRow) -> bool:
        return bool(line.key) and line.event in kinds_of_event

    asked = filter(is_offered, chain.from_iterable(event.lines for event in events))
    there = _still_there(asked, kinds) if user.is_authenticated else set()
    for event in events:
        event.lines = [
            _line(event.number, line, user, kinds, there) if is_offered(line) else line for line in event.lines
        ]
    return events


def _line(number: int, line: ChangelogRow, user: Any, kinds: dict[str, Kind], there: set[str]) -> ChangelogRow:
    kind = kinds[line.key.partition(".")[0]]
    deleted = line.event == DELETED
    permission = _permission(kind, line.event)
    if not user.is_authenticated or (line.key in there) == deleted or not user.has_perm(permission):
        return line
    return replace(line, undo=undo_url(number, line.key), restores=deleted)


def _permission(kind: Kind, event: str) -> str:
    """What writing the record of an event back takes."""
    return f"{kind.model._meta.app_label}.{_REVERSE[event]}_{kind.name}"


def _still_there(lines: Iterable[ChangelogRow], kinds: dict[str, Kind]) -> set[str]:
    """The keys of those records of the lines that there are now; a query for each kind."""
    keys: dict[str, set[int]] = {}
    for line in lines:
        name, _dot, key = line.key.partition(".")
        keys.setdefault(name, set()).add(int(key))

    return {
        f"{name}.{key}"
        for name, own in keys.items()
        for key in all_rows(kinds[name].model).filter(pk__in=own).order_by().values_list("pk", flat=True)
    }
