"""Gate of proposals: what a prefecture may only propose is refused when a record is saved, so no door can forget it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from projects.access import access_of, needs_proposal
from projects.choices import Basis, Channel
from projects.history.revisions import BY_HAND, Actor

PROPOSE_ON_PAGE = _(
    "Your prefecture proposes this and the province decides: use “Propose a change” on the project's page."
)
PROPOSE_BY_API = _("Your prefecture proposes this and the province decides: POST it to /api/v1/proposals/.")
OF_AN_ILLUSTRATIVE_PROJECT = _(
    "What is said of an illustrative project is illustrative. Propose first that the project itself is reported."
)
_GATED = ("project", "entry")
OF_REPORTER = "_reported_by"  # ends the field that says who reported a figure
_NAMES = ("name_zh", "name_en")


def unproposed(record: Any, user: Any) -> list[str]:
    """Names of the fields that were changed, though this user may only propose that."""
    model = record._meta.model_name
    if model not in _GATED or access_of(user).is_of_the_province:
        return []
    if record._state.adding:
        # a new project counts nowhere until it is on a list, and being on one is what is proposed
        return ["programme"] if model == "entry" and needs_proposal(user, model, "programme") else []
    changed = record.changed_fields()
    return [name for name in changed if needs_proposal(user, model, _asked_as(record, name, changed))]


def _asked_as(record: Any, name: str, changed: list[str]) -> str:
    """The field as which a change is gated: who reported a figure goes with the figure; empty where nothing gates it."""
    if name in _NAMES and (record._stored or {}).get("basis") != Basis.PUBLISHED:
        return ""
    figure = name.removesuffix(OF_REPORTER)
    if figure == name or figure not in record.attributed:
        return name
    # whoever changes the figure itself is told so at the figure, and words that fall away with one say nothing new
    return figure if figure not in changed and getattr(record, name) else ""


def refuse_unproposed(record: Any, actor: Actor) -> None:
    """Raise `ValidationError` by field for a change that the one at the door may only propose."""
    if not _is_by_hand(actor):
        return
    if names := unproposed(record, actor.user):
        raise ValidationError(dict.fromkeys(names, _way(actor)))
    if _is_made_real(record) and needs_proposal(actor.user, "project", "basis"):
        raise ValidationError({"basis": OF_AN_ILLUSTRATIVE_PROJECT})


def _is_made_real(record: Any) -> bool:
    """Whether a part of an illustrative project, such as a monthly report, is said not to be illustrative any more."""
    before = (record._stored or {}).get("basis")
    if record._meta.model_name in _GATED or before != Basis.ILLUSTRATIVE or record.basis == before:
        return False
    project = record.project if hasattr(record, "project") else record.entry.project
    return project.basis == Basis.ILLUSTRATIVE


def refuse_unproposed_removal(model: str, actor: Actor) -> None:
    """The same for taking a project off a list by deleting its entry."""
    if model == "entry" and _is_by_hand(actor) and needs_proposal(actor.user, model, "programme"):
        raise ValidationError(_way(actor))


def _is_by_hand(actor: Actor) -> bool:
    return actor.door in BY_HAND and actor.user is not None


def _way(actor: Actor) -> Any:
    return PROPOSE_BY_API if actor.door == Channel.API else PROPOSE_ON_PAGE
