"""Claim workflow: adopting one as a project's figure, and withdrawing it. Both are acts of a person with a reason."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from projects.choices import ClaimFigure
from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import Claim, Project, Source
from projects.models.attribution import ONE_ORIGIN, reporter_of

from .transitions import (
    OvertakenError,
    RefusedError,
    Transition,
    index_by_action,
)

__all__ = ["OvertakenError", "RefusedError"]  # what the doors catch and tell

PERMISSION = "projects.adopt_claim"
ADOPT, WITHDRAW = "adopt", "withdraw"
TRANSITIONS = index_by_action(  # their state is whether they are adopted
    Transition(
        action=ADOPT,
        starts=(False,),
        end=True,
        permissions=(PERMISSION,),
        summary=gettext_lazy("Adopt a claim"),
        description=gettext_lazy("The project's figure becomes what the claim says, in place of any other claim."),
        button=pgettext_lazy("claim", "Adopt"),
        heading=gettext_lazy("Adopt this claim"),
        confirm=gettext_lazy("Adopt it"),
    ),
    Transition(
        action=WITHDRAW,
        starts=(True,),
        end=False,
        permissions=(PERMISSION,),
        summary=gettext_lazy("Withdraw an adopted claim"),
        description=gettext_lazy(
            "Where other claims differ the figure becomes blank; else say what it is based on: a source, or who "
            "reported it."
        ),
        button=pgettext_lazy("claim", "Withdraw"),
        heading=gettext_lazy("Withdraw this claim"),
        confirm=gettext_lazy("Withdraw it"),
    ),
)


def state_of(claim: Claim) -> str:
    """What a person sees who decides about a claim: it, the project's figure, and which claim is adopted for it."""
    adopted = (
        Claim.objects.filter(project=claim.project_id, figure=claim.figure, adopted=True).values_list("pk").first()
    )
    figure = _project_of(claim).figure(claim.figure) if ClaimFigure(claim.figure).is_of_project else None
    seen = (digest_of(claim), figure, adopted)
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]


def adopt(claim: Claim, *, user: Any, reason: str, seen: str = "") -> Claim:
    """Make the project's figure what the claim says, in place of any other claim. Returns the claim as stored.

    `seen` is the `state_of` the claim that the user decided about; '' takes it as it is. Raises `PermissionDenied`,
    `OvertakenError`, and `ValidationError` by field for a reason that is missing or a claim that no figure can follow.
    """
    with create_revision(user=user, reason=reason):
        stored = _lock_claim(claim, user, seen)
        if stored.adopted:
            raise OvertakenError(_("This claim is adopted already."))
        if not ClaimFigure(stored.figure).is_of_project:
            raise ValidationError(_("A project has no figure of its own that could follow this claim."))
        _require_reason(reason)
        project = _project_of(stored)
        project.follow(stored, because=reason.strip())
        project.save()
        return Claim.objects.select_related("project", "source").get(pk=stored.pk)


def withdraw(
    claim: Claim,
    *,
    user: Any,
    reason: str,
    seen: str = "",
    source: Source | None = None,
    reported_by: str = "",
    left_blank: bool = False,
) -> Claim:
    """Let the project's figure no longer follow an adopted claim. Returns the claim as stored.

    Where other claims say otherwise, nobody knows who is right and the figure becomes blank. Where none does, the figure
    stays and the user says what it rests on from now on: a `source`, a reporter, or that it is `left_blank` after all.
    Raises as `adopt` does.
    """
    with create_revision(user=user, reason=reason):
        stored = _lock_claim(claim, user, seen)
        if not stored.adopted:
            raise OvertakenError(_("This claim is not adopted."))
        _require_reason(reason)
        project = _project_of(stored)
        name = stored.figure
        if left_blank or is_disputed(stored):
            if source or reported_by.strip():
                raise ValidationError({"reported_by": _("The figure becomes blank, so it is based on nothing.")})
            project.set_figure(name, None)
        else:
            _rest_on(project, stored, source=source, reported_by=reported_by.strip())
        project.save()
        return Claim.objects.select_related("project", "source").get(pk=stored.pk)


def take(action: str, claim: Claim, *, user: Any, **words: Any) -> Claim:
    """Adopt a claim or withdraw it. Raises as `adopt` does."""
    return {ADOPT: adopt, WITHDRAW: withdraw}[action](claim, user=user, **words)


def transition_of(claim: Claim) -> Transition:
    """What may be done with a claim as it stands: adopt it, or withdraw it."""
    return next(each for each in TRANSITIONS.values() if claim.adopted in each.starts)


def is_disputed(claim: Claim) -> bool:
    """Whether another claim about the same figure of the project says otherwise."""
    others = Claim.objects.filter(project=claim.project_id, figure=claim.figure).exclude(pk=claim.pk)
    return any(other.value != claim.value for other in others)


def _rest_on(project: Project, claim: Claim, *, source: Source | None, reported_by: str) -> None:
    if source and reported_by:
        raise ValidationError({"reported_by": ONE_ORIGIN})
    if source is not None and source.pk == claim.source_id:
        raise ValidationError({"source": _("This is the source of the claim that you withdraw.")})
    if source is not None:
        project.name_source(claim.figure, source)
    elif reported_by:
        setattr(project, reporter_of(claim.figure), reported_by)
    else:
        message = _(
            "No other claim disagrees, so the figure stays. Say what it is based on now: a source, or who reported it."
        )
        raise ValidationError({"reported_by": message})


def _lock_claim(claim: Claim, user: Any, seen: str) -> Claim:
    """The claim as it is now, under the writers' lock, if the user may decide about it and has seen it as it is."""
    stored = Claim.objects.select_related("project").filter(pk=claim.pk).first()
    if stored is None:
        raise OvertakenError(_("This claim was removed meanwhile."))
    if not user.has_perm(PERMISSION, stored):
        raise PermissionDenied(_("Your role does not allow this."))
    if seen and seen != state_of(stored):
        raise OvertakenError(_("Meanwhile somebody changed this claim or the figure. Look again before you decide."))
    return stored


def _project_of(claim: Claim) -> Project:
    return Project.objects.get(pk=claim.project_id)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
