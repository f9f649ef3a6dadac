"""Gate of proposals: what a prefecture may only propose is refused when a record is saved, so no door can forget it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from projects.access import needs_proposal
from projects.choices import Channel
from projects.versioning.revisions import BY_HAND, Actor

PROPOSE_ON_PAGE = _(
    "Your prefecture proposes this and the province decides: use “Propose a change” on the project's page."
)
PROPOSE_BY_API = _("Your prefecture proposes this and the province decides: POST it to /api/v1/proposals/.")
_GATED = ("project", "entry")


def unproposed(record: Any, user: Any) -> list[str]:
    """Names of the fields that were changed, though this user may only propose that."""
    model = record._meta.model_name
    if model not in _GATED:
        return []
    if record._state.adding:
        # a new project counts nowhere until it is on a list, and being on one is what is proposed
        return ["programme"] if model == "entry" and needs_proposal(user, model, "programme") else []
    return [name for name in record.changed_fields() if needs_proposal(user, model, name)]


def refuse_unproposed(record: Any, actor: Actor) -> None:
    """Raise `ValidationError` by field for a change that the one at the door may only propose."""
    if _is_by_hand(actor) and (names := unproposed(record, actor.user)):
        raise ValidationError(dict.fromkeys(names, _way(actor)))


def refuse_unproposed_removal(model: str, actor: Actor) -> None:
    """The same for taking a project off a list by deleting its entry."""
    if model == "entry" and _is_by_hand(actor) and needs_proposal(actor.user, model, "programme"):
        raise ValidationError(_way(actor))


def _is_by_hand(actor: Actor) -> bool:
    return actor.door in BY_HAND and actor.user is not None


def _way(actor: Actor) -> Any:
    return PROPOSE_BY_API if actor.door == Channel.API else PROPOSE_ON_PAGE
