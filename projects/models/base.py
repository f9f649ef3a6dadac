"""Base model of the register: validation, history, row permission, and the gate of proposals.

The gate refuses what a prefecture may only propose when a record is saved, so no interface can forget it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.access import get_access, needs_proposal
from projects.choices import Basis, Channel, Precision
from projects.history.revisions import BY_HAND, Actor, by_hand, create_revision, present_actor, stated_reason
from projects.periods import check_day, partial_dates
from sectors.models import Checked, NaturalKeyManager

from .fields import FieldCheck

PROPOSE_ON_PAGE = _(
    "Your prefecture proposes this and the province decides: use “Propose a change” on the project's page."
)
PROPOSE_BY_API = _("Your prefecture proposes this and the province decides: POST it to /api/v1/proposals/.")
PROPOSE_TO_A_SECOND = _(
    "What was published becomes illustrative only by a proposal that a second person of the province accepts: use “Propose "
    "a change” on the project's page, or POST it to /api/v1/proposals/."
)
OF_AN_ILLUSTRATIVE_PROJECT = _(
    "What is said of an illustrative project is illustrative. Propose first that the project itself is reported."
)
_GATED = ("project", "entry")
OF_REPORTER = "_reported_by"  # ends the field that says who reported a figure
# fields that are gated where the basis is one of these; the others always are
_BASES_OF_NAME, _BASES_OF_NOTE = (Basis.PUBLISHED, Basis.ILLUSTRATIVE), (Basis.ILLUSTRATIVE,)
_GATED_BASES = {
    "name_zh": _BASES_OF_NAME,
    "name_en": _BASES_OF_NAME,
    "note_zh": _BASES_OF_NOTE,
    "note_en": _BASES_OF_NOTE,
}
Deleted = tuple[int, dict[str, int]]  # how many rows, in all and by model


def get_fields_to_propose(record: Any, user: Any) -> list[str]:
    """Return names of the fields that were changed, though this user may only propose that."""
    model = record._meta.model_name
    if model not in _GATED:
        return []
    if get_access(user).is_of_the_province:
        before = (record._stored or {}).get("basis")
        return ["basis"] if (before, record.basis) == (Basis.PUBLISHED, Basis.ILLUSTRATIVE) else []
    if record._state.adding:
        # a new project counts nowhere until it is on a list, and being on one is what is proposed
        return ["programme"] if model == "entry" and needs_proposal(user, model, "programme") else []
    changed = record.changed_fields()
    return [name for name in changed if needs_proposal(user, model, _get_gating_field(record, name, changed))]


def _get_gating_field(record: Any, name: str, changed: list[str]) -> str:
    """Return the field as which a change is gated: a reporter goes with its figure; "" where nothing gates it."""
    if not is_gated_for_basis(name, (record._stored or {}).get("basis")):
        return ""
    figure = name.removesuffix(OF_REPORTER)
    if figure == name or figure not in record.attributed:
        return name
    # whoever changes the figure itself is told so at the figure, and words that fall away with one say nothing new
    return figure if figure not in changed and getattr(record, name) else ""


def is_gated_for_basis(name: str, basis: str | None) -> bool:
    """Return whether a field of a project is gated: its names unless it is reported, its notes while it is illustrative."""
    return name not in _GATED_BASES or basis in _GATED_BASES[name]


def refuse_unproposed(record: Any, actor: Actor) -> None:
    """Raise `ValidationError` by field for a change that the one at the door may only propose."""
    if not _is_by_hand(actor) or record.is_of_accepted_proposal:
        return
    if names := get_fields_to_propose(record, actor.user):
        way = ValidationError(get_way_to_propose(actor.user, actor.door), code="needs_proposal")
        raise ValidationError(dict.fromkeys(names, way))
    if _is_made_real(record) and needs_proposal(actor.user, "project", "basis"):
        raise ValidationError({"basis": ValidationError(OF_AN_ILLUSTRATIVE_PROJECT, code="needs_proposal")})


def _is_made_real(record: Any) -> bool:
    """Return whether a part of an illustrative project, such as a monthly report, is to be illustrative no more."""
    before = (record._stored or {}).get("basis")
    if record._meta.model_name in _GATED or before != Basis.ILLUSTRATIVE or record.basis == before:
        return False
    project = record.project if hasattr(record, "project") else record.entry.project
    return project.basis == Basis.ILLUSTRATIVE


def refuse_unproposed_removal(model: str, actor: Actor) -> None:
    """The same for taking a project off a list by deleting its entry."""
    if model == "entry" and _is_by_hand(actor) and needs_proposal(actor.user, model, "programme"):
        raise ValidationError(get_way_to_propose(actor.user, actor.door), code="needs_proposal")


def _is_by_hand(actor: Actor) -> bool:
    return actor.door in BY_HAND and actor.user is not None


def get_way_to_propose(user: Any, door: str) -> Any:
    """Return the sentence that tells this user where to propose a change."""
    if get_access(user).is_of_the_province:
        return PROPOSE_TO_A_SECOND
    return PROPOSE_BY_API if door == Channel.API else PROPOSE_ON_PAGE


UNUSABLE = _("This value cannot be used here. Choose another one, or ask the province.")
REMOVAL_NEEDS_REASON = _("Figures change with what is deleted here: say why.")


class RecordQuerySet(models.QuerySet):
    """The vocabulary that all records share. `prefecture_path` leads from a row to its owning prefecture."""

    def visible_to(self, user: Any) -> Self:
        """Return the rows that this user may read: the one place where row permission is decided."""
        access = get_access(user)
        path = self.model.prefecture_path
        if path is None:
            return self.all() if access.can_read else self.none()
        return self.filter(access.rows(path))

    def visible_to_actor(self) -> Self:
        """Return the rows that whoever acts now may read, for checks and look-ups of layers that are given no user.

        Without a user a command, a load or a job of the system sees all of them, and a request none.
        """
        actor = present_actor()
        if actor.user is not None:
            return self.visible_to(actor.user)
        return self.none() if actor.door in BY_HAND else self.regardless_of_permission()

    def regardless_of_permission(self) -> Self:
        """Return all rows, also those that the user may not read.

        For what the system does by itself, and for a rule that must look at the whole register, such as whether a code is
        taken: its message states that fact and names nothing of another record.
        """
        return self.all()

    def delete(self) -> Deleted:
        with create_revision() as draft:
            refuse_unproposed_removal(self.model._meta.model_name, draft.actor)
            if self.refused_without_reason():
                raise ValidationError(REMOVAL_NEEDS_REASON, code="missing")
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def refused_without_reason(self) -> bool:
        """Return whether figures would move by the deletion of these rows by hand, and nobody has said why."""
        counted = self.model.counted
        return counted is not None and by_hand() and not stated_reason() and self.filter(counted).exists()

    def update(self, **kwargs: Any) -> int:
        """Refused: an update in SQL leaves no history. Change the records one by one inside `create_revision()`."""
        raise TypeError("update() leaves no history: save the records one by one inside `with create_revision():`")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Refused, as `update` is."""
        raise TypeError("bulk_create() leaves no history: save the records one by one inside `with create_revision():`")

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        """Refused, as `update` is."""
        raise TypeError("bulk_update() leaves no history: save the records one by one inside `with create_revision():`")


def actor_reads_all() -> bool:
    """Return whether whoever acts now may read the whole register, as `visible_to_actor` decides it."""
    actor = present_actor()
    return actor.door not in BY_HAND if actor.user is None else get_access(actor.user).reads_all


class UnpublishedQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As for every record; the public is never told who did what, nor what was said of it."""
        return self.none() if get_access(user).public else super().visible_to(user)


class AppendOnlyQuerySet(UnpublishedQuerySet):
    def delete(self) -> Deleted:
        """Refused: what is written once is kept for as long as the register is."""
        raise TypeError(f"{self.model.__name__} is never deleted")


class AppendOnly(models.Model):
    """What is written once. `database/guards.py` refuses changes in the database, this class deletions."""

    objects = models.Manager.from_queryset(AppendOnlyQuerySet)()

    class Meta:
        abstract = True
        ordering = ["-at", "-id"]

    def delete(self, *args: Any, **kwargs: Any) -> Deleted:
        """Refused, as for many."""
        raise TypeError(f"{type(self).__name__} is never deleted")


class OfProject:
    """A record about a project: it is whose the project is."""

    prefecture_path = "project__prefecture_id"

    @property
    def owning_prefecture_id(self) -> int | None:
        return self.project.prefecture_id  # type: ignore[attr-defined,no-any-return]


class OfEntry:
    """A record about an entry: it is whose the entry's project is."""

    prefecture_path = "entry__project__prefecture_id"

    @property
    def owning_prefecture_id(self) -> int | None:
        return self.entry.project.prefecture_id  # type: ignore[attr-defined,no-any-return]


class RecordManager(NaturalKeyManager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """With the vocabulary of records."""


class Record(Checked):
    """A row of the register: validated and tied to a revision whenever it is written, by whatever door.

    `questions` are what the package above asks of a valid record before it is written: each raises `ValidationError`, or
    says what is to be done once the row is there.
    """

    questions: ClassVar[list[Callable[[Any], Callable[[], None] | None]]] = []
    natural_key_fields: tuple[str, ...] = ()
    prefecture_path: str | None = None  # None: reference data, readable by whoever reads anything
    units: Mapping[str, Any] = {}  # of fields that are numbers but no amounts: for the heads of tables
    told_by_blank: tuple[str, ...] = ()  # fields whose blank says something else than 'not known'
    is_of_accepted_proposal = False  # whether it is written because somebody accepted a proposal
    counted: models.Q | None = None  # the rows whose deletion moves figures: by hand with a reason only

    objects = RecordManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with create_revision() as draft:
            refuse_unproposed(self, draft.actor)
            self._answered: list[Callable[[], None]] = []
            try:
                super().save(*args, **kwargs)
            except ValidationError as error:
                error.record = self  # type: ignore[attr-defined]  # a form of many records says it at its row
                raise
            self.when_written()

    def when_written(self) -> None:
        """What is stored besides, once the row is there."""
        for store in self._answered:
            store()

    def _before_write(self) -> None:
        super()._before_write()
        self._answered = [store for ask in self.questions if (store := ask(self))]

    def check_value(self, field: models.Field, value: Any) -> None:
        """Also: a day that is typed is one that can be reckoned with; one that has been stored long ago holds nothing up."""
        super().check_value(field, value)
        is_day = isinstance(value, dt.date) and type(field) is models.DateField and field.editable
        if is_day and self._is_new(field):
            check_day(value)

    def unique_error_message(self, model_class: type[models.Model], unique_check: Sequence[str]) -> ValidationError:
        """That a record has this value already is said to whoever may see the record, and to commands. Others are told
        what is said of any value that cannot be used: refused it is, but of whose it is they learn nothing.
        """
        same = type(self).objects.visible_to_actor().filter(**{name: getattr(self, name) for name in unique_check})
        if same.exists():
            return super().unique_error_message(model_class, unique_check)
        field = self._meta.get_field(unique_check[0])
        return ValidationError(getattr(field, "unusable", UNUSABLE), code="unusable")

    def delete(self, *args: Any, **kwargs: Any) -> Deleted:
        with create_revision() as draft:
            refuse_unproposed_removal(self._meta.model_name, draft.actor)
            if self.counted is not None and RecordQuerySet(type(self)).filter(pk=self.pk).refused_without_reason():
                raise ValidationError(REMOVAL_NEEDS_REASON, code="missing")
            return super().delete(*args, **kwargs)

    def natural_key(self) -> tuple[Any, ...]:
        """Return the values of `natural_key_fields`, following `__`."""
        return tuple(attrgetter(name.replace("__", "."))(self) for name in self.natural_key_fields)


def own_fields(model: type[models.Model]) -> list[models.Field]:
    """Return the fields of a record without its key, and without the precision that goes with a partial date."""
    beside = {f"{column}_precision" for column in partial_dates(model)}
    return [field for field in model._meta.concrete_fields if not field.primary_key and field.name not in beside]


def person_field(label: Any, *, related_name: str, null: bool = True, editable: bool = True) -> models.ForeignKey:
    """Whose something is, or who took a step; nobody where it was not taken."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=null,
        blank=null,
        editable=editable,
        on_delete=models.PROTECT,
        related_name=related_name,
    )


def basis_field() -> models.CharField:
    """Return the field that says where a record comes from."""
    return models.CharField(_("basis"), max_length=12, choices=Basis.choices, default=Basis.REPORTED)


def precision_field() -> models.CharField:
    """Return the companion column of a partial date; see `periods.PartialDateProperty`."""
    return models.CharField(_("precision"), max_length=7, choices=Precision.choices, blank=True)


def date_has_precision(name: str, *, of: str) -> models.CheckConstraint:
    """Return the constraint that a partial date has both its columns or neither."""
    precision = f"{name}_precision"
    return models.CheckConstraint(
        name=f"{of}_{name}_has_a_precision",
        condition=models.Q(**{f"{name}__isnull": True, precision: ""})
        | models.Q(**{f"{name}__isnull": False, f"{precision}__in": Precision.values}),
        violation_error_message=_("A date and its precision are given together."),
    )


def published_has_source(*, of: str) -> FieldCheck:
    """Return the constraint that a published record names its source."""
    return FieldCheck(
        name=f"{of}_published_has_a_source",
        field="source",
        code="needs_source",
        condition=~models.Q(basis=Basis.PUBLISHED) | models.Q(source__isnull=False),
        violation_error_message=_("A published record needs its source."),
    )


def get_dependents(model: type[models.Model], keys: Iterable[Any]) -> dict[type[models.Model], models.QuerySet]:
    """Records without which none of these goes, although they name none by a reference, by model: its `needed_by`."""
    needed_by = getattr(model, "needed_by", None)
    return needed_by(keys) if needed_by else {}


class TransitionEvent(AppendOnly):
    """One event."""

    subject_field: str  # the record that took the step

    class Meta(AppendOnly.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.subject} {self.get_action_display()}"  # type: ignore[attr-defined]

    @property
    def subject(self) -> Any:
        return getattr(self, self.subject_field)

    @property
    def owning_prefecture_id(self) -> int | None:
        return self.subject.owning_prefecture_id
