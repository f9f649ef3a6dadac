"""The job that takes an import back: what it wrote goes back in one revision together with the job's end, or nothing does.

What a bureau proposed is withdrawn as far as nobody has decided it. What stays is said: what was accepted, and projects that
are on no list, which who added them may not delete.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.changelog.reversals import Action, Obstacle, Reversal, may, undoing_of
from projects.changelog.undo import UndoRefusedError
from projects.changelog.undo import undo as undo_revision
from projects.choices import ImportState, ProposalAction, ProposalState
from projects.jobs import Run, job
from projects.models import Enterprise, Entry, Import, Project, Proposal, Revision
from projects.text import listing
from projects.versioning.revisions import writing
from projects.workflows import proposals
from projects.workflows.transitions import RefusedError

from .checked import import_of
from .examining import in_words_of
from .given_up import put_back


@job("undo-import", gettext_lazy("Undoing an import"), given_up=put_back)
def undo_import(run: Run) -> str | None:
    imported = import_of(run, ImportState.UNDOING)
    if imported is None:
        return None
    with in_words_of(imported) as user:
        try:
            _take_back(run, imported, user)
        except UndoRefusedError as error:
            _leave(run, imported, [_told(each) for each in error.obstacles])
        except RefusedError as error:
            _leave(run, imported, [message for each in error.refusals.values() for message in each.messages])
        except ValidationError as error:
            _leave(run, imported, error.messages)
        except PermissionDenied as error:
            _leave(run, imported, [str(error)])
    return None


def in_the_way(imported: Import, *, user: Any) -> list[str]:
    """Why it would not be taken back now; nothing is written to find out."""
    try:
        obstacles = undoing_of(_revision(imported), user=user, leaving=_Staying(user)).obstacles
    except PermissionDenied as error:
        return [str(error)]
    return [_told(each) for each in obstacles]


def _take_back(run: Run, imported: Import, user: Any) -> None:
    revision, staying = _revision(imported), _Staying(user)
    with writing(door=imported.door, user=user) as draft, run.finishing(draft=draft):
        told = _withdraw(revision, user)
        undo_revision(revision, user=user, reason=run.job.arguments["reason"], leaving=staying)
        done = {"state": ImportState.UNDONE, "undone_at": timezone.now(), "words": "\n".join([*told, *staying.told()])}
        Import.objects.filter(pk=imported.pk).update(**done, undone_by=draft.number if draft.touched else None)


def _leave(run: Run, imported: Import, words: list[str]) -> None:
    """All of it is as it was: its sender is told why."""
    told = "\n".join(words)
    with run.finishing(outcome=told):
        Import.objects.filter(pk=imported.pk).update(state=ImportState.DONE, words=told)


def _withdraw(revision: Revision, user: Any) -> list[str]:
    """Withdraw the proposals that were made in it; what is said of those that were accepted."""
    made = Proposal.history.filter(revision=revision.number).values("id")
    told = []
    for each in Proposal.objects.filter(pk__in=made).select_related("project"):
        if proposals.may(user, ProposalAction.WITHDRAW, each):
            proposals.withdraw(each, user=user)
        elif each.state == ProposalState.ACCEPTED:
            words = _("Proposal %(number)s, for %(project)s, was accepted and stays: ask the province to undo it.")
            told.append(words % {"number": each.pk, "project": each.project})
    return told


class _Staying:
    """Records that are left as they are: proposals, which are withdrawn, and what is new and not theirs to delete."""

    def __init__(self, user: Any) -> None:
        self._user = user
        self._projects: list[str] = []

    def __call__(self, reversal: Reversal) -> bool:
        model, present = reversal.kind.model, reversal.present
        if model is Proposal:
            return True
        if model not in (Project, Enterprise) or reversal.action != Action.DELETE or present is None:
            return False
        if may(self._user, "delete", present):
            return False
        if model is Project:
            self._projects.append(present.code)
        return True

    def told(self) -> list[str]:
        """What is said of projects that stay."""
        listed = set(Entry.objects.filter(project__code__in=self._projects).values_list("project__code", flat=True))
        unlisted = [code for code in self._projects if code not in listed]
        words = _("These new projects stay, on no list and in no total, as their proposals name them: %(projects)s.")
        return [words % {"projects": listing(unlisted)}] if unlisted else []


def _revision(imported: Import) -> Revision:
    return Revision.objects.get(number=imported.revision_made or 0)


def _told(obstacle: Obstacle) -> str:
    reversal = obstacle.reversal
    return f"{reversal.kind.label} {reversal.present or reversal.after}: {obstacle.message}"
