"""What the database refuses of proposals in each state, of their events and of the e-mails that tell of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models
from django.utils import timezone

from projects.models import Proposal, ProposalEvent, ReminderSent, Source
from tests.people import CHANGSHA, person

from ..workflows.proposals_made import in_state, proposed
from .constraint_case import Case

NOW = timezone.now()


def _state(constraint: str, stored: str, **changes: Any) -> Case:
    return Case(constraint, Proposal, changes, NON_FIELD_ERRORS, start=stored)


PROPOSAL_CASES = [
    Case("proposal_has_a_reason", Proposal, {"reason": ""}, "reason", start="submitted"),
    Case("proposal_has_one_origin", Proposal, {"reported_by": "A letter"}, "reported_by", start="sourced"),
    _state("proposal_submitted_has_no_answer", "submitted", answered_at=NOW),
    _state("proposal_submitted_has_no_answer", "returned", state="submitted"),
    _state("proposal_returned_has_time_person_and_comment", "returned", answered_at=None),
    _state("proposal_returned_has_time_person_and_comment", "returned", comment=""),
    _state("proposal_refused_has_time_person_and_comment", "refused", answered_by=None),
    _state("proposal_refused_has_time_person_and_comment", "refused", comment=""),
    _state("proposal_accepted_has_time_and_person", "accepted", answered_at=None),
    _state("proposal_withdrawn_has_time_and_person", "withdrawn", withdrawn_at=None),
    _state("proposal_without_a_project_is_withdrawn", "submitted", project=None),
    _state("proposal_accepter_is_not_proposer", "self-accepted"),
    Case("proposal_event_says_what_has_to_be_said", ProposalEvent, {"comment": ""}, NON_FIELD_ERRORS, adds=True),
    Case("reminder_of_an_answer_goes_out_once", ReminderSent, {}, NON_FIELD_ERRORS, adds=True),
]


def proposal_row(case: Case) -> models.Model:
    """A stored row that the case can spoil."""
    writer, reviewer = person("writer", "prefecture-writer", CHANGSHA), person("reviewer", "province")
    if case.start == "sourced":
        return proposed(writer, source=Source.objects.first(), reported_by="")
    if case.model is Proposal:
        return in_state(case.start.removeprefix("self-"), writer, reviewer)
    event = in_state("returned", writer, reviewer).events.first()
    if case.model is ProposalEvent:
        return event
    reminder = ReminderSent(user=writer, kind="answer", event=event, day=dt.date(2023, 7, 1), sent_at=timezone.now())
    reminder.save()
    return reminder
