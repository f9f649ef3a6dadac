"""Forms of a decision about a claim: why it is adopted or withdrawn."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import Source
from projects.models.form_fields import ReporterField, SourceField
from projects.text import LONGEST_REASON

from ..record_forms import RecordForm


class AdoptionForm(RecordForm):
    """Why; `seen` is what the reader decided about, see `projects.workflows.adoption.state_of`."""

    reason = forms.CharField(
        label=_("Why this one"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data, auto_id="decision-%s")
        if "source" in self.fields:
            self.fields["source"].queryset = Source.objects.visible_to(user)  # type: ignore[attr-defined]


class DisputedWithdrawalForm(AdoptionForm):
    """Why; the figure becomes blank, since others say otherwise."""

    reason = forms.CharField(
        label=_("Why not any more"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawalForm(DisputedWithdrawalForm):
    """Why, and what the figure rests on from now on."""

    source = SourceField(Source.objects.none(), label=_("Source of this figure"), required=False)
    reported_by = ReporterField(label=_("Reported by"))
    left_blank = forms.BooleanField(label=_("Leave the figure blank"), required=False)
