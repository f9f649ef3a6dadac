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
from .serializers.base import BodySerializer

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


def is_asked(change: type[serializers.Serializer]) -> bool:
    """Whether plausibility rules look at the records that are changed like this."""
    model = getattr(getattr(change, "Meta", None), "model", None)
    return model is not None and bool(get_kinds(model._meta.model_name))


def taken_out(
    data: Any, change: type[serializers.Serializer], *, asked: bool | None = None
) -> tuple[Any, Confirmation]:
    """A body without what it confirms, and that. A record's own `reason` stays in the body.

    Raises REST framework's `ValidationError` for what names no rule.
    """
    if not isinstance(data, Mapping) or not (is_asked(change) if asked is None else asked):
        return data, Confirmation()
    own = change().fields
    said = _Confirmed(
        data={name: data[name] for name in _Confirmed().fields if name in data and _is_said(name, data, own)}
    )
    said.is_valid(raise_exception=True)
    found = said.validated_data
    rest = {name: value for name, value in data.items() if name not in found or name in own}
    reason = found.get(OWN_REASON) or found.get(REASON) or ""
    return rest, Confirmation(found.get(CONFIRM, ()), reason)


def _is_said(name: str, data: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """A record's own reason is its serializer's to look at, unless it says why something is confirmed."""
    return name not in own or isinstance(data[name], str)


@cache
def with_confirmation(change: type[BodySerializer], name: str = "") -> type[BodySerializer]:
    """For the description: a change with what it may confirm. `name`: where it is also described without."""
    return type(name or change.__name__, (_WithConfirmation, change), {"__doc__": change.__doc__})


class _WithConfirmation(BodySerializer):
    """The members of a change before those of the confirmation, some of which it may have itself."""

    def get_fields(self) -> dict[str, Any]:
        own = super().get_fields()
        return own | {name: field for name, field in _Confirmed().get_fields().items() if name not in own}
