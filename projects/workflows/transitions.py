"""State transitions: records take a step together or not at all, under the writers' lock, and leave an event.

`workflow.py` says what may happen to monthly reports, `proposals/` to proposals. Both read the records again under the
lock, so of two people at one button one wins and the other is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.versioning.revisions import Draft, all_or_nothing, writing


class RefusedError(Exception):
    """Nothing was done. `refusals` say for each record that stood in the way what is wrong, by field.

    `conflict` when the only thing wrong is that somebody else was faster.
    """

    def __init__(self, refusals: dict[int, Refusal]) -> None:
        super().__init__("; ".join(message for refusal in refusals.values() for message in refusal.messages))
        self.refusals = refusals

    @property
    def conflict(self) -> bool:
        return all(refusal.conflict for refusal in self.refusals.values())


@dataclass(frozen=True)
class Refusal:
    """Why one record cannot take the step; `errors` by field, NON_FIELD_ERRORS for the record as a whole."""

    record: Any
    errors: dict[str, list[str]]
    conflict: bool = False

    @property
    def messages(self) -> list[str]:
        return [message for messages in self.errors.values() for message in messages]


def taken_together(
    records: Iterable[Any],
    *,
    of: QuerySet,
    user: Any,
    may: Callable[[Any], bool],
    refusal: Callable[[Any], Refusal | None],
    take: Callable[[Any, Draft], None],
    absent: Any,
    reason: str = "",
) -> list[Any]:
    """Take all records one step further, or none: read them again from `of`, ask `may`, then `refusal`, then `take`.

    What the record itself refuses when it is taken is a refusal of that record too. Raises `PermissionDenied` (with
    `absent` for a record that is not among `of`) and `RefusedError`.
    """
    keys = [record.pk for record in records]
    with writing(user=user, reason=reason) as draft:
        stored = sorted(of.filter(pk__in=keys), key=lambda record: keys.index(record.pk))
        if not all(may(record) for record in stored):
            raise PermissionDenied(_("Your role does not allow this."))
        refusals = {record.pk: found for record in stored if (found := refusal(record))}
        if len(stored) < len(set(keys)):
            raise PermissionDenied(absent)
        if refusals:
            raise RefusedError(refusals)
        with all_or_nothing(draft):
            refusals = {record.pk: found for record in stored if (found := _refused(record, draft, take=take))}
            if refusals:
                raise RefusedError(refusals)
    return stored


def _refused(record: Any, draft: Draft, *, take: Callable[[Any, Draft], None]) -> Refusal | None:
    """Take the record one step further; what it refuses of itself, beside the record as it is stored."""
    try:
        take(record, draft)
    except ValidationError as error:
        record.refresh_from_db()  # the step has begun to change it, and pages show it beside the refusal
        by_field: dict[str, list[str]] = (
            error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        )
        return Refusal(record, by_field)
    return None


def leave_event(model: type[Model], draft: Draft, **facts: Any) -> None:
    """Store an event of the revision under way, so that its digest covers it."""
    model._default_manager.create(at=draft.created_at, revision_id=draft.number, **facts)
    draft.touched.add(model)


def last_step(record: Any) -> dict[str, str] | None:
    """Who took the newest step of a record and when, for a sentence to whoever came second; None before the first."""
    last = record.events.select_related("user").first()
    if last is None:
        return None
    return {"who": last.user.display_name, "when": f"{timezone.localtime(last.at):%Y-%m-%d %H:%M}"}
