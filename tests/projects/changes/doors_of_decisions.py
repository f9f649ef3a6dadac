"""The doors by which people decide about a figure, or remark on it: proposals, claims and notes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from portfolio.models import ApiToken
from projects.choices import ClaimFigure
from projects.history.digests import digest_of
from projects.models import Claim, Note, Project, Proposal
from projects.workflows import adoption
from tests.projects.api.conftest import System
from tests.projects.changes import doors

OWN = ("HN-EI-2023-37", "HN-EI-2023-38", "HN-EI-2023-40")  # those of the six that are the bureau's


class Doors(doors.Doors):
    """All doors. What they decide about are the records that the others edit."""

    def __init__(self, *about: Any) -> None:
        super().__init__(*about)
        self.letters = System(ApiToken.objects.create(user=self.bureau, scope="write")[1])

    def one_of(self, records: QuerySet[Any]) -> Any:
        """One of the newest; None where there is none."""
        newest = list(records.order_by("-pk")[:6])
        return self.random.choice(newest) if newest else None

    def proposal_made(self) -> None:
        own = list(Project.objects.filter(code__in=OWN))
        if own:
            change = {"field": self.random.choice(["project.total_investment", "project.expected_revenue"])}
            body = {"project": self.random.choice(own).code, "changes": [change | {"value": self.amount()}]}
            self.letters.post("/proposals/", body | {"reason": self.text() or "x", "reported_by": "来函"})

    def proposal_accepted(self) -> None:
        if proposal := self.one_of(Proposal.objects.filter(state="submitted")):
            choices = {f"choice-{change.key}": "proposed" for change in proposal.changes}
            self.decide(f"/proposals/{proposal.pk}/", "version", action="accept", **choices)

    def claim_adopted(self) -> None:
        figures = [figure.value for figure in ClaimFigure if figure.is_of_project]
        if claim := self.one_of(Claim.objects.filter(adopted=False, figure__in=figures)):
            self.decide(f"/claims/{claim.pk}/adopt/", "seen", reason=self.text() or "x")

    def claim_withdrawn(self) -> None:
        if claim := self.one_of(Claim.objects.filter(adopted=True)):
            rests_on = {} if adoption.is_disputed(claim) else {"reported_by": f"局{self.number}"}
            self.decide(f"/claims/{claim.pk}/withdraw/", "seen", reason=self.text() or "x", **rests_on)

    def note_written(self) -> None:
        address = f"/notes/add/?programme=2023&project={self.project().code}"
        self.page.post(address, {"text": self.text() or "x", "month": ""})

    def note_changed(self) -> None:
        if note := self.one_of(Note.objects.filter(author=self.province)):
            self.page.post(f"/notes/{note.pk}/", {"text": self.text() or "x", "month": "6", "version": digest_of(note)})

    def decide(self, address: str, version: str, **typed: Any) -> None:
        """Open the page of a decision, and send what is decided about what it shows."""
        seen = self.page.get(address).context[version]
        self.page.post(address, {version: seen} | typed)


NAMES = [
    *doors.NAMES,
    "proposal_made",
    "proposal_accepted",
    "claim_adopted",
    "claim_withdrawn",
    "note_written",
    "note_changed",
]
