"""Form of a rating: a reviewer's own judgement, written beside the light that the rule computes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.choices import Light
from projects.models import Entry, Rating
from projects.text import LONGEST_WORDS

from ..record_forms import RecordForm


class RatingForm(RecordForm):
    """Light and words; who and when are the server's to say."""

    light = forms.ChoiceField(label=_("Rating"), choices=[("", "—"), *Light.choices])
    words = forms.CharField(label=_("In words"), max_length=LONGEST_WORDS, widget=forms.Textarea)

    def record(self, *, entry: Entry, month: int, author: Any) -> Rating:
        """The rating that was typed, of a month from 1 to 12; not stored yet."""
        return Rating(
            entry=entry, month=month, author=author, light=self.cleaned_data["light"], words=self.cleaned_data["words"]
        )
