"""Undo: what a revision did to one record or to all of them goes back by a new revision that says so and why.

Every field goes back to its value before, but only where it still is what the change made it: what somebody did since is
never overwritten. Undoing a creation deletes, undoing a deletion restores. All or nothing, under the writers' lock, through
`full_clean`, by whoever may write each of the records now. Steps of reports are for `workflows/reporting.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CASCADE, DO_NOTHING, ForeignKey, Max, Model, QuerySet
from django.db.models.deletion import ProtectedError
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import Channel, ReportState
from projects.history.revisions import as_recorded, create_revision
from projects.models import Grant, Milestone, MonthlyReport, Problem, Revision
from projects.models.base import get_dependents, get_fields_to_propose, get_way_to_propose
from projects.models.report import CONTENT
from projects.models.revision import UNDOES
from projects.text import listing, with_label
from projects.workflows import reporting
from sectors.models import no_nul
from sectors.texts import check_direction

from .differences import ComparedPart, Difference, differences, parts_of
from .kinds import Kind, all_kinds, all_rows, visible_rows
from .search import DELETED

STEPS_ARE_NOT_UNDONE = gettext_lazy(
    "The steps of a monthly report are not undone here: withdraw it, return it or open it again."
)
_CORRECT = gettext_lazy("It was submitted once, so that it is not deleted: correct what it says, then submit it again.")
_INSTEAD = {
    ReportState.DRAFT: _CORRECT,
    ReportState.RETURNED: _CORRECT,
    ReportState.SUBMITTED: gettext_lazy("It has been submitted since: withdraw it, then correct what it says."),
    ReportState.APPROVED: gettext_lazy(
        "It has been approved since: ask the province to open it again, then correct what it says."
    ),
}
_NO_STEP = frozenset({*CONTENT, "entry", "month", "correction_reason", "basis", "source"})

REASON_IS_REQUIRED = gettext_lazy("Say why it is undone.")
# where a record asks for words with each change: they say why it was undone if the words before will not do
_WORDS = {Milestone: "reason", Problem: "note", MonthlyReport: "correction_reason"}


class Action(Enum):
    """What undoing does to a record."""

    SET = "set"
    DELETE = "delete"
    RESTORE = "restore"


@dataclass(frozen=True)
class Reversal:
    """One record of a revision: its states before and after it, as history rows, and as it is now (None: gone)."""

    kind: Kind
    key: Any
    before: Any
    after: Any
    present: Any

    @property
    def action(self) -> Action | None:
        """Return what undoing does; None when the revision made and deleted the record itself."""
        existed = self.before is not None and self.before.history_type != DELETED
        if self.after.history_type == DELETED:
            return Action.RESTORE if existed else None
        return Action.SET if existed else Action.DELETE

    @cached_property
    def changes(self) -> list[Difference]:
        """Return what will be set to what: from the present state to the one before; all of it for what appears or goes."""
        if self.action == Action.SET:
            told = [each.part for each in differences(self.kind.model, self.before, self.after)]
            return [Difference(part, self.present or self.after, self.before) for part in told]
        if self.action == Action.RESTORE:
            return differences(self.kind.model, None, self.after)
        return differences(self.kind.model, self.present or self.after, None)


@dataclass(frozen=True)
class Obstacle:
    """Why a record cannot go back. `part` is the field that was changed since, by the revision `later`."""

    reversal: Reversal
    message: str
    part: ComparedPart | None = None
    later: int | None = None
    forbidden: bool = False


@dataclass(frozen=True)
class UndoPreview:
    """What undoing a revision, or its change to one record, would do, and what stands in the way."""

    revision: Revision
    reversals: Sequence[Reversal]
    obstacles: Sequence[Obstacle]


def get_undo_preview(
    revision: Revision,
    *,
    user: Any,
    only: tuple[Kind, Any] | None = None,
    leaving: Callable[[Reversal], bool] = lambda _each: False,
    leaving_used: Callable[[Reversal], bool] = lambda _each: False,
) -> UndoPreview:
    """Return what an undo would do, without writing. Raises `PermissionDenied` if the user may not write a record back.

    Records of which `leaving` holds are left to whoever asks; so are those that would go and that others depend on, where
    `leaving_used` holds.
    """
    chosen = None if only is None else {only, *iter_deleted_parts(revision.number, *only)}
    reversals, hidden = _get_reversals(revision, user, chosen)
    reversals = [each for each in reversals if not leaving(each)]
    if hidden:
        raise PermissionDenied(_("This revision also changed records to which you do not have access."))
    obstacles = [obstacle for reversal in reversals for obstacle in _iter_obstacles(reversal, user)]
    used = list(_iter_dependents(reversals))
    left = {id(each.reversal) for each in used if leaving_used(each.reversal)}
    reversals = [each for each in reversals if id(each) not in left]
    obstacles = [each for each in (*obstacles, *used) if id(each.reversal) not in left]
    for obstacle in obstacles:
        if obstacle.forbidden:
            raise PermissionDenied(obstacle.message)
    return UndoPreview(revision, reversals, obstacles)


def _get_reversals(revision: Revision, user: Any, chosen: set[tuple[Kind, Any]] | None) -> tuple[list[Reversal], bool]:
    """Return the records of a revision, or those chosen; and whether there are others that the user may not see."""
    found, hidden = [], False
    for kind in all_kinds() if chosen is None else dict.fromkeys(kind for kind, _key in chosen):
        rows = all_rows(kind.history).filter(revision_id=revision.number)
        if chosen is not None:
            rows = rows.filter(**{f"{kind.key}__in": [key for each, key in chosen if each is kind]})
        by_record: dict[Any, list[Any]] = {}
        for row in rows.order_by("history_id"):
            by_record.setdefault(getattr(row, kind.key), []).append(row)
        if by_record:
            visible = set(visible_rows(kind, user).filter(pk__in=rows.values("pk")).values_list("pk", flat=True))
            hidden = hidden or any(row.pk not in visible for rows in by_record.values() for row in rows)
            found += _reversals_of_kind(kind, by_record)
    return [each for each in found if each.action], hidden


def _reversals_of_kind(kind: Kind, by_record: dict[Any, list[Any]]) -> list[Reversal]:
    first = min(rows[0].history_id for rows in by_record.values())
    history = all_rows(kind.history)
    earlier = history.filter(**{f"{kind.key}__in": list(by_record)}, history_id__lt=first).order_by().values(kind.key)
    newest = history.filter(history_id__in=earlier.annotate(last=Max("history_id")).values("last"))
    before = {getattr(row, kind.key): row for row in newest}
    owner = ["__".join(kind.steps)] if kind.steps else []
    present = all_rows(kind.model).select_related(*owner).in_bulk(list(by_record))
    return [Reversal(kind, key, before.get(key), rows[-1], present.get(key)) for key, rows in by_record.items()]


def _iter_obstacles(reversal: Reversal, user: Any) -> Iterable[Obstacle]:
    action, present = reversal.action, reversal.present
    if action == Action.RESTORE:
        if present is not None:
            yield _later_obstacle(reversal, _("It is there again since revision %(number)s."))
        elif not _may_restore(reversal, user):
            yield build_forbidden_obstacle(reversal)
        return
    if present is None:
        yield _later_obstacle(reversal, _("It was deleted by revision %(number)s: restore it first."))
        return
    if action == Action.SET and _is_a_step(reversal):
        yield Obstacle(reversal, str(STEPS_ARE_NOT_UNDONE))
        return
    if not _may_write(user, reversal, present):
        yield _submitted_obstacle(user, reversal) or build_forbidden_obstacle(reversal)
        return
    if action == Action.SET and get_fields_to_propose(with_values_before(reversal, present), user):
        yield Obstacle(reversal, str(get_way_to_propose(user, Channel.PAGE)))
        return
    whole = parts_of(reversal.kind.model)
    for part in [each.part for each in reversal.changes] if action == Action.SET else whole:
        if part.values(present) != part.values(reversal.after):
            yield _changed_field_obstacle(reversal, part)


def _submitted_obstacle(user: Any, reversal: Reversal) -> Obstacle | None:
    """Return that a report was submitted meanwhile, and what can be done instead; None for users without a right to it."""
    report = reversal.present
    if not isinstance(report, MonthlyReport) or _is_new_draft(report):
        return None
    if not user.has_perm("projects.change_monthlyreport", report):
        return None
    return Obstacle(reversal, str(_INSTEAD[ReportState(report.state)]))


def _is_new_draft(record: Any) -> bool:
    """Return whether it is a report that was never submitted, which its author may take back."""
    return isinstance(record, MonthlyReport) and record.state == ReportState.DRAFT and not record.events.exists()


def _is_a_step(reversal: Reversal) -> bool:
    if reversal.kind.model is not MonthlyReport:
        return False
    return any(each.part.name not in _NO_STEP for each in reversal.changes)


def _may_restore(reversal: Reversal, user: Any) -> bool:
    record = build_record(reversal.kind, reversal.after)
    try:
        return can_write(user, "add", record)
    except ObjectDoesNotExist:  # what it belongs to is gone: it comes back first, or the restoring fails
        return can_write(user, "add", type(record))


def _may_write(user: Any, reversal: Reversal, present: Any) -> bool:
    if reversal.action == Action.DELETE:
        return can_write(user, "delete", present) or (_is_new_draft(present) and can_write(user, "change", present))
    return can_write(user, "change", present) and can_write(user, "change", with_values_before(reversal, present))


def can_write(user: Any, action: str, record: Any) -> bool:
    """Return whether the user may add, change or delete a record (or, given a model, records of that kind) now."""
    options = record._meta
    permission = f"{options.app_label}.{action}_{options.model_name}"
    if isinstance(record, type):
        return user.has_perm(permission)
    if isinstance(record, MonthlyReport) and action == "change" and not reporting.may_edit(user, record):
        return False
    if isinstance(record, Grant) and record.user.is_superuser and not user.is_superuser:
        return False  # accounts above all grants are not for those whose power comes from one
    return user.has_perm(permission, record)


def with_values_before(reversal: Reversal, present: Any) -> Any:
    """Return the present record with the values that it would go back to; not stored."""
    record = copy(present)
    for change in reversal.changes:
        for column in change.part.columns:
            setattr(record, column, getattr(reversal.before, column))
    return record


def build_forbidden_obstacle(reversal: Reversal) -> Obstacle:
    return Obstacle(
        reversal, _("You may not write this record back: you do not have the right to change it."), forbidden=True
    )


def _later_obstacle(reversal: Reversal, message: str) -> Obstacle:
    later = _later_rows(reversal).last()
    number = later.revision_id if later else reversal.after.revision_id
    return Obstacle(reversal, message % {"number": number}, later=number)


def _changed_field_obstacle(reversal: Reversal, part: ComparedPart) -> Obstacle:
    """Return the obstacle of a field that is not what the change made it, with the revision that made it what it is."""
    values, number = part.values(reversal.after), None
    for row in _later_rows(reversal):
        if part.values(row) != values:
            values, number = part.values(row), row.revision_id
    return Obstacle(reversal, _("%(field)s was changed since.") % {"field": part.label}, part=part, later=number)


def _later_rows(reversal: Reversal) -> QuerySet:
    kind = reversal.kind
    return (
        all_rows(kind.history)
        .filter(**{kind.key: reversal.key}, history_id__gt=reversal.after.history_id)
        .order_by("history_id")
    )


def _iter_dependents(reversals: Iterable[Reversal]) -> Iterable[Obstacle]:
    """Yield what refers to records that would be deleted and does not go with them; a query for each kind of reference."""
    going: dict[type[Model], dict[Any, Reversal]] = {}
    for each in reversals:
        if each.action == Action.DELETE and each.present is not None:
            going.setdefault(each.kind.model, {})[each.key] = each
    for model, records in going.items():
        left: dict[Any, Counter[str]] = defaultdict(Counter)
        # what the database itself keeps beside a record goes with it
        for relation in (each for each in model._meta.related_objects if each.on_delete is not DO_NOTHING):
            other, column = relation.related_model, relation.field.attname
            referring_rows = all_rows(other).filter(**{f"{column}__in": list(records)})
            for key, own in referring_rows.values_list(column, "pk"):
                if own not in going.get(other, ()):
                    left[key][str(other._meta.verbose_name)] += 1
        for key in records:
            for other, rows in get_dependents(model, [key]).items():
                if number := rows.exclude(pk__in=list(going.get(other, ()))).count():
                    left[key][str(other._meta.verbose_name)] += number
        for key, counts in left.items():
            named = listing(with_label(name, number) for name, number in counts.items())
            yield Obstacle(records[key], _("Other records depend on it: %(records)s.") % {"records": named})


def build_record(kind: Kind, row: Any) -> Model:
    """Return the record that a history row tells of, under its own key, not stored yet."""
    values = {field.attname: getattr(row, field.attname) for field in kind.model._meta.concrete_fields}
    return kind.model(**values)


def iter_deleted_parts(revision: int, kind: Kind, key: Any) -> Iterator[tuple[Kind, Any]]:
    """Yield kind and key of each part of a record that was deleted in the same revision, and of the parts of that."""
    for part, field in _relations_to(kind):
        rows = all_rows(part.history).filter(revision_id=revision, history_type=DELETED, **{field.attname: key})
        for found in rows.order_by("history_id").values_list(part.key, flat=True):
            yield part, found
            yield from iter_deleted_parts(revision, part, found)


def _relations_to(kind: Kind) -> Iterator[tuple[Kind, ForeignKey]]:
    """Return the relations by which records of other kinds are parts of one of this kind."""
    for other in all_kinds():
        for field in other.model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is kind.model:
                belongs = other.steps[:1] == [field.name]
                if belongs or field.remote_field.on_delete is CASCADE:
                    yield other, field


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
    """Do it; the number of the new revision. What is left is as `get_undo_preview` says.

    Raises `ValidationError`, `UndoRefusedError`, `PermissionDenied`.
    """
    if not reason.strip():
        raise ValidationError({"reason": REASON_IS_REQUIRED})
    no_nul(reason)
    check_direction(reason)
    with translation.override(settings.LANGUAGE_CODE):
        said = UNDOES % {"number": revision.number, "reason": reason.strip()}
    with create_revision(user=user, reason=said) as draft:
        undoing = get_undo_preview(revision, user=user, only=only, leaving=leaving, leaving_used=leaving_used)
        if undoing.obstacles:
            raise UndoRefusedError(undoing.obstacles)
        draft.undoes = revision.number
        with as_recorded():
            _write_all(undoing.reversals, user=user, words=reason.strip())
    return draft.number


def _write_all(pending: Sequence[Reversal], *, user: Any, words: str) -> None:
    """Write all of them; what has to wait for another (a key, a place that is taken) is tried again after it."""
    while pending:
        failed: list[tuple[Reversal, Exception]] = []
        for reversal in pending:
            try:
                with transaction.atomic():
                    _write_one(reversal, user=user, words=words)
            except (ValidationError, IntegrityError, ProtectedError, ObjectDoesNotExist) as error:
                failed.append((reversal, error))
        if len(failed) == len(pending):
            raise UndoRefusedError([Obstacle(each, _describe_error(error)) for each, error in failed])
        pending = [reversal for reversal, _error in failed]


def _write_one(reversal: Reversal, *, user: Any, words: str) -> None:
    kind = reversal.kind
    if reversal.action == Action.RESTORE:
        record = build_record(kind, reversal.after)
        if not can_write(user, "add", record):
            raise PermissionDenied(build_forbidden_obstacle(reversal).message)
        record.save(force_insert=True)
        return
    if reversal.action == Action.DELETE:
        # what it was part of may have taken it along
        if (present := kind.model._default_manager.filter(pk=reversal.key).first()) is not None:
            present.delete()
        return
    record = with_values_before(reversal, kind.model._default_manager.get(pk=reversal.key))
    _add_reason(record, words)
    record.save()


def _add_reason(record: Any, words: str) -> None:
    """Give a record that asks for new words with a change those of the undoing, if nothing else is wrong with it."""
    name = _WORDS.get(type(record))
    if name is None:
        return
    try:
        record.full_clean()
    except ValidationError as error:
        if set(error.message_dict) == {name}:
            setattr(record, name, words)


def _describe_error(error: Exception) -> str:
    if isinstance(error, ValidationError):
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        return " ".join(message for messages in by_field.values() for message in messages)
    if isinstance(error, ProtectedError):
        # by kind alone: whoever undoes may not see the records themselves
        kinds = Counter(str(each._meta.verbose_name) for each in error.protected_objects)
        named = listing(with_label(kind, number) for kind, number in kinds.items())
        return _("Other records depend on it: %(records)s.") % {"records": named}
    if isinstance(error, ObjectDoesNotExist):
        return _("What it belongs to is not there any more: restore that first.")
    return _("The database refused this change, because other records contradict it. Nothing was saved.")
