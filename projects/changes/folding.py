"""Folding of drafts in the log: a person who saves the same reports over and over is one event, not one for each time.

Only revisions next to each other are told together, and only such as did nothing but write drafts: no step, no reason,
nothing undone. Each keeps its own page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from projects.choices import Channel, ReportState
from projects.models import MonthlyReport

from .query import CREATED, DELETED
from .search import Group, Item

APART = dt.timedelta(hours=1)  # the longest pause between two
_BEFORE_SUBMITTING = (ReportState.DRAFT, ReportState.RETURNED)


def folded(groups: Iterable[Group]) -> list[Group]:
    """Groups from the newest on, of which those that only saved drafts are told with the one after them."""
    found: list[Group] = []
    for group in groups:
        if found and _goes_with(found[-1], group):
            found[-1] = _together(found[-1], group)
        else:
            found.append(group)
    return found


def _goes_with(later: Group, earlier: Group) -> bool:
    oldest = (later.folded or [later.revision])[-1]
    same = earlier.revision.user_id is not None and earlier.revision.user_id == oldest.user_id
    near = oldest.created_at - earlier.revision.created_at <= APART
    return same and near and _only_drafts(later) and _only_drafts(earlier)


def _only_drafts(group: Group) -> bool:
    revision = group.revision
    if group.numbers or revision.reason or revision.undoes_id or revision.door != Channel.PAGE:
        return False
    return bool(group.items) and all(_is_draft(item) for item in group.items)


def _is_draft(item: Item) -> bool:
    if item.kind.model is not MonthlyReport or item.event == DELETED or item.row.state not in _BEFORE_SUBMITTING:
        return False
    return item.event == CREATED or (item.before is not None and item.before.state == item.row.state)


def _together(later: Group, earlier: Group) -> Group:
    """Of each report the row that was written last, against what it was before the first of them."""
    items: dict[Any, Item] = {_key(item): item for item in later.items}
    for item in earlier.items:
        last = items.get(_key(item))
        if last is None:
            items[_key(item)] = item
        elif item.event == CREATED:
            items[_key(item)] = replace(item, row=_as_made(last.row))
        else:
            items[_key(item)] = replace(last, before=item.before, appeared=item.appeared)
    return replace(later, items=list(items.values()), folded=[*later.folded, earlier.revision])


def _key(item: Item) -> tuple[str, Any]:
    return item.kind.name, getattr(item.row, item.kind.key)


def _as_made(row: Any) -> Any:
    """What was written last, of a report that was made by the first of them."""
    row.history_type = CREATED
    return row
