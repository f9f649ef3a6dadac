"""`/proposals/<number>/`: what is proposed, what is there, what the totals would become, what was said, and the decision."""

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
from projects.totals.scope import Scope
from projects.workflows import proposals

from .. import formatting, links
from ..decorators import form_page, readers_only
from ..parameters import reads
from ..table_files import FILES, at_hand, file_asked, table_heads
from .effect_rows import EffectRow
from .proposal_rows import FieldLine, field_lines, values
from .proposal_tables import proposal_tables

CHOICE = "choice-"  # before the key of a field whose base has moved


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


@dataclass(frozen=True)
class Decided:
    """A field with the choice that was made or has to be made, and what was wrong with it."""

    line: FieldLine
    name: str
    choice: str
    errors: list[str]


@form_page
@reads(*FILES)
@readers_only
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    """One proposal. A POST takes a step (`action`) with the version that was looked at."""
    found = _found(request, number)
    attempt = DecisionAttempt()
    if request.method != "POST" and (file := _file(request, found)):
        return file
    if request.method == "POST":
        attempt = _acted(request, found)
        if not attempt.failed:
            return HttpResponseRedirect(links.same_page(request))
        found = _found(request, number)
    status = 409 if attempt.conflict else 422 if attempt.failed else 200
    return render(request, "proposals/proposal.html", _context(request, found, attempt), status=status)


def _found(request: HttpRequest, number: int) -> Any:
    return get_object_or_404(Proposal.objects.visible_to(request.user).with_names().with_undoing(), pk=number)


def _acted(request: HttpRequest, found: Proposal) -> DecisionAttempt:
    """What came of it; a step that is not this user's raises `PermissionDenied`."""
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
        _keep(attempt, refusal.errors, keys)
        attempt.conflict = error.conflict
    except ValidationError as error:
        _keep(attempt, error.message_dict, keys)
    else:
        messages.success(request, formatting.sentences([str(transition.done), str(transition.then)]))
    return attempt


def _keep(attempt: DecisionAttempt, errors: Mapping[str, list[str]], keys: Collection[str]) -> None:
    """Messages at the proposal's fields and its comment; all others are about the whole."""
    attempt.errors = {name: texts for name, texts in errors.items() if name in keys or name == "comment"}
    attempt.whole = [text for name, texts in errors.items() if name not in attempt.errors for text in texts]


def _tables(request: HttpRequest, found: Any, subject: proposals.Subject) -> tuple[Any, ...]:
    lines = field_lines(found, values(), subject)
    moved = proposals.effects_of(found, found.changes, user=request.user) if found.is_open else []
    effects = [EffectRow(each) for each in moved]
    return lines, effects, proposal_tables(found, lines, effects)


def _file(request: HttpRequest, found: Any) -> HttpResponse | None:
    if not any(name in request.GET for name in FILES):
        return None
    *_lines, tables = _tables(request, found, proposals.Subject.of(found))
    return file_asked(request, Scope(user=request.user, programme=None), at_hand(tables))


def _context(request: HttpRequest, found: Proposal, attempt: DecisionAttempt) -> dict[str, Any]:
    subject = proposals.Subject.of(found)
    lines, effects, tables = _tables(request, found, subject)
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
            Decided(line, CHOICE + line.key, attempt.choices.get(line.key, ""), attempt.errors.get(line.key, []))
            for line in lines
        ],
        "any_moved": found.is_open and any(line.moved for line in lines),
        "effects": effects,
        "tables": table_heads(request, tables),
        "months_left": subject.months_left_to_bureau(found.changes) if found.is_open else 0,
        "is_waiting": found.state == ProposalState.SUBMITTED,
        "events": ProposalEvent.objects.visible_to(request.user).filter(proposal=found).select_related("user"),
        "attempt": attempt,
        "comment_errors": attempt.errors.get("comment", []),
        "offered": offered,
        "may_accept": any(each.action == ProposalAction.ACCEPT for each in offered),
        "may_decide": any(each.action in proposals.DECISIONS for each in offered),
        "is_own": found.proposed_by_id == request.user.pk,
    }
