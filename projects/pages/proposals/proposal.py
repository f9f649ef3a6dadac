"""Page `/proposals/<number>/`: what is proposed, what is there, what the totals would become, and the decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from projects.choices import ProposalAction, ProposalState
from projects.models import Proposal, ProposalEvent
from projects.models.proposal import ProposedChange
from projects.totals.scope import Scope
from projects.workflows import proposals
from projects.workflows.proposals import Subject, Values, change_label

from .. import formatting, links
from ..decorators import form_page, readers_only
from ..parameters import accepts_parameters

CHOICE = "choice-"  # before the key of a field whose base has moved


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


def get_value_words() -> Values:
    """Return how values are written: as tables write them, with every digit."""
    return Values(lambda amount: f"{formatting.exact_money(amount)} {formatting.money_unit()}")


def get_field_lines(proposal: Proposal, words: Values, subject: Subject | None = None) -> list[FieldLine]:
    """Return the fields of a proposal; without a subject their present values are taken to be the original ones."""
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


@dataclass
class DecisionAttempt:
    """What was asked for and did not happen: kept, so that nothing has to be chosen or typed again."""

    action: str = ""
    words: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)  # by the key of a field, or "comment"
    whole: list[str] = field(default_factory=list)
    conflict: bool = False

    @property
    def failed(self) -> bool:
        return bool(self.errors or self.whole)


@form_page
@accepts_parameters()
@readers_only
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    """Show one proposal. A POST takes a step (`action`) with the version that was looked at."""
    found = _get_proposal(request, number)
    attempt = DecisionAttempt()
    if request.method == "POST":
        attempt = _take_step(request, found)
        if not attempt.failed:
            return HttpResponseRedirect(links.same_page(request))
        found = _get_proposal(request, number)
    status = 409 if attempt.conflict else 422 if attempt.failed else 200
    return render(request, "proposals/proposal.html", _context(request, found, attempt), status=status)


def _get_proposal(request: HttpRequest, number: int) -> Any:
    return get_object_or_404(Proposal.objects.visible_to(request.user).with_names().with_undoing(), pk=number)


def _take_step(request: HttpRequest, found: Proposal) -> DecisionAttempt:
    """Take the step that was posted; return what came of it. A step that is not this user's raises `PermissionDenied`."""
    data = request.POST
    keys = [change.key for change in found.changes]
    choices = {key: data[CHOICE + key] for key in keys if data.get(CHOICE + key)}
    attempt = DecisionAttempt(data.get("action", ""), data.get("comment", ""), choices)
    # proposing again has a form of its own
    transition = None if attempt.action == ProposalAction.RESUBMIT else proposals.TRANSITIONS.get(attempt.action)
    if transition is None or not transition.button or set(choices.values()) - {proposals.PROPOSED, proposals.CURRENT}:
        attempt.whole = [_("Say what is to be done with the proposal.")]
        return attempt
    words: dict[str, Any] = {"comment": attempt.words}
    if transition.action in proposals.DECISIONS:
        words["version"] = data.get("version", "")
    if transition.action == ProposalAction.ACCEPT:
        words["choices"] = choices
    try:
        proposals.take(transition.action, found, user=request.user, **words)
    except proposals.RefusedError as error:
        [refusal] = error.refusals.values()
        _add_errors(attempt, refusal.errors, keys)
        attempt.conflict = error.conflict
    except ValidationError as error:
        _add_errors(attempt, error.message_dict, keys)
    else:
        messages.success(request, formatting.sentences([str(transition.done), str(transition.then)]))
    return attempt


def _add_errors(attempt: DecisionAttempt, errors: Mapping[str, list[str]], keys: Collection[str]) -> None:
    """Put messages at the proposal's fields and its comment; all others at the whole."""
    attempt.errors = {name: texts for name, texts in errors.items() if name in keys or name == "comment"}
    attempt.whole = [text for name, texts in errors.items() if name not in attempt.errors for text in texts]


def _context(request: HttpRequest, found: Proposal, attempt: DecisionAttempt) -> dict[str, Any]:
    subject = Subject.from_proposal(found)
    lines = get_field_lines(found, get_value_words(), subject)
    effects = proposals.effects_of(found, found.changes, user=request.user) if found.is_open else []
    offered = [
        transition
        for action, transition in proposals.TRANSITIONS.items()
        if transition.button and proposals.may(request.user, action, found)
    ]
    return {
        "scope": Scope.from_request(request),
        "proposal": found,
        "title": _("Proposal %(number)s") % {"number": found.pk},
        "project_url": links.project(found.project.code),
        "version": proposals.version_of(found, subject),
        "fields": [
            {
                "line": line,
                "name": CHOICE + line.key,
                "choice": attempt.choices.get(line.key, ""),
                "errors": attempt.errors.get(line.key, []),
            }
            for line in lines
        ],
        "any_moved": found.is_open and any(line.moved for line in lines),
        "effects": [(effect, _records_url(effect)) for effect in effects],
        "months_left": subject.months_left_to_bureau(found.changes) if found.is_open else 0,
        "is_waiting": found.state == ProposalState.SUBMITTED,
        "events": ProposalEvent.objects.visible_to(request.user).filter(proposal=found).select_related("user"),
        "attempt": attempt,
        "comment_errors": attempt.errors.get("comment", []),
        "offered": offered,
        "may_accept": any(step.action == ProposalAction.ACCEPT for step in offered),
        "may_decide": any(step.action in proposals.DECISIONS for step in offered),
        "may_undo": (
            found.state == ProposalState.ACCEPTED
            and not found.undone_by
            and request.user.has_perm("projects.change_project", found.project)
        ),
        "is_own": found.proposed_by_id == request.user.pk,
    }


def _records_url(effect: proposals.ProposalEffect) -> str:
    """Return the records of the present figure; '' where there is no list of them."""
    return links.records([*effect.parameters, ("counted_in", effect.now.name)]) if effect.parameters else ""
