"""Confirmation in a body: `confirm` names the rules that are overruled, `reason` or `confirm_reason` says why."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.choices import PlausibilityKind
from projects.plausibility.checks import Confirmation
from projects.plausibility.rules import get_kinds
from projects.text import LONGEST_WORDS

from .fields import Choice, Text


class ConfirmationSerializer(serializers.Serializer):
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


class ConfirmableSerializer(serializers.Serializer):
    """A body that may confirm what plausibility rules doubt of it; a `reason` of its own is the reason of that too."""

    asks_rules: bool | None = None  # whether plausibility rules check it; None: if they check records of its model
    confirmation = Confirmation()

    def get_fields(self) -> dict[str, Any]:
        asks_rules = self.asks_rules
        if asks_rules is None:
            model = getattr(getattr(self, "Meta", None), "model", None)
            asks_rules = model is not None and bool(get_kinds(model._meta.model_name))
        own = super().get_fields()
        self.added = ConfirmationSerializer().fields.keys() - own.keys() if asks_rules else frozenset[str]()
        return own | {
            name: field for name, field in ConfirmationSerializer().get_fields().items() if name in self.added
        }

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Validate, and move what confirms doubts from the values to `confirmation`."""
        values = super().run_validation(data)
        if isinstance(values, dict) and "confirm" in self.fields:
            reason = values.get("confirm_reason") or values.get("reason") or ""
            self.confirmation = Confirmation(values.get("confirm", ()), reason)
            return {name: value for name, value in values.items() if name not in self.added}
        return values
