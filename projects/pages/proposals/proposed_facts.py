"""Proposed facts: what is proposed, beside the facts of a project's page that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from projects.models import Project, Proposal
from projects.models.proposal import MEMBERSHIP, ProposedChange, label_of
from projects.workflows.proposals import Values, change_label

from .. import links
from ..facts import Fact
from .proposal import get_value_words

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
    """Return the fields of the project's open proposals, the newest first; nothing for the public."""
    words = get_value_words()
    return [
        WaitingValue(
            number=each.pk,
            url=links.page("proposal", str(each.pk)),
            change=change,
            label=_label(change),
            text=_text(change, words),
            state=str(each.get_state_display()),
        )
        for each in Proposal.objects.visible_to(user).open().filter(project=project)
        for change in each.changes
    ]


def with_waiting(facts: list[Fact], waiting: Iterable[WaitingValue]) -> tuple[list[Fact], list[WaitingValue]]:
    """Return the facts, each with what is proposed of it; and what is proposed of none of them, field by field."""
    waiting, beside = list(waiting), {key for fact in facts for key in fact.fields}
    marked = [replace(fact, waits=tuple(each for each in waiting if each.change.key in fact.fields)) for fact in facts]
    left = [each for each in waiting if each.change.key not in beside]
    keys = [each.change.key for each in left]
    return marked, sorted(left, key=lambda each: keys.index(each.change.key))


def _text(change: ProposedChange, words: Values) -> str:
    """Return the proposed value; of two that share a fact, with the one that it is."""
    text = words.text(change.field, change.proposed)
    return f"{label_of(change.field)} {text or '—'}" if change.field in SHARED else text


def _label(change: ProposedChange) -> str:
    """Return what a field is called that stands beside no fact."""
    if change.year is None:
        return _("Source province") if change.field == "project.source_province" else change_label(change)
    if change.field == "entry.planned_disbursement":
        return _("Plan of %(year)s") % {"year": change.year}
    if change.field == MEMBERSHIP:
        return _("List of %(year)s") % {"year": change.year}
    names = {
        "entry.joined": _("Joined"),
        "entry.left": _("Left"),
        "entry.status": _("New or continuing"),
        "entry.disbursed_before": _("Disbursed before the year"),
        "entry.basis": _("Basis"),
        "entry.planned_disbursement_reported_by": _("Planned disbursement reported by"),
    }
    return _("List of %(year)s: %(field)s") % {"year": change.year, "field": names[change.field]}
