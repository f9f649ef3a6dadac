"""Forms by which an import is confirmed, with its reason and from where its figures are, or taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from projects.imports.workbooks.fields import is_of_projects
from projects.models import Source
from projects.models.form_fields import ReporterField, SourceField
from projects.text import LONGEST_WORDS


def _reason(label: Any) -> forms.CharField:
    """Asked for by the step itself, which refuses a blank one in its own words."""
    return forms.CharField(
        label=label,
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "required": True}),
    )


class ConfirmForm(forms.Form):
    reason = _reason(gettext_lazy("Reason, for the log of changes"))
    source = SourceField(
        Source.objects.none(),
        label=gettext_lazy("Published source"),
        required=False,
        empty_label=gettext_lazy("none: the file is the source"),
    )
    reported_by = ReporterField(label=gettext_lazy("or reported by"))

    def __init__(self, *args: Any, kind: str, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_of_projects(kind):
            del self.fields["source"], self.fields["reported_by"]
            return
        self.fields["source"].queryset = Source.objects.visible_to(user)  # type: ignore[attr-defined]


class UndoForm(forms.Form):
    reason = _reason(gettext_lazy("Why is it undone?"))
