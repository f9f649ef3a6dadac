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
from dataclasses import replace
from functools import partial
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from rest_framework.exceptions import ErrorDetail

from projects.access import get_access
from projects.choices import ProposalAction, ProposalState
from projects.history.revisions import Draft, create_revision
from projects.models import Project, Proposal, Source
from projects.models.proposal import ANSWER_NEEDS_COMMENT, OPEN, PROPOSER_ACCEPTS, STEP_NEEDS_WORDS, ProposedChange
from projects.models.revision import reason_of_proposal
from projects.workflows.transitions import (
    Refusal,
    Transition,
    create_event,
    index_by_action,
    last_step,
    take_all_or_none,
)

from .making import ProposedValue, submit
from .subject import Subject, find_moved_changes, version_of


def _set_answered(proposal: Proposal, user: Any, draft: Draft, comment: str) -> None:
    proposal.answered_at, proposal.answered_by, proposal.comment = draft.created_at, user, comment


def _set_withdrawn(proposal: Proposal, user: Any, draft: Draft, _comment: str) -> None:
    proposal.withdrawn_at, proposal.withdrawn_by = draft.created_at, user


class ProposerTransition(Transition):
    """A step with a proposal of one's own prefecture; of the province each takes it with their own proposals only."""

    def allows(self, user: Any, record: Any = None) -> bool:
        is_of_another = record is not None and record.proposed_by_id != user.pk
        return super().allows(user, record) and not (is_of_another and get_access(user).is_of_the_province)


PROPOSED, CURRENT = "proposed", "current"  # what is chosen for a field
_PREFECTURE, _PROVINCE = "projects.submit_proposal", "projects.approve_proposal"
TRANSITIONS = index_by_action(
    Transition(
        action=ProposalAction.SUBMIT,
        starts=(),
        end=ProposalState.SUBMITTED,
        permissions=(_PREFECTURE,),
        verb=pgettext_lazy("step", "submit"),
        summary=gettext_lazy("Propose a change"),
        description=gettext_lazy(
            "By a prefecture, of its own projects, or by the province, of any. Values are whole CNY, codes, days and texts; "
            "`entry.programme` true puts the project on the list of `programme`, `entry.left` takes it off on a day."
        ),
    ),
    Transition(
        action=ProposalAction.ACCEPT,
        starts=(ProposalState.SUBMITTED,),
        end=ProposalState.ACCEPTED,
        permissions=(_PROVINCE,),
        change=_set_answered,
        verb=pgettext_lazy("step", "accept"),
        summary=gettext_lazy("Accept a proposal"),
        description=gettext_lazy(
            "Puts the proposed values into the register, in one revision that names the proposal. Not by who proposed it. "
            "Where the register has changed since, a choice for each such field is needed (409 without)."
        ),
        button=gettext_lazy("Accept"),
        done=gettext_lazy("The proposal was accepted: its values are in the register now."),
        then=gettext_lazy("Its proposer reads it as news; the revision that wrote it can be undone, with a reason."),
    ),
    Transition(
        action=ProposalAction.RETURN,
        starts=(ProposalState.SUBMITTED,),
        end=ProposalState.RETURNED,
        permissions=(_PROVINCE,),
        change=_set_answered,
        comment_missing=ANSWER_NEEDS_COMMENT,
        verb=pgettext_lazy("step", "return"),
        summary=gettext_lazy("Return a proposal"),
        description=gettext_lazy("To its prefecture, with a comment; it can be proposed again."),
        button=pgettext_lazy("proposal", "Return"),
        done=gettext_lazy("The proposal was returned."),
        then=gettext_lazy("Its proposer finds your comment, and can change it and hand it in again."),
    ),
    Transition(
        action=ProposalAction.REFUSE,
        starts=(ProposalState.SUBMITTED,),
        end=ProposalState.REFUSED,
        permissions=(_PROVINCE,),
        change=_set_answered,
        comment_missing=ANSWER_NEEDS_COMMENT,
        verb=pgettext_lazy("step", "refuse"),
        summary=gettext_lazy("Refuse a proposal"),
        button=pgettext_lazy("proposal", "Refuse"),
        done=gettext_lazy("The proposal was refused."),
        then=gettext_lazy("Its proposer reads your comment; the register stays as it is."),
    ),
    Transition(
        action=ProposalAction.COMMENT,
        starts=OPEN,
        permissions=(_PREFECTURE, _PROVINCE),
        comment_missing=STEP_NEEDS_WORDS,
        verb=pgettext_lazy("step", "comment"),
        summary=gettext_lazy("Comment on a proposal"),
        button=pgettext_lazy("verb", "Comment"),
        done=gettext_lazy("Your comment was added."),
        then=gettext_lazy("The proposal waits as before."),
    ),
    ProposerTransition(
        action=ProposalAction.WITHDRAW,
        starts=OPEN,
        end=ProposalState.WITHDRAWN,
        permissions=(_PREFECTURE,),
        change=_set_withdrawn,
        verb=pgettext_lazy("step", "withdraw"),
        summary=gettext_lazy("Withdraw a proposal"),
        description=gettext_lazy("For good."),
        button=pgettext_lazy("proposal", "Withdraw"),
        done=gettext_lazy("The proposal was withdrawn."),
        then=gettext_lazy("The register stays as it is."),
    ),
    Transition(
        action=ProposalAction.NOTE,
        starts=tuple(ProposalState),
        permissions=(_PREFECTURE, _PROVINCE),
        verb=pgettext_lazy("step", "take note"),
        summary=gettext_lazy("Note what was answered"),
        description=gettext_lazy("By who proposed it: it has no news then."),
        button=pgettext_lazy("button", "Read"),
        done=gettext_lazy("Marked as read."),
        then=gettext_lazy("It is no longer among your tasks."),
    ),
    ProposerTransition(
        action=ProposalAction.RESUBMIT,
        starts=(ProposalState.RETURNED,),
        end=ProposalState.SUBMITTED,
        permissions=(_PREFECTURE,),
        verb=pgettext_lazy("step", "submit again"),
        summary=gettext_lazy("Propose a returned proposal again"),
        description=gettext_lazy(
            "With other values, words or origin where they are given; its originals become the present values."
        ),
        button=gettext_lazy("Change it and propose it again"),
    ),
)
DECISIONS = tuple(each.action for each in TRANSITIONS.values() if each.permissions == (_PROVINCE,))


def may(user: Any, action: str, proposal: Proposal) -> bool:
    """Whether the user may take this step with the proposal as it stands."""
    transition, own = TRANSITIONS[action], proposal.proposed_by_id == user.pk
    if (action == ProposalAction.ACCEPT and own) or (action == ProposalAction.NOTE and not (own and proposal.has_news)):
        return False
    return proposal.state in transition.starts and transition.allows(user, proposal)


def propose(
    project: Project, asked: Iterable[ProposedValue], *, reason: str, source: Source | None, reported_by: str, user: Any
) -> Proposal:
    """Hand a change in to the province. Raises `PermissionDenied`, `ValidationError` by field or key."""
    with create_revision(user=user) as draft:
        proposal = Proposal(project=Project.objects.get(pk=project.pk))
        if not user.has_perm("projects.add_proposal", proposal):
            raise PermissionDenied(_("You may propose changes of your own prefecture's projects only."))
        proposal.reason, proposal.source, proposal.reported_by = reason.strip(), source, reported_by.strip()
        submit(proposal, asked, user=user, at=draft.created_at)
        create_event(proposal, ProposalAction.SUBMIT, "", draft=draft, user=user, comment=proposal.reason)
    return proposal


def resubmit(
    proposal: Proposal,
    *,
    user: Any,
    asked: Iterable[ProposedValue] | None = None,
    reason: str | None = None,
    source: Source | None = None,
    reported_by: str | None = None,
) -> Proposal:
    """Hand a returned proposal in again; its originals are the register's values of now.

    `source` and `reported_by` go together: None for both keeps what there was. Raises `RefusedError`, `PermissionDenied`.
    """

    def write(found: Proposal, draft: Draft) -> None:
        found.reason = found.reason if reason is None else reason.strip()
        if source is not None or reported_by is not None:
            found.source, found.reported_by = source, (reported_by or "").strip()
        as_before = [ProposedValue(each.field, each.year, each.proposed) for each in found.changes]
        submit(found, as_before if asked is None else asked, user=user, at=draft.created_at)

    return _step(ProposalAction.RESUBMIT, proposal, user=user, write=write)


def note(proposal: Proposal, *, user: Any, comment: str = "") -> Proposal:
    """The proposer has read what others did or said; a comment is not stored. Raises `PermissionDenied` for others."""
    if proposal.proposed_by_id != user.pk:
        raise PermissionDenied(_("Only the person who proposed a change can mark its answer as read."))
    return _step(ProposalAction.NOTE, proposal, user=user)


def accept(
    proposal: Proposal,
    *,
    user: Any,
    comment: str = "",
    version: str | None = None,
    choices: Mapping[str, str] | None = None,
) -> Proposal:
    """Put the proposed values into the register.

    `choices` say by key whether to take the proposed value or to keep the present one; a field whose base has moved
    needs one, the others are taken. `version` is what `version_of` said to whoever decides. Raises as the others;
    what has moved or was decided meanwhile is a `RefusedError` with `conflict`.
    """
    chosen = choices or {}

    def get_taken(found: Proposal) -> list[ProposedChange]:
        return [change for change in found.changes if chosen.get(change.key, PROPOSED) == PROPOSED]

    def obstacle(found: Proposal) -> Refusal | None:
        steps = [ProposalAction.SUBMIT, ProposalAction.RESUBMIT]
        if found.events.filter(action__in=steps, user=user).exists():
            return Refusal(found, {NON_FIELD_ERRORS: [ErrorDetail(str(PROPOSER_ACCEPTS), "second_person")]})
        subject = Subject.from_proposal(found)
        undecided = [change.key for change in find_moved_changes(found, subject) if change.key not in chosen]
        if undecided:
            text = _(
                "The register has changed since this was proposed: choose whether to take it or keep what is there."
            )
            return Refusal(found, {key: [text] for key in undecided}, conflict=True)
        if not get_taken(found):
            text = _("Nothing of the proposal would be taken. Refuse it instead, with a comment.")
            return Refusal(found, {NON_FIELD_ERRORS: [text]})
        errors = subject.put(get_taken(found))
        return Refusal(found, errors) if errors else None

    def write(found: Proposal, _draft: Draft) -> None:
        taken, subject = get_taken(found), Subject.from_proposal(found)
        subject.put(taken)
        subject.save()
        found.set_changes(replace(change, taken=change in taken) for change in found.changes)

    return _step(
        ProposalAction.ACCEPT,
        proposal,
        user=user,
        comment=comment,
        version=version,
        write=write,
        obstacle=obstacle,
        reason=reason_of_proposal(proposal.pk, proposal.reason),
    )


def _step(
    action: str,
    proposal: Proposal,
    *,
    user: Any,
    comment: str = "",
    version: str | None = None,
    write: Callable[[Proposal, Draft], None] | None = None,
    obstacle: Callable[[Proposal], Refusal | None] | None = None,
    reason: str = "",
) -> Proposal:
    """Take one proposal one step further. `write` is what the step writes beside what its transition changes."""
    transition, words = TRANSITIONS[action], TRANSITIONS[action].comment(comment)

    def refusal(found: Proposal) -> Refusal | None:
        if found.state not in transition.starts:
            return Refusal(found, {NON_FIELD_ERRORS: [_describe_last_step(found)]}, conflict=True)
        if version is not None and version != version_of(found, Subject.from_proposal(found)):
            told = _("The proposal or what it is about was changed after you opened it. Look again, then decide.")
            return Refusal(found, {NON_FIELD_ERRORS: [told]}, conflict=True)
        return obstacle(found) if obstacle else None

    def take(found: Proposal, draft: Draft) -> None:
        before = found.state
        if write:
            write(found, draft)
        if transition.change:
            transition.change(found, user, draft, words)
        found.state = transition.end or found.state
        found.has_news = found.proposed_by_id != user.pk
        found.save()
        said = found.reason if action == ProposalAction.RESUBMIT else words
        create_event(found, action, before, draft=draft, user=user, comment=said)

    [done] = take_all_or_none(
        [proposal],
        of=Proposal.objects.visible_to(user).select_related("project", "source"),
        user=user,
        may=lambda found: transition.allows(user, found),
        refusal=refusal,
        take=take,
        absent=_("This proposal does not exist, or you do not have access to it."),
        reason=reason,
    )
    return done


comment = partial(_step, ProposalAction.COMMENT)
withdraw = partial(_step, ProposalAction.WITHDRAW)
send_back = partial(_step, ProposalAction.RETURN)
refuse = partial(_step, ProposalAction.REFUSE)
_OF_THEIR_OWN: Mapping[str, Callable[..., Proposal]] = {
    ProposalAction.RESUBMIT: resubmit,
    ProposalAction.NOTE: note,
    ProposalAction.ACCEPT: accept,
}


def take(action: str, proposal: Proposal, *, user: Any, **words: Any) -> Proposal:
    """Take any step but the first, with what its own function takes. Raises as that does."""
    return _OF_THEIR_OWN.get(action, partial(_step, action))(proposal, user=user, **words)


def _describe_last_step(proposal: Proposal) -> str:
    """Why the step is not possible any more: what was done last, and by whom."""
    state, last = {"state": str(proposal.get_state_display())}, last_step(proposal)
    return _("This proposal is in the state “%(state)s” since %(when)s (%(who)s).") % (state | (last or {}))
