"""Confirmation in a body: `confirm` names the rules that are overruled, `reason` or `confirm_reason` says why."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.choices import PlausibilityKind
from projects.plausibility.checks import Confirmation
from projects.plausibility.rules import get_kinds
from projects.text import LONGEST_WORDS

from .fields import Choice, Text
from .serializers import BodySerializer

CONFIRM, OWN_REASON, REASON = "confirm", "confirm_reason", "reason"


class _Confirmed(serializers.Serializer):
    """What a body may say beside what it changes."""

    confirm = serializers.ListField(
        child=Choice(PlausibilityKind.choices),
        max_length=len(PlausibilityKind),
        required=False,
        help_text=_(
            "The rules that are overruled, by their codes, as an answer with `code: needs_confirmation` names them in "
            "`rules`. Needs a reason."
        ),
    )
    confirm_reason = Text(
        required=False,
        allow_blank=True,
        max_length=LONGEST_WORDS,
        help_text=_("Why what is doubted is right. Left out: what `reason` says."),
    )
    reason = Text(
        required=False, allow_blank=True, max_length=LONGEST_WORDS, help_text=_("Why; kept with the revision.")
    )


def asks_rules(change: type[BodySerializer]) -> bool:
    """Return whether plausibility rules check the records that are changed by this body."""
    if change.asks_rules is not None:
        return change.asks_rules
    model = getattr(getattr(change, "Meta", None), "model", None)
    return model is not None and bool(get_kinds(model._meta.model_name))


def split_confirmation(data: Any, change: type[BodySerializer]) -> tuple[Any, Confirmation]:
    """Return a body without its confirmation, and the confirmation. A record's own `reason` stays in the body.

    Raises REST framework's `ValidationError` for an unknown rule.
    """
    if not isinstance(data, Mapping) or not asks_rules(change):
        return data, Confirmation()
    own = change().fields
    # a record's own reason is validated by its serializer, unless it is the text why something is confirmed
    names = [name for name in _Confirmed().fields if name in data and (name not in own or isinstance(data[name], str))]
    confirmation = _Confirmed(data={name: data[name] for name in names})
    confirmation.is_valid(raise_exception=True)
    values = confirmation.validated_data
    rest = {name: value for name, value in data.items() if name not in values or name in own}
    reason = values.get(OWN_REASON) or values.get(REASON) or ""
    return rest, Confirmation(values.get(CONFIRM, ()), reason)


@cache
def with_confirmation(change: type[BodySerializer]) -> type[BodySerializer]:
    """Return the body with the members of its confirmation, for the description."""
    return type(change.__name__, (_WithConfirmation, change), {"__doc__": change.__doc__})


class _WithConfirmation(BodySerializer):
    """The members of a change before those of the confirmation, some of which it may have itself."""

    def get_fields(self) -> dict[str, Any]:
        own = super().get_fields()
        return own | {name: field for name, field in _Confirmed().get_fields().items() if name not in own}
