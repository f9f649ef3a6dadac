"""Adopting and withdrawing claims as actions of their list; `workflows.adoption` decides and writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from projects.models import Project
from projects.models.form_fields import ReporterField, SourceField
from projects.text import LONGEST_REASON
from projects.workflows import adoption
from projects.workflows.transitions import Transition

from .display import claim_value
from .transition_actions import TransitionActions, confirmed
from .visible_choices import choosable


class AdoptionForm(forms.Form):
    """Why claims are adopted."""

    reason = forms.CharField(
        max_length=LONGEST_REASON,
        label=capfirst(gettext_lazy("reason")),
        help_text=gettext_lazy("Readers see it beside the figure; name no persons."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        if "source" in self.fields:
            self.fields["source"].queryset = choosable(Project._meta.get_field("source"), user)


class WithdrawalForm(AdoptionForm):
    """Why claims are withdrawn, and what the figure is based on where no other claim differs."""

    source = SourceField(
        Project.objects.none(),
        required=False,
        label=gettext_lazy("Source of this figure"),
        help_text=gettext_lazy("Where no other claim disagrees, the figure stays: say what it is based on now."),
    )
    reported_by = ReporterField(label=gettext_lazy("Reported by"))
    left_blank = forms.BooleanField(required=False, label=gettext_lazy("Leave the figure blank"))

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data, user=user)
        self.fields["reason"].help_text = gettext_lazy("Why; kept with the revision.")


UNSEEN = "unseen"  # no state of a claim: who names none has seen none


class ClaimActions(TransitionActions):
    """Each asks for a reason; what a claim and its figure were is sent along with it, so that nothing else is asked."""

    transitions = adoption.TRANSITIONS
    confirmation_template = "admin/projects/claim/decision.html"
    asks_again = False

    def form_of(self, transition: Transition, request: HttpRequest) -> forms.Form:
        form = WithdrawalForm if transition.action == adoption.WITHDRAW else AdoptionForm
        return form(confirmed(request), user=request.user)

    def carry_out(
        self, transition: Transition, claims: Sequence[Any], request: HttpRequest, words: Mapping[str, Any]
    ) -> None:
        seen = {claim.pk: request.POST.get(f"seen-{claim.pk}") or UNSEEN for claim in claims}
        adoption.take_all(transition.action, claims, user=request.user, seen=seen, **words)

    def row(self, claim: Any) -> tuple[Any, ...]:
        return claim, adoption.state_of(claim), claim_value(claim)
