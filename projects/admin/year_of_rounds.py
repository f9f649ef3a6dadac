"""Bulk creation of the rounds of a year: one form instead of twelve, all of them or none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import visible
from projects.history.revisions import create_revision
from projects.models import Programme, Round
from projects.periods import MONTHS_OF_YEAR
from projects.text import listing

from .round_schedule import CLOSING_DAY, DUE_DAY, GRACE_DAYS, round_of

LAST_DAY = 31
# where an error of a round is said in this form
_PLACES = {"due": "due_day", "grace_days": "grace_days", "closes": "closing_day", "month": "first_month"}


def _day(label: Any, initial: int, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, initial=initial, min_value=1, max_value=LAST_DAY, help_text=help_text)


def _month(label: Any, initial: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, initial=initial, min_value=1, max_value=MONTHS_OF_YEAR)


class YearForm(forms.Form):
    """Which months get a round, and the habit of their days. `rounds` are those that would be made."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=gettext_lazy("programme"))
    first_month = _month(gettext_lazy("from month"), 1)
    last_month = _month(gettext_lazy("to month"), MONTHS_OF_YEAR)
    due_day = _day(
        gettext_lazy("due on day"), DUE_DAY, gettext_lazy("Of the month after the reported one, in which it opens.")
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("grace period, days"), initial=GRACE_DAYS, min_value=0, max_value=LAST_DAY
    )
    closing_day = _day(
        gettext_lazy("closes on day"),
        CLOSING_DAY,
        gettext_lazy("Of the same month. Where a month is shorter, its last day is meant."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rounds: list[Round] = []
        self.fields["programme"].queryset = visible(Programme.objects.all(), user)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        programme, first, last = cleaned["programme"], cleaned["first_month"], cleaned["last_month"]
        if last < first:
            self.add_error("last_month", _("The last month cannot come before the first."))
            return cleaned
        there = set(Round.objects.filter(programme=programme).values_list("month", flat=True))
        existing = [str(month) for month in range(first, last + 1) if month in there]
        if existing:
            listed = listing(existing)
            told = _("There are rounds for these months already: %(months)s. Nothing was made.") % {"months": listed}
            self.add_error("first_month", told)
            return cleaned
        habit = {name: cleaned[name] for name in ("due_day", "grace_days", "closing_day")}
        self.rounds = [round_of(programme, month, **habit) for month in range(first, last + 1)]
        self._check_rounds()
        return cleaned

    def _check_rounds(self) -> None:
        """Each round as its own form would be checked; the first one that is wrong says why."""
        for each in self.rounds:
            try:
                each.full_clean()
            except ValidationError as error:
                said = error.message_dict
                if len(said) > 1:  # a constraint says again what a field has said
                    said.pop(NON_FIELD_ERRORS, None)
                for name, texts in said.items():
                    self.add_error(_PLACES.get(name), [f"{each.period}: {text}" for text in texts])
                return

    def save(self) -> list[Round]:
        with create_revision():
            for each in self.rounds:
                each.save()
        return self.rounds
