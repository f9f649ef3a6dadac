"""Forms whose records check themselves: what the record refuses is told at the field that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from projects.history.revisions import create_revision


class RecordForm(forms.Form):
    """Texts of a form, and the errors of the record that is made of them."""

    def store(self, record: Model) -> bool:
        """Save the record as one revision. False when it refuses itself: then the form says why."""
        try:
            with create_revision():
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
