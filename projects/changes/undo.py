"""Undo: what a revision did to one record or to all of them, taken back by a new revision that says so and why.

Every field goes back to its value before, but only where it still is what the change made it: what somebody did since is
never overwritten. Undoing a creation deletes, undoing a deletion restores. All or nothing, under the writers' lock, through
`full_clean`, by whoever may write each of the records now. Steps of reports are for `workflows/reporting.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.db.models.deletion import Collector, ProtectedError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.history.revisions import as_recorded, writing
from projects.models import Milestone, MonthlyReport, Problem, Revision
from projects.models.revision import UNDOES
from projects.text import labelled, listing
from sectors.models import no_nul
from sectors.texts import check_direction

from .bulk_undo import taken_back_together
from .kinds import Kind
from .restoring import instance_of
from .reversals import Action, Obstacle, Reversal, forbidden, may, undoing_of

REASON_IS_REQUIRED = gettext_lazy("Say why it is undone.")
# where a record asks for words with each change: they say why it was undone if the words before will not do
_WORDS = {Milestone: "reason", Problem: "note", MonthlyReport: "correction_reason"}
_Named = tuple[type[Model], Any]  # a record by its model and key


class UndoRefusedError(Exception):
    """Nothing was done."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__("; ".join(each.message for each in obstacles))
        self.obstacles = obstacles


def undo(
    revision: Revision,
    *,
    user: Any,
    reason: str,
    only: tuple[Kind, Any] | None = None,
    leaving: Callable[[Reversal], bool] = lambda _each: False,
    leaving_used: Callable[[Reversal], bool] = lambda _each: False,
) -> int:
    """Do it; the number of the new revision. What is left is as `undoing_of` says.

    Raises `ValidationError`, `UndoRefusedError`, `PermissionDenied`.
    """
    if not reason.strip():
        raise ValidationError({"reason": REASON_IS_REQUIRED})
    no_nul(reason)
    check_direction(reason)
    with translation.override(settings.LANGUAGE_CODE):
        said = UNDOES % {"number": revision.number, "reason": reason.strip()}
    with writing(user=user, reason=said) as draft:
        undoing = undoing_of(revision, user=user, only=only, leaving=leaving, leaving_used=leaving_used)
        if undoing.obstacles:
            raise UndoRefusedError(undoing.obstacles)
        draft.undoes = revision.number
        with as_recorded():
            words = reason.strip()
            going = {(each.kind.model, each.key) for each in undoing.reversals if each.action == Action.DELETE}
            left = taken_back_together(undoing.reversals, draft, say_why=lambda record: _say_why(record, words))
            _take_back(left, going, user=user, words=words)
    return draft.number


def _take_back(reversals: Iterable[Reversal], going: Container[_Named], *, user: Any, words: str) -> None:
    """Write all of them; what has to wait for another (a key, a place that is taken) is tried again after it.

    `going` are all that are deleted.
    """
    pending = list(reversals)
    while pending:
        failed: list[tuple[Reversal, Exception]] = []
        for reversal in pending:
            try:
                with transaction.atomic():
                    _take_one_back(reversal, going, user=user, words=words)
            except (ValidationError, IntegrityError, ProtectedError, ObjectDoesNotExist) as error:
                failed.append((reversal, error))
        if len(failed) == len(pending):
            raise UndoRefusedError([Obstacle(each, _told(error)) for each, error in failed])
        pending = [reversal for reversal, _error in failed]


def _take_one_back(reversal: Reversal, going: Container[_Named], *, user: Any, words: str) -> None:
    kind = reversal.kind
    if reversal.action == Action.RESTORE:
        record = instance_of(kind, reversal.after)
        if not may(user, "add", record):
            raise PermissionDenied(forbidden(reversal).message)
        record.save(force_insert=True)
        return
    if reversal.action == Action.DELETE:
        _delete(reversal, going)
        return
    record = kind.model._default_manager.get(pk=reversal.key)
    for change in reversal.changes:
        for column in change.part.columns:
            setattr(record, column, getattr(reversal.before, column))
    _say_why(record, words)
    record.save()


def _delete(reversal: Reversal, going: Container[_Named]) -> None:
    """With what is part of it and goes too, such as a claim that its project's figure is taken from."""
    record = reversal.kind.model._default_manager.filter(pk=reversal.key).first()
    if record is None:  # it went with what it was part of
        return
    if others := [each for each in _referring(record) if (type(each), each.pk) not in going]:
        raise ProtectedError("", set(others))
    record.delete()


def _referring(record: Model) -> list[Model]:
    collector = Collector(using="default", origin=record)
    try:
        collector.collect([record])
    except ProtectedError as error:
        return list(error.protected_objects)
    found = [each for records in collector.data.values() for each in records if each != record]
    return found + [each for records in collector.fast_deletes for each in records]


def _say_why(record: Any, words: str) -> None:
    """A record that asks for new words with a change gets those of the undoing, if nothing else is wrong with it."""
    name = _WORDS.get(type(record))
    if name is None:
        return
    try:
        record.full_clean_alone()
    except ValidationError as error:
        if set(error.message_dict) == {name}:
            setattr(record, name, words)


def _told(error: Exception) -> str:
    if isinstance(error, ValidationError):
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        return " ".join(message for messages in by_field.values() for message in messages)
    if isinstance(error, ProtectedError):
        # by kind alone: whoever undoes may not see the records themselves
        kinds = Counter(str(each._meta.verbose_name) for each in error.protected_objects)
        named = listing(labelled(kind, number) for kind, number in kinds.items())
        return _("Other records depend on it: %(records)s.") % {"records": named}
    if isinstance(error, ObjectDoesNotExist):
        return _("What it belongs to is not there any more: restore that first.")
    return _("The database refused this change, because other records contradict it. Nothing was saved.")
