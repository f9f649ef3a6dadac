"""Proposal event: a transition of a proposal, by whom, when and with which words. Written once, never changed."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.choices import ProposalAction, ProposalState

from .base import AppendOnlyQuerySet, person_field
from .proposal import Proposal
from .revision import Revision
from .transition_event import TransitionEvent

STEP_NEEDS_WORDS = _("A comment, a return or a refusal needs its text.")


class ProposalEventQuerySet(AppendOnlyQuerySet):
    def by_others(self) -> Self:
        """What the proposer is told of: answers, comments and withdrawals of others."""
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
