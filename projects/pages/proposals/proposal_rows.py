"""Proposals as pages show them: each field in words, who proposed it, where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from projects.models import Proposal
from projects.models.proposal import ProposedChange
from projects.workflows.proposals import Subject, Values, change_label

from .. import formatting, links


@dataclass(frozen=True)
class FieldLine:
    """One field: texts are empty where nothing is known. `moved` when the present value is neither of the others, `is_away`
    when it is not the proposed one.
    """

    key: str
    label: str
    original: str
    proposed: str
    current: str
    moved: bool
    is_away: bool
    taken: bool | None


@dataclass(frozen=True)
class ProposalLine:
    proposal: Proposal
    url: str
    project_url: str
    place: str
    fields: list[FieldLine]
    is_news: bool  # for the reader of the page


def values() -> Values:
    """Values as tables write them, with every digit."""
    return Values(lambda amount: f"{formatting.exact_money(amount)} {formatting.money_unit()}")


def field_lines(proposal: Proposal, words: Values, subject: Subject | None = None) -> list[FieldLine]:
    """The fields of a proposal; without a subject nothing is said of the present values."""
    return [_field_line(change, words, subject) for change in proposal.changes]


def _field_line(change: ProposedChange, words: Values, subject: Subject | None) -> FieldLine:
    current = subject.value(change.field, change.year) if subject else change.original
    return FieldLine(
        key=change.key,
        label=change_label(change),
        original=words.text(change.field, change.original),
        proposed=words.text(change.field, change.proposed),
        current=words.text(change.field, current),
        moved=current not in (change.original, change.proposed),
        is_away=current != change.proposed,
        taken=change.taken,
    )


def proposal_lines(found: Iterable[Any], *, user: Any) -> list[ProposalLine]:
    words = values()
    return [
        ProposalLine(
            proposal=each,
            url=links.page("proposal", str(each.pk)),
            project_url=links.project(each.project.code),
            place=each.project.prefecture.name if each.project.prefecture else "",
            fields=field_lines(each, words),
            is_news=each.has_news and each.proposed_by_id == user.pk,
        )
        for each in found
    ]
