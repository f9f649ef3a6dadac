"""What is proposed, beside the facts of a project's page that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from projects.models import Project, Proposal
from projects.models.proposal_fields import MEMBERSHIP, ProposedChange, label_of
from projects.workflows.proposals import Values

from .. import links
from ..facts import Fact
from .proposal_rows import values

SHARED = ("project.sector", "project.chain_link")  # one fact of the page


@dataclass(frozen=True)
class WaitingValue:
    """One proposed field that is not decided; `text` is empty where blank is proposed."""

    number: int
    url: str
    change: ProposedChange
    label: str
    text: str
    state: str


def waiting_on(project: Project, user: Any) -> list[WaitingValue]:
    """The fields of the project's open proposals, the newest first; nothing for the public."""
    found = Proposal.objects.visible_to(user).open().filter(project=project)
    words = values()
    return [
        WaitingValue(
            number=each.pk,
            url=links.page("proposal", str(each.pk)),
            change=change,
            label=_label(change),
            text=_text(change, words),
            state=str(each.get_state_display()),
        )
        for each in found
        for change in each.changes
    ]


def with_waiting(facts: list[Fact], waiting: Iterable[WaitingValue]) -> tuple[list[Fact], list[WaitingValue]]:
    """The facts, each with what is proposed of it; and what is proposed of none of them."""
    by_label: dict[str, list[WaitingValue]] = {}
    for each in waiting:
        by_label.setdefault(each.label, []).append(each)
    marked = [replace(fact, waits=tuple(by_label.pop(fact.label, ()))) for fact in facts]
    return marked, [each for left in by_label.values() for each in left]


def _text(change: ProposedChange, words: Values) -> str:
    """The proposed value; of two that share a fact, with the one that it is."""
    text = words.text(change.field, change.proposed)
    return f"{label_of(change.field)} {text or '—'}" if change.field in SHARED else text


def _label(change: ProposedChange) -> str:
    """The field as the facts call it."""
    if change.year is not None:
        return _of_list(change)
    return {
        "project.total_investment": _("Total investment"),
        "project.expected_revenue": _("Revenue a year"),
        "project.sector": _("Sector · chain link"),
        "project.chain_link": _("Sector · chain link"),
        "project.transferred": _("Transferred"),
        "project.source_province": _("Source province"),
    }[change.field]


def _of_list(change: ProposedChange) -> str:
    if change.field == "entry.planned_disbursement":
        return _("Plan of %(year)s") % {"year": change.year}
    if change.field == MEMBERSHIP:
        return _("List of %(year)s") % {"year": change.year}
    names = {
        "entry.joined": _("Joined"),
        "entry.left": _("Left"),
        "entry.status": _("New or continuing"),
        "entry.disbursed_before": _("Disbursed before the year"),
    }
    return _("List of %(year)s: %(field)s") % {"year": change.year, "field": names[change.field]}
