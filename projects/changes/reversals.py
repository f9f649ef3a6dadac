"""Preview of an undo: what it would do to each record, and what stands in the way. Only looks, writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Max, Model, QuerySet
from django.db.models.deletion import DO_NOTHING
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import ReportState
from projects.models import Grant, MonthlyReport, Revision
from projects.models.base import PROPOSE_ON_PAGE, get_dependents, get_fields_to_propose
from projects.models.report import CONTENT
from projects.text import labelled, listing
from projects.workflows import reporting

from .differences import ComparedPart, Difference, differences, parts_of
from .kinds import Kind, all_kinds, every_row_of, visible_rows
from .query import DELETED
from .restoring import instance_of, parts_deleted_with

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
        """None when the revision made and deleted the record itself."""
        existed = self.before is not None and self.before.history_type != DELETED
        if self.after.history_type == DELETED:
            return Action.RESTORE if existed else None
        return Action.SET if existed else Action.DELETE

    @cached_property
    def changes(self) -> list[Difference]:
        """What will be set to what: from the present state to the one before; all of it for what appears or goes."""
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
class Undoing:
    """What undoing a revision, or its change to one record, would do, and what stands in the way."""

    revision: Revision
    reversals: Sequence[Reversal]
    obstacles: Sequence[Obstacle]


def undoing_of(
    revision: Revision,
    *,
    user: Any,
    only: tuple[Kind, Any] | None = None,
    leaving: Callable[[Reversal], bool] = lambda _each: False,
    leaving_used: Callable[[Reversal], bool] = lambda _each: False,
) -> Undoing:
    """Look, without writing. Raises `PermissionDenied` if the user may not write one of the records back.

    Records of which `leaving` holds are left to whoever asks; so are those that would go and that others depend on, where
    `leaving_used` holds.
    """
    chosen = None if only is None else {only, *parts_deleted_with(revision.number, *only)}
    reversals, hidden = _reversals(revision, user, chosen)
    reversals = [each for each in reversals if not leaving(each)]
    if hidden:
        raise PermissionDenied(_("This revision also changed records to which you do not have access."))
    obstacles = [obstacle for reversal in reversals for obstacle in _obstacles(reversal, user)]
    used = list(_dependents(reversals))
    left = {id(each.reversal) for each in used if leaving_used(each.reversal)}
    reversals = [each for each in reversals if id(each) not in left]
    obstacles = [each for each in (*obstacles, *used) if id(each.reversal) not in left]
    for obstacle in obstacles:
        if obstacle.forbidden:
            raise PermissionDenied(obstacle.message)
    return Undoing(revision, reversals, obstacles)


def _reversals(revision: Revision, user: Any, chosen: set[tuple[Kind, Any]] | None) -> tuple[list[Reversal], bool]:
    """The records of a revision, or those chosen; and whether there are others that the user may not see."""
    found, hidden = [], False
    for kind in all_kinds() if chosen is None else dict.fromkeys(kind for kind, _key in chosen):
        rows = every_row_of(kind.history).filter(revision_id=revision.number)
        if chosen is not None:
            rows = rows.filter(**{f"{kind.key}__in": [key for each, key in chosen if each is kind]})
        by_record: dict[Any, list[Any]] = {}
        for row in rows.order_by("history_id"):
            by_record.setdefault(getattr(row, kind.key), []).append(row)
        if by_record:
            visible = set(visible_rows(kind, user).filter(pk__in=rows.values("pk")).values_list("pk", flat=True))
            hidden = hidden or any(row.pk not in visible for rows in by_record.values() for row in rows)
            found += _of_kind(kind, by_record)
    return [each for each in found if each.action], hidden


def _of_kind(kind: Kind, by_record: dict[Any, list[Any]]) -> list[Reversal]:
    first = min(rows[0].history_id for rows in by_record.values())
    history = every_row_of(kind.history)
    earlier = history.filter(**{f"{kind.key}__in": list(by_record)}, history_id__lt=first).order_by().values(kind.key)
    newest = history.filter(history_id__in=earlier.annotate(last=Max("history_id")).values("last"))
    before = {getattr(row, kind.key): row for row in newest}
    owner = ["__".join(kind.steps)] if kind.steps else []
    present = every_row_of(kind.model).select_related(*owner).in_bulk(list(by_record))
    return [Reversal(kind, key, before.get(key), rows[-1], present.get(key)) for key, rows in by_record.items()]


def _obstacles(reversal: Reversal, user: Any) -> Iterable[Obstacle]:
    action, present = reversal.action, reversal.present
    if action == Action.RESTORE:
        if present is not None:
            yield _since(reversal, _("It is there again since revision %(number)s."))
        elif not _may_restore(reversal, user):
            yield forbidden(reversal)
        return
    if present is None:
        yield _since(reversal, _("It was deleted by revision %(number)s: restore it first."))
        return
    if action == Action.SET and _is_a_step(reversal):
        yield Obstacle(reversal, str(STEPS_ARE_NOT_UNDONE))
        return
    if not _may_write(user, reversal, present):
        yield _handed_in(user, reversal) or forbidden(reversal)
        return
    if action == Action.SET and get_fields_to_propose(as_before(reversal, present), user):
        yield Obstacle(reversal, str(PROPOSE_ON_PAGE))
        return
    whole = parts_of(reversal.kind.model)
    for part in [each.part for each in reversal.changes] if action == Action.SET else whole:
        if part.values(present) != part.values(reversal.after):
            yield _overtaken(reversal, part)


def _handed_in(user: Any, reversal: Reversal) -> Obstacle | None:
    """That a report was handed in meanwhile, and what can be done instead; None for users without a right to it."""
    report = reversal.present
    if not isinstance(report, MonthlyReport) or _is_unsaid(report):
        return None
    if not user.has_perm("projects.change_monthlyreport", report):
        return None
    return Obstacle(reversal, str(_INSTEAD[ReportState(report.state)]))


def _is_unsaid(record: Any) -> bool:
    """Whether it is a report that nobody has handed in yet, which whoever began it may take back."""
    return isinstance(record, MonthlyReport) and record.state == ReportState.DRAFT and not record.events.exists()


def _is_a_step(reversal: Reversal) -> bool:
    if reversal.kind.model is not MonthlyReport:
        return False
    return any(each.part.name not in _NO_STEP for each in reversal.changes)


def _may_restore(reversal: Reversal, user: Any) -> bool:
    record = instance_of(reversal.kind, reversal.after)
    try:
        return may(user, "add", record)
    except ObjectDoesNotExist:  # what it belongs to is gone: it comes back first, or the restoring fails
        return may(user, "add", type(record))


def _may_write(user: Any, reversal: Reversal, present: Any) -> bool:
    if reversal.action == Action.DELETE:
        return may(user, "delete", present) or (_is_unsaid(present) and may(user, "change", present))
    return may(user, "change", present) and may(user, "change", as_before(reversal, present))


def may(user: Any, action: str, record: Any) -> bool:
    """Whether the user may add, change or delete a record (or, given a model, records of that kind) now."""
    options = record._meta
    permission = f"{options.app_label}.{action}_{options.model_name}"
    if isinstance(record, type):
        return user.has_perm(permission)
    if isinstance(record, MonthlyReport) and action == "change" and not reporting.may_edit(user, record):
        return False
    if isinstance(record, Grant) and record.user.is_superuser and not user.is_superuser:
        return False  # accounts above all grants are not for those whose power comes from one
    return user.has_perm(permission, record)


def as_before(reversal: Reversal, present: Any) -> Any:
    """The present record with the values that it would go back to; not stored."""
    record = copy(present)
    for change in reversal.changes:
        for column in change.part.columns:
            setattr(record, column, getattr(reversal.before, column))
    return record


def forbidden(reversal: Reversal) -> Obstacle:
    return Obstacle(
        reversal, _("You may not write this record back: you do not have the right to change it."), forbidden=True
    )


def _since(reversal: Reversal, message: str) -> Obstacle:
    later = _later(reversal).last()
    number = later.revision_id if later else reversal.after.revision_id
    return Obstacle(reversal, message % {"number": number}, later=number)


def _overtaken(reversal: Reversal, part: ComparedPart) -> Obstacle:
    """A field that is not what the change made it: which revision made it what it is."""
    values, number = part.values(reversal.after), None
    for row in _later(reversal):
        if part.values(row) != values:
            values, number = part.values(row), row.revision_id
    return Obstacle(reversal, _("%(field)s was changed since.") % {"field": part.label}, part=part, later=number)


def _later(reversal: Reversal) -> QuerySet:
    kind = reversal.kind
    return (
        every_row_of(kind.history)
        .filter(**{kind.key: reversal.key}, history_id__gt=reversal.after.history_id)
        .order_by("history_id")
    )


def _dependents(reversals: Iterable[Reversal]) -> Iterable[Obstacle]:
    """What refers to records that would be deleted, and does not go with them; a query for each kind of reference."""
    going: dict[type[Model], dict[Any, Reversal]] = {}
    for each in reversals:
        if each.action == Action.DELETE and each.present is not None:
            going.setdefault(each.kind.model, {})[each.key] = each
    for model, records in going.items():
        left: dict[Any, Counter[str]] = defaultdict(Counter)
        # what the database itself keeps beside a record goes with it
        for relation in (each for each in model._meta.related_objects if each.on_delete is not DO_NOTHING):
            other, column = relation.related_model, relation.field.attname
            referring_rows = every_row_of(other).filter(**{f"{column}__in": list(records)})
            for key, own in referring_rows.values_list(column, "pk"):
                if own not in going.get(other, ()):
                    left[key][str(other._meta.verbose_name)] += 1
        for key in records:
            for other, rows in get_dependents(model, [key]).items():
                if number := rows.exclude(pk__in=list(going.get(other, ()))).count():
                    left[key][str(other._meta.verbose_name)] += number
        for key, counts in left.items():
            named = listing(labelled(name, number) for name, number in counts.items())
            yield Obstacle(records[key], _("Other records depend on it: %(records)s.") % {"records": named})
