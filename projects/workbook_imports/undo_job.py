"""The job that takes an import back: what it wrote goes back in one revision together with the job's end, or nothing does.

What a bureau proposed is withdrawn as far as nobody has decided it. Its new projects and enterprises go too, though it may
delete none, as long as nobody said more of them: no one but the import ever knew them. What stays is said.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.changes.undo import Action, Obstacle, Reversal, UndoRefusedError, can_write, get_undo_preview
from projects.changes.undo import undo as undo_revision
from projects.choices import ImportState, ProposalAction, ProposalState
from projects.history.revisions import create_revision
from projects.jobs import Run, job
from projects.models import Enterprise, Entry, Import, Project, Proposal, Revision, Source
from projects.text import listing
from projects.workflows import proposals
from projects.workflows.transitions import RefusedError

from .check_job import import_of, in_words_of, put_back


@job("undo-import", gettext_lazy("Undoing an import"), given_up=put_back)
def undo_import(run: Run) -> None:
    imported = import_of(run, ImportState.UNDOING)
    if imported is None:
        return
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


def in_the_way(imported: Import, *, user: Any) -> list[str]:
    """Why it would not be taken back now; nothing is written to find out."""
    try:
        staying = _Staying(user)
        found = get_undo_preview(_revision(imported), user=user, leaving=staying, leaving_used=staying.used)
    except PermissionDenied as error:
        return [str(error)]
    return [_told(each) for each in found.obstacles]


def _take_back(run: Run, imported: Import, user: Any) -> None:
    revision, staying = _revision(imported), _Staying(user)
    with create_revision(door=imported.door, user=user) as draft, run.finish(draft=draft):
        told = _withdraw(revision, user)
        undo_revision(
            revision, user=user, reason=run.job.arguments["reason"], leaving=staying, leaving_used=staying.used
        )
        staying.go(revision)
        done = {"state": ImportState.UNDONE, "undone_at": timezone.now(), "words": "\n".join([*told, *staying.told()])}
        Import.objects.filter(pk=imported.pk).update(**done, undone_by=draft.number if draft.touched else None)


def _leave(run: Run, imported: Import, words: list[str]) -> None:
    """All of it is as it was: its sender is told why."""
    told = "\n".join(words)
    with run.finish(outcome=told):
        Import.objects.filter(pk=imported.pk).update(state=ImportState.DONE, words=told)


def _made_in(revision: Revision) -> QuerySet:
    return Proposal.objects.filter(pk__in=Proposal.history.filter(revision=revision.number).values("id"))


def _withdraw(revision: Revision, user: Any) -> list[str]:
    """Withdraw the proposals that were made in it; what is said of those that were accepted."""
    told = []
    for each in _made_in(revision).select_related("project"):
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
        self._left: dict[type[Model], list[Any]] = {Project: [], Enterprise: []}
        self._used: list[str] = []

    def __call__(self, reversal: Reversal) -> bool:
        model, present = reversal.kind.model, reversal.present
        if model is Proposal:
            return True
        if model not in self._left or reversal.action != Action.DELETE or present is None:
            return False
        if can_write(self._user, "delete", present):
            return False
        self._left[model].append(present)
        return True

    def used(self, reversal: Reversal) -> bool:
        """Whether it is an enterprise or a source, which may be named by what others have written since."""
        if reversal.kind.model not in (Enterprise, Source):
            return False
        self._used.append(f"{reversal.kind.label} {reversal.present}")
        return True

    def go(self, revision: Revision) -> None:
        """Delete those of which nobody said more, enterprises after the projects that are theirs."""
        for model, records in self._left.items():
            self._left[model] = [each for each in records if not _gone(each, revision)]

    def told(self) -> list[str]:
        """What is said of projects that stay."""
        stayed = [each.code for each in self._left[Project]]
        listed = set(Entry.objects.filter(project__code__in=stayed).values_list("project__code", flat=True))
        unlisted = [code for code in stayed if code not in listed]
        words = _("These new projects stay, on no list and in no total, as more was said of them since: %(projects)s.")
        used = _("These stay, as other records name them by now: %(records)s.")
        return [
            *([words % {"projects": listing(unlisted)}] if unlisted else ()),
            *([used % {"records": listing(self._used)}] if self._used else ()),
        ]


def _gone(record: Any, revision: Revision) -> bool:
    """Whether it could be deleted: it is as the import made it, and nothing is of it but proposals withdrawn with that.

    Proposals and what was done with them are kept for ever: theirs names no project any more, their history names this one.
    """
    if type(record).history.filter(id=record.pk).exclude(revision=revision.number).exists():
        return False
    withdrawn = _made_in(revision).filter(state=ProposalState.WITHDRAWN)
    for relation in record._meta.related_objects:
        others: QuerySet = QuerySet(relation.related_model).filter(**{relation.field.attname: record.pk})
        if relation.related_model is Proposal:
            others = others.exclude(pk__in=withdrawn.values("pk"))
        if others.exists():
            return False
    for proposal in withdrawn.filter(project=record.pk) if isinstance(record, Project) else ():
        proposal.project = None
        proposal.save()
    record.delete()
    return True


def _revision(imported: Import) -> Revision:
    return Revision.objects.get(number=imported.revision_made or 0)


def _told(obstacle: Obstacle) -> str:
    reversal = obstacle.reversal
    return f"{reversal.kind.label} {reversal.present or reversal.after}: {obstacle.message}"
