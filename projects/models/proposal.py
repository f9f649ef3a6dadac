"""Proposal: a change that a prefecture proposes and the province decides; until then the register holds what it held.

The province proposes too, what a second person of it has to accept.

A change names a field of a project or of its entry, with its value as JSON: amounts are whole CNY, sectors and chain links
their codes, days ISO dates. Being on a list is true or false; whoever is on none has no plan, no days and no status there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import DateField, Exists, F, Field, ForeignKey, Model, OuterRef, Q, Subquery, TextField
from django.utils.translation import gettext_lazy as _

from projects.access import get_access
from projects.choices import ProposalAction, ProposalState
from projects.periods import check_day
from projects.text import LONGEST_LINE, LONGEST_WORDS
from sectors.texts import check_line, check_text

from .attribution import ReporterField, in_words
from .base import AppendOnlyQuerySet, Record, RecordManager, TransitionEvent, UnpublishedQuerySet, person_field
from .entry import Entry
from .fields import AmountField
from .project import Project
from .revision import History, Revision
from .source import source_field

MEMBERSHIP = "entry.programme"
PROPOSABLE: dict[str, Field] = {
    f"{model._meta.model_name}.{name}": model._meta.get_field(name)
    for model, names in (
        (
            Project,
            (
                *("name_zh", "name_en", "note_zh", "note_en", "basis"),
                *("total_investment", "expected_revenue", "sector", "chain_link"),
                *("transferred", "source_province", "total_investment_reported_by", "expected_revenue_reported_by"),
            ),
        ),
        (
            Entry,
            (
                *("programme", "planned_disbursement", "joined", "left", "status", "disbursed_before", "basis"),
                "planned_disbursement_reported_by",
            ),
        ),
    )
    for name in names
}
REPORTERS = frozenset(name for name, field in PROPOSABLE.items() if isinstance(field, ReporterField))
FIGURES = frozenset(name for name, field in PROPOSABLE.items() if isinstance(field, AmountField))

ONLY_JOINED = _("Being on a list is proposed with true; who leaves it is given the day of leaving.")
NO_TEXT = _("That is a text of at most %(count)s characters.")
NO_AMOUNT = _("An amount is a whole number of CNY, or blank.")
NO_DAY = _("That is no day. Type it as 2023-08-31.")
UNKNOWN_VALUE = _("“%(value)s” is not known.")


@dataclass(frozen=True)
class ProposedChange:
    """One field: its value when it was proposed, and the proposed one. `year` is that of the list, for an entry's.

    `taken` is said once the proposal is accepted: whether the proposed value was put in, or the present one kept.
    """

    field: str
    year: int | None
    original: Any
    proposed: Any
    taken: bool | None = None

    @property
    def key(self) -> str:
        """Such as `project.sector`, or `entry.planned_disbursement:2023`."""
        return key_of(self.field, self.year)


def key_of(field: str, year: int | None) -> str:
    return field if year is None else f"{field}:{year}"


def label_of(field: str) -> Any:
    return _("on the list") if field == MEMBERSHIP else PROPOSABLE[field].verbose_name


def is_of_entry(field: str) -> bool:
    return field.startswith("entry.")


def get_plain_value(field: str, record: Model) -> Any:
    """Return the value of a record as JSON."""
    return as_json(getattr(record, PROPOSABLE[field].name))


def as_json(value: Any) -> Any:
    """Return a value that a record holds, as JSON."""
    if isinstance(value, Model):
        return value.code
    return value.isoformat() if isinstance(value, dt.date) else value


def parse_value(field: str, value: Any) -> Any:
    """The same back again, as the record holds it. Raises `ValidationError` for what the field cannot hold.

    What is not known is null, or "", whichever of the two the field holds it as.
    """
    of = PROPOSABLE[field]
    if value in (None, ""):
        value = None if of.null else ""
    if field == MEMBERSHIP:
        if value is not True:
            raise ValidationError(ONLY_JOINED)
        return value
    if isinstance(of, AmountField):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise ValidationError(NO_AMOUNT)
        return value
    if isinstance(of, DateField):
        return _day(value)
    if isinstance(of, ForeignKey):
        return _get_by_code(of, value)
    if not of.choices:
        return _line(of, value)
    if not isinstance(value, str) or (value not in dict(of.flatchoices) and not (of.blank and value == "")):
        raise ValidationError(UNKNOWN_VALUE, params={"value": str(value)[:80]})
    return value


def _line(of: Field, value: Any) -> str:
    if not isinstance(value, str) or len(value) > of.max_length:
        raise ValidationError(NO_TEXT, params={"count": of.max_length})
    of.clean(value.strip(), None)
    check_text(value)
    if not isinstance(of, TextField):  # which may have several lines
        check_line(value)
    return value


def _day(value: Any) -> dt.date | None:
    if value is None:
        return None
    try:
        day = dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValidationError(NO_DAY) from None
    check_day(day)
    return day


def _get_by_code(of: Field, value: Any) -> Any:
    if value is None and of.null:
        return None
    known = isinstance(value, str) and value.isprintable()
    found = of.related_model.objects.filter(code=value).first() if known else None
    if found is None:
        raise ValidationError(UNKNOWN_VALUE, params={"value": str(value)[:80]})
    return found


NEEDS_REASON = _("Say why the change is proposed.")
ANSWER_NEEDS_COMMENT = _("Returning or refusing a proposal needs a comment.")
SOURCE_OR_REPORTER = _("Name a published source or say who reported it, not both.")
STATE_AND_PERSON = _("The state of a proposal goes with the time and the person that brought it there.")
ABOUT_NO_PROJECT = _("A proposal is about a project, as long as it is not withdrawn.")
PROPOSER_ACCEPTS = _("The person who proposes a change cannot accept it.")

_unanswered = Q(answered_at__isnull=True, answered_by__isnull=True)
_answered = Q(answered_at__isnull=False, answered_by__isnull=False)
_not_withdrawn = Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
_withdrawn = Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
_wordless = Q(comment="")


def _state(name: str, state: ProposalState, condition: Q) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=~Q(state=state) | condition, violation_error_message=STATE_AND_PERSON
    )


PROPOSAL_RULES: list[models.BaseConstraint] = [
    models.CheckConstraint(name="proposal_has_a_reason", condition=~Q(reason=""), violation_error_message=NEEDS_REASON),
    models.CheckConstraint(
        name="proposal_has_one_origin",
        condition=Q(source__isnull=True) | Q(reported_by=""),
        violation_error_message=SOURCE_OR_REPORTER,
    ),
    _state("proposal_submitted_has_no_answer", ProposalState.SUBMITTED, _unanswered & _not_withdrawn & _wordless),
    _state(
        "proposal_returned_has_time_person_and_comment",
        ProposalState.RETURNED,
        _answered & ~_wordless & _not_withdrawn,
    ),
    _state(
        "proposal_refused_has_time_person_and_comment", ProposalState.REFUSED, _answered & ~_wordless & _not_withdrawn
    ),
    _state("proposal_accepted_has_time_and_person", ProposalState.ACCEPTED, _answered & _not_withdrawn),
    _state("proposal_withdrawn_has_time_and_person", ProposalState.WITHDRAWN, _withdrawn),
    models.CheckConstraint(
        name="proposal_without_a_project_is_withdrawn",
        condition=Q(project__isnull=False) | Q(state=ProposalState.WITHDRAWN),
        violation_error_message=ABOUT_NO_PROJECT,
    ),
    models.CheckConstraint(
        name="proposal_accepter_is_not_proposer",
        condition=~Q(state=ProposalState.ACCEPTED) | ~Q(answered_by=F("proposed_by")),
        violation_error_message=PROPOSER_ACCEPTS,
    ),
]


OPEN = (ProposalState.SUBMITTED, ProposalState.RETURNED)
FIGURE_NEEDS_ORIGIN = _("A figure needs its published source, or who reported it.")
NOTHING_PROPOSED = _("Propose at least one value that differs from the present one.")
NOT_A_CHANGE = _("A change names a field that can be proposed, each once, and for a list its year.")


class ProposalQuerySet(UnpublishedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As for all that is unpublished; of those whose project is gone the log alone tells."""
        return super().visible_to(user).filter(project__isnull=False)

    def open(self) -> Self:
        """Not decided: submitted or returned."""
        return self.filter(state__in=OPEN)

    def waiting_for(self, user: Any) -> Self:
        """Return what this user has to look at: the province what others submit, a proposer what was answered."""
        visible = self.visible_to(user)
        if get_access(user).writes_all:
            return visible.filter(state=ProposalState.SUBMITTED).exclude(proposed_by=user.pk)
        return visible.filter(proposed_by=user.pk, has_news=True)

    def with_undoing(self) -> Self:
        """With `undone_by`: the number of the newest revision that took the accepted values back, or some of them, and
        still stands; None where none did.
        """
        undoing_again = Revision.objects.filter(undoes=OuterRef("pk"), undone_by__isnull=True)
        undoing = Revision.objects.filter(
            ~Exists(undoing_again),
            undoes__proposal_events__proposal=OuterRef("pk"),
            undoes__proposal_events__action=ProposalAction.ACCEPT,
        )
        return self.annotate(undone_by=Subquery(undoing.order_by("-number").values("number")[:1]))

    def with_names(self) -> Self:
        """With everything that a line about a proposal names, in the same query."""
        return self.select_related("project__prefecture", "source", "proposed_by", "answered_by", "withdrawn_by")


class Proposal(Record):
    """Changed fields of one project and of its places on lists, with their values when it was proposed.

    `projects/workflows/proposals/` says what may happen to it; the constraints tie each state to its time and its person.
    """

    natural_key_fields = ("project__code", "proposed_at")
    prefecture_path = "project__prefecture_id"

    project = models.ForeignKey(
        Project, verbose_name=_("project"), null=True, blank=True, on_delete=models.PROTECT, related_name="proposals"
    )
    fields = models.JSONField(
        _("proposed fields"),
        help_text=_("For each field its value when it was proposed, the proposed one, and whether that was taken."),
    )
    reason = models.TextField(_("reason of the proposal"), max_length=LONGEST_WORDS)
    source = source_field(related_name="proposals")
    reported_by = models.CharField(
        _("reported by"),
        max_length=LONGEST_LINE,
        blank=True,
        help_text=_(
            "Where there is no published source, who reported it: such as the enterprise, by a letter and its date."
        ),
    )
    state = models.CharField(_("state"), max_length=9, choices=ProposalState.choices, default=ProposalState.SUBMITTED)
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = person_field(_("proposed by"), related_name="proposals_made", null=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = person_field(_("answered by"), related_name="proposals_answered")
    comment = models.TextField(_("comment of the answer"), max_length=LONGEST_WORDS, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = person_field(_("withdrawn by"), related_name="proposals_withdrawn")
    has_news = models.BooleanField(
        _("has news"),
        default=False,
        help_text=_("Whether others did or said something that the proposer has not read."),
    )

    objects = RecordManager.from_queryset(ProposalQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-proposed_at", "-id"]
        constraints = PROPOSAL_RULES
        indexes = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        return f"{self.pk} · {self.project.code}" if self.project else str(self.pk)

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        try:
            _check(self.changes, anew="fields" in self.changed_fields())
        except ValidationError as error:
            raise ValidationError({"fields": error}) from error
        if not self.reason.strip():
            errors["reason"] = NEEDS_REASON
        if self.source_id and self.reported_by.strip():
            errors["reported_by"] = SOURCE_OR_REPORTER
        elif not self.source_id and not self.reported_by.strip() and self.is_about_figures:
            errors["source"] = FIGURE_NEEDS_ORIGIN
        if errors:
            raise ValidationError(errors)

    @property
    def changes(self) -> list[ProposedChange]:
        """The proposed fields. Raises `ValidationError` where the stored text is none of ours."""
        try:
            return [ProposedChange(**stored) for stored in self.fields]
        except TypeError:
            raise ValidationError(NOT_A_CHANGE) from None

    def set_changes(self, changes: Iterable[ProposedChange]) -> None:
        # a new list: what is stored is compared with what is set
        self.fields = [asdict(change) for change in changes]

    @property
    def is_about_figures(self) -> bool:
        """Whether an amount that is known would be put into the register."""
        return any(change.field in FIGURES and change.proposed is not None for change in self.changes)

    @property
    def reporter_in_words(self) -> str:
        return in_words(self.reported_by)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def owning_prefecture_id(self) -> int | None:
        return self.project.prefecture_id if self.project else None


def _check(changes: list[ProposedChange], *, anew: bool) -> None:
    """Values are held against today's rules only when they are proposed: what once was one can still be answered."""
    if not changes:
        raise ValidationError(NOTHING_PROPOSED)
    for change in changes:
        known = change.field in PROPOSABLE and is_of_entry(change.field) == isinstance(change.year, int)
        if not known or change.taken not in (None, True, False):
            raise ValidationError(NOT_A_CHANGE)
        if anew:
            parse_value(change.field, change.proposed)
    if len({change.key for change in changes}) < len(changes):
        raise ValidationError(NOT_A_CHANGE)


STEP_NEEDS_WORDS = _("A comment, a return or a refusal needs its text.")


class ProposalEventQuerySet(AppendOnlyQuerySet):
    def by_others(self) -> Self:
        """Return what the proposer is told of: answers, comments and withdrawals of others."""
        own = (ProposalAction.SUBMIT, ProposalAction.RESUBMIT, ProposalAction.NOTE)
        return self.exclude(user=F("proposal__proposed_by")).exclude(action__in=own)


class ProposalEvent(TransitionEvent):
    """One step or comment. Append-only: the database refuses changes, this class deletions."""

    prefecture_path = "proposal__project__prefecture_id"
    subject_field = "proposal"

    proposal = models.ForeignKey(Proposal, verbose_name=_("proposal"), on_delete=models.PROTECT, related_name="events")
    action = models.CharField(_("action"), max_length=8, choices=ProposalAction.choices)
    before = models.CharField(_("state before"), max_length=9, choices=ProposalState.choices, blank=True)
    after = models.CharField(_("state after"), max_length=9, choices=ProposalState.choices)
    comment = models.TextField(_("comment"), blank=True)
    user = person_field(_("user"), related_name="proposal_events", null=False)
    at = models.DateTimeField(_("time"))
    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="proposal_events"
    )

    objects = models.Manager.from_queryset(ProposalEventQuerySet)()

    class Meta(TransitionEvent.Meta):
        verbose_name = _("proposal event")
        verbose_name_plural = _("proposal events")
        constraints = [
            models.CheckConstraint(
                name="proposal_event_says_what_has_to_be_said",
                condition=~Q(action__in=[ProposalAction.COMMENT, ProposalAction.RETURN, ProposalAction.REFUSE])
                | ~Q(comment=""),
                violation_error_message=STEP_NEEDS_WORDS,
            )
        ]
