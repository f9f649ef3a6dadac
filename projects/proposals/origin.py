"""Where an accepted value comes from, put down beside it."""

from __future__ import annotations

from projects.choices import ClaimFigure
from projects.models import Claim, Proposal
from projects.models.proposal_fields import Change

from .subject import Subject


def set_with_origin(subject: Subject, changes: list[Change], proposal: Proposal) -> dict[str, list[str]]:
    """Put accepted values into the records and tie them to the proposal's source; what does not fit, by key.

    A project's figure follows the adopted claim, so a published source becomes one; an entry names its source itself.
    Where it was reported and not published, the proposal (named by the revision) says by whom.
    """
    errors = subject.put(changes)
    if errors or proposal.source is None:
        return errors
    for change in changes:
        if change.field == "entry.planned_disbursement" and change.proposed is not None and change.year is not None:
            subject.entries[change.year].source = proposal.source
    return {}


def adopt_claims(changes: list[Change], proposal: Proposal) -> None:
    """Let go of adopted claims that say otherwise than the accepted figures, and adopt those of the proposal's source."""
    for change in changes:
        figure = change.field.partition(".")[2]
        if change.year is not None or figure not in ClaimFigure.values:
            continue
        about = Claim.objects.filter(project=proposal.project, figure=figure)
        said = about.filter(source=proposal.source, amount=change.proposed) if proposal.source else Claim.objects.none()
        follows = said.first()
        for claim in about.filter(adopted=True):
            if claim != follows and (proposal.source is not None or claim.amount != change.proposed):
                claim.adopted = False
                claim.save()
        if proposal.source is not None and change.proposed is not None:
            claim = follows or Claim(
                project=proposal.project, figure=figure, amount=change.proposed, source=proposal.source
            )
            claim.adopted = True
            claim.save()
