"""Proposal: a change that a prefecture proposes and the province decides; until then the register holds what it held."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from projects.access import access_of
from projects.choices import ProposalAction, ProposalState
from projects.text import LONGEST_LINE, LONGEST_WORDS

from .base import Record, RecordManager, UnpublishedQuerySet, person_field
from .project import Project
from .proposal_fields import FIGURES, PROPOSABLE, ProposedChange, is_of_entry, parsed
from .proposal_rules import NEEDS_REASON, PROPOSAL_RULES, SOURCE_OR_REPORTER
from .reporters import in_words
from .revision import History, Revision
from .source import source_field

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
        """What this user has to look at: the province what is submitted, a proposer what was answered."""
        visible = self.visible_to(user)
        if access_of(user).writes_all:
            return visible.filter(state=ProposalState.SUBMITTED)
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
            return [ProposedChange(**each) for each in self.fields]
        except TypeError:
            raise ValidationError(NOT_A_CHANGE) from None

    def set_changes(self, changes: Iterable[ProposedChange]) -> None:
        # a new list: what is stored is compared with what is set
        self.fields = [change.stored() for change in changes]

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
            parsed(change.field, change.proposed)
    if len({change.key for change in changes}) < len(changes):
        raise ValidationError(NOT_A_CHANGE)
