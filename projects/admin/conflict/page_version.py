"""Version of a list or confirmation page: the newest revision it was made from; what was written since is not touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import get_access
from projects.history.merging import get_keys_written_since, get_last_row, get_owner
from projects.models import Revision
from projects.text import is_key

from .display import name_of

SEEN = "_seen"
NOT_SAID = gettext_lazy(
    "This page did not say which state of the register it was made from. Load it again. Nothing was done."
)
NAMED = 10  # records that are told by name; the others are counted


class Seen:
    """The number of the newest revision, as a page carries it. Ask for it before the records of the page are read."""

    def __init__(self) -> None:
        self.number = Revision.objects.newest_number()

    def __str__(self) -> str:
        return str(self.number)


def _seen(request: HttpRequest) -> int:
    """The number that the page was made from. Raises `ValidationError` when it said none."""
    text = request.POST.get(SEEN, "")
    if not is_key(text):
        raise ValidationError(NOT_SAID)
    return int(text)


def refuse_touched_keys(request: HttpRequest, rows: QuerySet, keys: Collection[Any] | None) -> None:
    """The same for rows chosen by key (None: all of them), those included that are gone since."""
    number = _seen(request)
    touched = get_keys_written_since(rows.model, rows.values("pk") if keys is None else keys, number)
    if not touched:
        return
    there = list(rows.filter(pk__in=touched))
    gone = touched - {row.pk for row in there}
    found = [*there, *(row.instance for key in sorted(gone) if (row := _deleted(rows.model, key, request.user)))]
    if found:
        raise ValidationError(_told(found))


def refuse_touched(request: HttpRequest, records: Iterable[Model]) -> None:
    """Raise `ValidationError` naming the records that were written after the page was made. Call it under the lock."""
    number = _seen(request)
    by_model: dict[type[Model], list[Model]] = {}
    for record in records:
        by_model.setdefault(type(record), []).append(record)
    touched = [
        record
        for model, rows in by_model.items()
        for keys in [get_keys_written_since(model, [row.pk for row in rows], number)]
        for record in rows
        if record.pk in keys
    ]
    if touched:
        raise ValidationError(_told(touched))


def _deleted(model: Any, key: Any, user: Any) -> Any:
    """The last history row of a record that was deleted, for whom might have seen it; None for anything else."""
    row = get_last_row(model, key)
    if row is None or row.history_type != "-":
        return None
    access = get_access(user)
    may_see = access.reads_all or (model.prefecture_path and get_owner(row) in access.reads_in)
    return row if may_see else None


def _told(touched: list[Any]) -> str:
    names = [f"{record._meta.verbose_name} “{name_of(record)}”" for record in touched[:NAMED]]
    if len(touched) > NAMED:
        names.append(_("%(count)s more") % {"count": len(touched) - NAMED})
    return _(
        "Changed by somebody else since you opened this page: %(records)s. Nothing was done; please look again."
    ) % {"records": _(", ").join(names)}
