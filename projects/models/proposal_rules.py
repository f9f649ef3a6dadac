"""Constraints of a proposal: each state is tied to its time and its person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.choices import ProposalState

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
