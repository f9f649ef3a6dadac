"""Proposal workflow: what may happen next to one, and who does it. The one writer of a proposal's state.

    submitted ── accept ──▶ accepted          submitted, returned ── withdraw ──▶ withdrawn
      ▲  │  └─── refuse ──▶ refused
      │  └── return ──▶ returned
      └───── resubmit ─────┘

Comments and the proposer's 'noted' change no state. The register is written by `accept` alone, in one revision that
names the proposal. Each step is compare-and-set and leaves a `ProposalEvent`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from projects.choices import ProposalAction, ProposalState
from projects.models import Project, Proposal, ProposalEvent, Source
from projects.models.proposal import OPEN
from projects.models.proposal_event import STEP_NEEDS_WORDS
from projects.models.proposal_rules import ANSWER_NEEDS_COMMENT, NEEDS_REASON
from projects.models.revision import reason_of_proposal
from projects.versioning.revisions import Draft, explain, writing
from projects.workflows.transitions import Refusal, last_step, leave_event, taken_together

from .acceptance import Acceptance
from .making import Asked, changes_asked, refuse_impossible, refuse_second
from .subject import Subject, version_of

DONE = tuple(state for state in ProposalState if state not in OPEN)

# which states an action starts from, and the one that it leads to; None: it stays
STEPS: dict[ProposalAction, tuple[tuple[ProposalState, ...], ProposalState | None]] = {
    ProposalAction.SUBMIT: ((), ProposalState.SUBMITTED),  # by `propose`, of nothing that was there
    ProposalAction.COMMENT: (OPEN, None),
    ProposalAction.RETURN: ((ProposalState.SUBMITTED,), ProposalState.RETURNED),
    ProposalAction.RESUBMIT: ((ProposalState.RETURNED,), ProposalState.SUBMITTED),
    ProposalAction.WITHDRAW: (OPEN, ProposalState.WITHDRAWN),
    ProposalAction.ACCEPT: ((ProposalState.SUBMITTED,), ProposalState.ACCEPTED),
    ProposalAction.REFUSE: ((ProposalState.SUBMITTED,), ProposalState.REFUSED),
    ProposalAction.NOTE: ((*OPEN, *DONE), None),
}
_PREFECTURE, _PROVINCE = "projects.submit_proposal", "projects.approve_proposal"
# any one of these permissions lets a user take the step; see access.py
PERMISSIONS: dict[ProposalAction, tuple[str, ...]] = {
    ProposalAction.SUBMIT: (_PREFECTURE,),
    ProposalAction.COMMENT: (_PREFECTURE, _PROVINCE),
    ProposalAction.RETURN: (_PROVINCE,),
    ProposalAction.RESUBMIT: (_PREFECTURE,),
    ProposalAction.WITHDRAW: (_PREFECTURE,),
    ProposalAction.ACCEPT: (_PROVINCE,),
    ProposalAction.REFUSE: (_PROVINCE,),
    ProposalAction.NOTE: (_PREFECTURE, _PROVINCE),
}


def propose(
    project: Project, asked: Iterable[Asked], *, reason: str, source: Source | None, reported_by: str, user: Any
) -> Proposal:
    """Hand a change in to the province. Raises `PermissionDenied`, `ValidationError` by field or key."""
    with writing(user=user) as draft:
        proposal = Proposal(project=Project.objects.get(pk=project.pk))
        if not user.has_perm("projects.add_proposal", proposal):
            raise PermissionDenied(_("You may propose changes of your own prefecture's projects only."))
        proposal.reason, proposal.source, proposal.reported_by = reason.strip(), source, reported_by.strip()
        _submit(proposal, asked, user=user, draft=draft)
        _tell(ProposalAction.SUBMIT, proposal, before="", user=user, draft=draft, comment=proposal.reason)
    return proposal


def resubmit(
    proposal: Proposal,
    *,
    user: Any,
    asked: Iterable[Asked] | None = None,
    reason: str | None = None,
    source: Source | None = None,
    reported_by: str | None = None,
) -> Proposal:
    """Hand a returned proposal in again, with other values, words or origin where they are given.

    Its originals are the register's values of now. `source` and `reported_by` go together: None for both keeps what
    there was. Raises `RefusedError`, `PermissionDenied`.
    """

    def change(found: Proposal, draft: Draft) -> None:
        found.reason = found.reason if reason is None else reason.strip()
        if source is not None or reported_by is not None:
            found.source, found.reported_by = source, (reported_by or "").strip()
        kept = [Asked(each.field, each.year, each.proposed) for each in found.changes]
        _submit(found, kept if asked is None else asked, user=user, draft=draft)

    return _step(ProposalAction.RESUBMIT, proposal, user=user, change=change, said=lambda found: found.reason)


def comment(proposal: Proposal, *, user: Any, words: str) -> Proposal:
    """Say something about an open proposal. Raises as the others."""
    if not words.strip():
        raise ValidationError({"comment": STEP_NEEDS_WORDS})
    return _step(ProposalAction.COMMENT, proposal, user=user, words=words)


def note(proposal: Proposal, *, user: Any) -> Proposal:
    """The proposer has read what others did or said. Raises `PermissionDenied` for anybody else."""
    if proposal.proposed_by_id != user.pk:
        raise PermissionDenied(_("Only who proposed a change notes what was answered."))
    return _step(ProposalAction.NOTE, proposal, user=user)


def withdraw(proposal: Proposal, *, user: Any, words: str = "") -> Proposal:
    """Take a proposal back for good. Raises as the others."""

    def change(found: Proposal, draft: Draft) -> None:
        found.withdrawn_at, found.withdrawn_by = draft.created_at, user

    return _step(ProposalAction.WITHDRAW, proposal, user=user, change=change, words=words)


def send_back(proposal: Proposal, *, user: Any, words: str, version: str | None = None) -> Proposal:
    """Return a proposal to its prefecture with a comment. Raises as the others."""
    _required(words)
    return _step(ProposalAction.RETURN, proposal, user=user, change=_answer(user, words), words=words, version=version)


def refuse(proposal: Proposal, *, user: Any, words: str, version: str | None = None) -> Proposal:
    """Decide against a proposal, with a comment. Raises as the others."""
    _required(words)
    return _step(ProposalAction.REFUSE, proposal, user=user, change=_answer(user, words), words=words, version=version)


def accept(
    proposal: Proposal,
    *,
    user: Any,
    words: str = "",
    version: str | None = None,
    choices: Mapping[str, str] | None = None,
) -> Proposal:
    """Put the proposed values into the register.

    `choices` say by key whether to take the proposed value or to keep the present one; a field whose base has moved
    needs one, the others are taken. `version` is what `version_of` said to whoever decides. Raises as the others;
    what has moved or was decided meanwhile is a `RefusedError` with `conflict`.
    """
    acceptance = Acceptance(choices or {}, user)

    def change(found: Proposal, draft: Draft) -> None:
        acceptance.carry_out(found)
        _answer(user, words)(found, draft)

    return _step(
        ProposalAction.ACCEPT,
        proposal,
        user=user,
        change=change,
        words=words,
        version=version,
        obstacle=acceptance.obstacle,
        reason=reason_of_proposal(proposal.pk, proposal.reason),
    )


def may(user: Any, action: ProposalAction, proposal: Proposal) -> bool:
    """Whether the user may take this step with the proposal as it stands."""
    starts, _end = STEPS[action]
    own = proposal.proposed_by_id == user.pk
    if action == ProposalAction.ACCEPT and own:
        return False
    if action == ProposalAction.NOTE and not (own and proposal.has_news):
        return False
    return proposal.state in starts and _is_allowed(user, action, proposal)


def _is_allowed(user: Any, action: ProposalAction, proposal: Proposal) -> bool:
    return any(user.has_perm(permission, proposal) for permission in PERMISSIONS[action])


Writes = Callable[[Proposal, Draft], None]


def _step(
    action: ProposalAction,
    proposal: Proposal,
    *,
    user: Any,
    change: Writes | None = None,
    words: str = "",
    said: Callable[[Proposal], str] | None = None,
    version: str | None = None,
    obstacle: Callable[[Proposal], Refusal | None] | None = None,
    reason: str = "",
) -> Proposal:
    """Take one proposal one step further. `change` sets what the step leaves in it, `said` its words afterwards."""

    def refusal(found: Proposal) -> Refusal | None:
        if found.state not in STEPS[action][0]:
            return Refusal(found, {NON_FIELD_ERRORS: [_overtaken(found)]}, conflict=True)
        if version is not None and version != version_of(found, Subject.of(found)):
            told = _("The proposal or what it is about was changed after you opened it. Look again, then decide.")
            return Refusal(found, {NON_FIELD_ERRORS: [told]}, conflict=True)
        return obstacle(found) if obstacle else None

    def take(found: Proposal, draft: Draft) -> None:
        before = found.state
        if change is not None:
            change(found, draft)
        found.state = STEPS[action][1] or found.state
        found.has_news = found.proposed_by_id != user.pk
        found.save()
        _tell(action, found, before=before, user=user, draft=draft, comment=said(found) if said else words)

    [done] = taken_together(
        [proposal],
        of=_visible(user),
        user=user,
        may=lambda found: _is_allowed(user, action, found),
        refusal=refusal,
        take=take,
        absent=_("This proposal is not there, or not yours to see."),
        reason=reason,
    )
    return done


def _visible(user: Any) -> QuerySet[Any]:
    return Proposal.objects.visible_to(user).select_related("project", "source")


def _tell(action: ProposalAction, proposal: Proposal, *, before: str, user: Any, draft: Draft, comment: str) -> None:
    facts = {"proposal": proposal, "action": action, "before": before, "after": proposal.state}
    leave_event(ProposalEvent, draft, **facts, comment=comment.strip(), user=user)


def _submit(proposal: Proposal, asked: Iterable[Asked], *, user: Any, draft: Draft) -> None:
    """Fill a proposal in and save it. Raises `ValidationError` by field or key."""
    if not proposal.reason:
        raise ValidationError({"reason": NEEDS_REASON})
    subject = Subject.of(proposal)
    changes = changes_asked(subject, asked)
    others = Proposal.objects.filter(project=proposal.project).open().exclude(pk=proposal.pk)
    refuse_second(changes, others=others)
    proposal.set_changes(changes)
    proposal.clean()  # what it rests on is asked of the proposal first, then the records say what they could not hold
    explain(proposal.reason)
    refuse_impossible(subject, changes)
    proposal.state, proposal.has_news = ProposalState.SUBMITTED, False
    proposal.proposed_at, proposal.proposed_by = draft.created_at, user
    proposal.answered_at, proposal.answered_by, proposal.comment = None, None, ""
    proposal.save()


def _answer(user: Any, words: str) -> Writes:
    def change(proposal: Proposal, draft: Draft) -> None:
        proposal.answered_at, proposal.answered_by, proposal.comment = draft.created_at, user, words.strip()

    return change


def _required(words: str) -> None:
    if not words.strip():
        raise ValidationError({"comment": ANSWER_NEEDS_COMMENT})


def _overtaken(proposal: Proposal) -> str:
    """Why the step is not possible any more: what was done last, and by whom."""
    state, last = {"state": str(proposal.get_state_display())}, last_step(proposal)
    return _("This proposal is in the state “%(state)s” since %(when)s (%(who)s).") % (state | (last or {}))
