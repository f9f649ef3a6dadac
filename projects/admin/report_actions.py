"""The transitions of reports as actions of their list; `workflows.reporting` decides and writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from projects.models import MonthlyReport
from projects.models.report import RETURN_NEEDS_COMMENT
from projects.text import LONGEST_WORDS
from projects.workflows import reporting
from projects.workflows.transitions import Refusal, Transition

from .transition_actions import TransitionActions, confirmed


class CommentForm(forms.Form):
    """Why reports are returned or reopened; whoever reported reads it."""

    comment = forms.CharField(
        max_length=LONGEST_WORDS,
        label=gettext_lazy("comment"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=gettext_lazy("The prefecture reads it beside each of these reports."),
        error_messages={"required": RETURN_NEEDS_COMMENT},
    )


class ReportActions(TransitionActions):
    """Taken at once, but for those that need a comment."""

    transitions = reporting.TRANSITIONS
    confirmation_template = "admin/projects/monthlyreport/step.html"

    def form_of(self, transition: Transition, request: HttpRequest) -> forms.Form | None:
        return CommentForm(confirmed(request)) if transition.comment_missing else None

    def carry_out(
        self, transition: Transition, reports: Sequence[Any], request: HttpRequest, words: Mapping[str, Any]
    ) -> None:
        reporting.take(transition.action, reports, user=request.user, **words)

    def reasons(self, refusal: Refusal) -> list[str]:
        """Each with the field that it speaks of."""
        lines = []
        for name, texts in refusal.errors.items():
            label = "" if name == NON_FIELD_ERRORS else capfirst(str(MonthlyReport._meta.get_field(name).verbose_name))
            lines += [f"{label}: {text}" if label else str(text) for text in texts]
        return lines
