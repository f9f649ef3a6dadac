"""Forms whose records check themselves: what the record refuses is told at the field that it is about; and their days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy

from projects.periods import check_day
from projects.versioning.revisions import writing


class DayField(forms.DateField):
    """A day as the whole product writes it: 2023-08-31."""

    default_validators = [check_day]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": gettext_lazy("That is no day. Type it as 2023-08-31.")},
            **kwargs,
        )


def day_input() -> forms.DateInput:
    """Where a day is chosen from a calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RecordForm(forms.Form):
    """Texts of a form, and the errors of the record that is made of them."""

    def store(self, record: Model) -> bool:
        """Save the record as one revision. False when it refuses itself: then the form says why."""
        try:
            with writing():
                record.save()
        except ValidationError as error:
            self.refuse(error.message_dict)
            return False
        return True

    def refuse(self, messages: Mapping[str, Any]) -> None:
        """Messages by field; those of fields that the form does not have are about the whole."""
        for name, texts in messages.items():
            self.add_error(name if name in self.fields else None, texts)

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields: as it was typed, or to begin with."""
        return {bound.name: bound.value() if bound.value() is not None else "" for bound in self}
