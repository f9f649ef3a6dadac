"""Serializing a change for the feed: fields and values as lists show them, records named by the keys of the API."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import ForeignKey, Model, QuerySet
from django.utils import timezone

from projects.access import access_of
from projects.changes.differences import ComparedPart, Difference, differences, parts_of
from projects.changes.kinds import hidden_fields, kind_of, visible_rows
from projects.changes.record_names import RecordNames
from projects.database.prepared_records import plain_of
from projects.models import LightRule, PlausibilityRule, Prefecture, Programme, Project
from sectors.models import ChainLink, Direction, Sector

from .feed_pages import FeedChange
from .field_names import moved_with_the_year, spelling_of

# the columns by which the API names records; others are named by their id
_KEYS: dict[type[Model], str] = {
    Project: "code",
    Direction: "code",
    Sector: "code",
    ChainLink: "code",
    Prefecture: "adcode",
    Programme: "year",
    LightRule: "code",
    PlausibilityRule: "kind",
}
_WITH_ADDRESS = {
    "programme": ("programmes", "year"),
    "target": ("targets", "id"),
    "direction": ("directions", "code"),
    "sector": ("sectors", "code"),
    "chainlink": ("chain-links", "code"),
    "prefecture": ("prefectures", "adcode"),
    "enterprise": ("enterprises", "id"),
    "project": ("projects", "code"),
    "entry": ("entries", "id"),
    "monthlyreport": ("reports", "id"),
    "round": ("rounds", "id"),
    "plan": ("plans", "id"),
    "milestone": ("milestones", "id"),
    "problem": ("problems", "id"),
    "rating": ("ratings", "id"),
    "lightrule": ("light-rules", "code"),
    "plausibilityrule": ("plausibility-rules", "kind"),
    "proposal": ("proposals", "id"),
    "claim": ("claims", "id"),
    "note": ("notes", "id"),
}
Keys = dict[type[Model], dict[Any, Any]]


def told(changes: Sequence[FeedChange], user: Any) -> list[dict[str, Any]]:
    """Each change as JSON: who, when and why, of which record, what before and after.

    `address` is (endpoint, key) of a record that can still be read, None otherwise. Persons and reasons are not for the
    public, and what left the reader's view is told without its content and without the words of whoever moved it.
    """
    rows = [(each.item.kind, row) for each in changes for row in (each.item.row, each.item.before) if row is not None]
    names = RecordNames(rows)
    differing = [_differences(each, user) for each in changes]
    keys = _keys([found for each in differing for found in each], user)
    public = access_of(user).public
    found = []
    for change, parts in zip(changes, differing, strict=True):
        item, revision = change.item, change.revision
        silent = public or change.left
        named = names.of(item.kind, item.row)
        found.append(
            {
                "revision": revision.number,
                "at": timezone.localtime(revision.created_at),
                "known_on": revision.day,
                "door": revision.door,
                "user": None if silent else revision.username or None,
                "reason": None if silent else revision.reason_in_words,
                "undoes": revision.undoes_id,
                "event": change.event,
                "kind": item.kind.name,
                "id": getattr(item.row, item.kind.key),
                "project": named.code or None,
                "name": "" if change.left else str(named),
                "address": _address(change),
                "changes": [_difference(item.kind.model, each, keys, names) for each in parts],
            }
        )
    return found


def _differences(change: FeedChange, user: Any) -> list[Difference]:
    item = change.item
    if change.left:
        return []
    hidden = hidden_fields(item.kind, user)
    if change.event == "deleted":
        return differences(item.kind.model, item.row, None, hidden=hidden)
    before = item.before if change.event == "changed" else None
    found = differences(item.kind.model, before, item.row, hidden=hidden)
    moved = moved_with_the_year(item.kind.model, parts_of(item.kind.model), found) if before is not None else []
    return found + [Difference(part, before, item.row) for part in moved if part.name not in hidden]


def _address(change: FeedChange) -> tuple[str, Any] | None:
    kind = change.item.kind
    if change.event in ("deleted", "left") or kind.name not in _WITH_ADDRESS:
        return None
    endpoint, key = _WITH_ADDRESS[kind.name]
    return endpoint, getattr(change.item.row, key)


def _difference(model: type[Model], each: Difference, keys: Keys, names: RecordNames) -> dict[str, Any]:
    spelling = spelling_of(model, each.part)
    values = [
        None if (value := _value(each.part, row, keys)) is None else spelling.written(value, names.year_of(row))
        for row in (each.before, each.after)
    ]
    return {"field": spelling.name, "before": values[0], "after": values[1]}


def _value(part: ComparedPart, row: Any, keys: Keys) -> Any:
    if row is None or part.is_blank(row):
        return None
    if part.partial is not None:
        return str(part.partial.__get__(row))
    value = getattr(row, part.field.attname)
    if isinstance(value, dt.datetime):
        return timezone.localtime(value)  # as lists write it
    if isinstance(part.field, ForeignKey):
        return keys[part.field.related_model].get(value) if part.field.related_model in keys else value
    return value if isinstance(value, bool | int | str | list | dict | dt.date) else str(value)


def _keys(found: Sequence[Difference], user: Any) -> Keys:
    """The keys of the records that are referred to, as far as the user may know them; a query for each kind."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for each in found:
        model = each.part.field.related_model if isinstance(each.part.field, ForeignKey) else None
        if model in _KEYS or (model is not None and not _is_of_the_register(model)):
            for row in filter(None, (each.before, each.after)):
                wanted[model] |= {*each.part.values(row)} - {None}
    return {model: _keys_of(model, ids, user) for model, ids in wanted.items()}


def _is_of_the_register(model: Any) -> bool:
    return model._meta.app_label in ("projects", "sectors")


def _keys_of(model: Any, ids: set[Any], user: Any) -> dict[Any, Any]:
    keys = list(ids)
    if model not in _KEYS:  # accounts
        accounts = model._default_manager.values_list("pk", "username")
        return dict(plain_of("user names", lambda some: accounts.filter(pk__in=some), keys).rows())
    kind = kind_of(model)

    def build(some: Sequence[int]) -> QuerySet:
        rows = visible_rows(kind, user).filter(**{f"{kind.key}__in": some}).order_by("history_id")
        return rows.values_list(kind.key, _KEYS[model])

    return dict(plain_of(("keys of records", kind.name, access_of(user)), build, keys).rows())
