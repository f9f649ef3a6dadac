"""Accepting a proposal: which of its values are taken, what stands in the way, and the writing of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _

from projects.choices import ProposalAction
from projects.models import Proposal
from projects.models.proposal import PROPOSER_ACCEPTS, ProposedChange
from projects.workflows.transitions import Refusal

from .subject import Subject, moved

PROPOSED, CURRENT = "proposed", "current"  # what is chosen for a field


class Acceptance:
    """The accepting of one proposal: what stands in its way is looked at first, under the same lock."""

    def __init__(self, choices: Mapping[str, str], user: Any) -> None:
        self.choices, self.user = choices, user

    def obstacle(self, proposal: Proposal) -> Refusal | None:
        """Why it cannot be accepted like this; None when it can."""
        if proposal.events.filter(action__in=[ProposalAction.SUBMIT, ProposalAction.RESUBMIT], user=self.user).exists():
            return Refusal(proposal, {NON_FIELD_ERRORS: [str(PROPOSER_ACCEPTS)]})
        subject = Subject.of(proposal)
        undecided = [change for change in moved(proposal, subject) if change.key not in self.choices]
        if undecided:
            told = _(
                "The register has changed since this was proposed: choose whether to take it or keep what is there."
            )
            return Refusal(proposal, {change.key: [told] for change in undecided}, conflict=True)
        if not self._taken(proposal):
            told = _("Nothing of the proposal would be taken. Refuse it instead, with a comment.")
            return Refusal(proposal, {NON_FIELD_ERRORS: [told]})
        errors = subject.put(self._taken(proposal))
        return Refusal(proposal, errors) if errors else None

    def carry_out(self, proposal: Proposal) -> None:
        """Write what is taken into the register, and say in the proposal what that is."""
        taken, subject = self._taken(proposal), Subject.of(proposal)
        subject.put(taken)
        subject.save()
        proposal.set_changes(replace(change, taken=change in taken) for change in proposal.changes)

    def _taken(self, proposal: Proposal) -> list[ProposedChange]:
        return [change for change in proposal.changes if self.choices.get(change.key, PROPOSED) == PROPOSED]
