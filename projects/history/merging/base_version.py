"""Base version for merging, from the history: a record and its parts as of a revision, and who changed them since."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Max, Model, QuerySet

from projects.history.digests import digest_of

Part = tuple[type[Model], str]  # the model of the parts, and the column by which they belong to the record


def version_of(record: Model, parts: Iterable[Part] = ()) -> int:
    """The number of the newest revision that wrote the record or one of its parts, those that left it included; 0: none.

    Read it before what is shown is read: then it is never newer than what stands on the page.
    """
    numbers = [
        rows.order_by().values_list("revision_id", flat=True) for rows in _histories(type(record), record.pk, parts)
    ]
    if not numbers:
        return 0
    return numbers[0].union(*numbers[1:]).order_by("-revision_id").first() or 0


def changes_since(record: Model, number: int, parts: Iterable[Part]) -> list[Any]:
    """The revisions after `number` that wrote the record or one of its parts, the newest first."""
    found: dict[int, Any] = {}
    for rows in _histories(type(record), record.pk, parts):
        for row in rows.filter(revision_id__gt=number).select_related("revision__user"):
            found[row.revision_id] = row.revision
    return [found[key] for key in sorted(found, reverse=True)]


def touched_since(model: type[Model], keys: Collection[Any], number: int) -> set[Any]:
    """Which of these records were written, in whatever way, after a revision. One query."""
    if not hasattr(model, "history"):
        return set()
    rows = model.history.model.objects.filter(**{f"{_key(model)}__in": keys}, revision_id__gt=number)
    return set(rows.order_by().values_list(_key(model), flat=True))


def record_as_of(model: type[Model], key: Any, number: int) -> Any:
    """The record as it stood after a revision, not stored; None when there was none then."""
    row = _rows(model, **{_key(model): key}).filter(revision_id__lte=number).order_by("-history_id").first()
    return row.instance if row is not None and row.history_type != "-" else None


def rows_as_of(part: Part, key: Any, number: int) -> dict[Any, Any]:
    """The parts that a record had after a revision, by their key, not stored."""
    model, column = part
    own = _key(model)
    ever = _rows(model, **{column: key}).order_by().values(own)
    newest = _rows(model, **{f"{own}__in": ever}).filter(revision_id__lte=number).order_by().values(own)
    rows = _rows(model).filter(history_id__in=newest.annotate(newest=Max("history_id")).values("newest"))
    return {
        getattr(row, own): row.instance
        for row in rows.order_by(own)
        if row.history_type != "-" and getattr(row, column) == key
    }


def by_digest(record: Model, digest: str) -> Any:
    """The newest version of the record with this digest, not stored; None when it never looked like that."""
    fields = record._meta.concrete_fields
    for row in _rows(type(record), **{_key(type(record)): record.pk}).order_by("-history_id").iterator():
        if digest_of(row, fields) == digest:
            return row.instance
    return None


def last_row(model: type[Model], key: Any) -> Any:
    """The newest history row of a record, which may be gone; None when there never was one."""
    if not hasattr(model, "history"):
        return None
    rows = _rows(model, **{_key(model): key}).select_related("revision__user")
    return rows.order_by("-history_id").first()


def owner_in(row: Any) -> int | None:
    """The prefecture that a history row belonged to, also when what it belonged to is gone itself."""
    found = row
    model = row.instance_type
    *names, column = (model.prefecture_path or "").split("__")
    for name in names:
        key, model = getattr(found, f"{name}_id"), model._meta.get_field(name).related_model
        found = model._default_manager.filter(pk=key).first() or last_row(model, key)
    return getattr(found, column) if found is not None else None


def _histories(model: type[Model], key: Any, parts: Iterable[Part]) -> list[QuerySet]:
    found = [_rows(model, **{_key(model): key})] if hasattr(model, "history") else []
    for part, column in parts:
        if hasattr(part, "history"):
            ever = _rows(part, **{column: key}).order_by().values(_key(part))
            found.append(_rows(part, **{f"{_key(part)}__in": ever}))
    return found


def _rows(model: Any, **condition: Any) -> QuerySet:
    return model.history.model.objects.filter(**condition)


def _key(model: type[Model]) -> str:
    return model._meta.pk.attname
