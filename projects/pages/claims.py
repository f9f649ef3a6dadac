"""Pages on which a person adopts or withdraws a published claim: what it says, what the figure is now, and the reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from projects.choices import ClaimFigure, Unit
from projects.models import Claim, Source
from projects.models.form_fields import ReporterField, SourceField
from projects.text import LONGEST_REASON
from projects.workflows import adoption
from projects.workflows.transitions import Transition

from . import formatting, links
from .decorators import work_page
from .parameters import accepts_parameters
from .record_forms import RecordForm
from .return_address import BACK, way_back
from .statements import statement_of


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


@work_page
@accepts_parameters(BACK, asks=False)
def decide_claim(request: HttpRequest, key: int, action: str) -> HttpResponse:
    """Make the project's figure what the claim says, or let it no longer follow the claim."""
    claim, transition = _claim(request, key), adoption.TRANSITIONS[action]
    form_class = _form_class(claim, transition)
    back = way_back(request, otherwise=f"{links.project(claim.project.code)}#claims")
    form, status = form_class(request.POST if request.method == "POST" else None, user=request.user), 200
    if request.method == "POST":
        status = _decide(request, claim, transition, form)
        if status == 200:
            return HttpResponseRedirect(back)
        claim = _claim(request, claim.pk)
    return render(request, "projects/claim_decision.html", _context(claim, transition, form, back), status=status)


def _form_class(claim: Claim, transition: Transition) -> type[AdoptionForm]:
    if transition.action == adoption.ADOPT:
        return AdoptionForm
    return DisputedWithdrawalForm if adoption.is_disputed(claim) else WithdrawalForm


def _claim(request: HttpRequest, key: int) -> Claim:
    """Return the claim, if the reader may decide about it. Raises `Http404` for one that is hidden, `PermissionDenied`."""
    visible = Claim.objects.visible_to(request.user).select_related("project", "source")
    claim = get_object_or_404(visible, pk=key)
    if not request.user.has_perm(adoption.PERMISSION, claim):
        raise PermissionDenied
    return claim


def _decide(request: HttpRequest, claim: Claim, transition: Transition, form: AdoptionForm) -> int:
    """Decide, and return how the page is answered: 200 done, 409 overtaken, 422 refused; then the form says why."""
    if not form.is_valid():
        return 422
    try:
        adoption.take(transition.action, claim, user=request.user, **form.cleaned_data)
    except adoption.OvertakenError as error:
        form.refuse({"": error.messages})
        return 409
    except ValidationError as error:
        form.refuse(error.message_dict if hasattr(error, "error_dict") else {"": error.messages})
        return 422
    return 200


def _context(claim: Claim, transition: Transition, form: AdoptionForm, back: str) -> dict[str, Any]:
    others = Claim.objects.filter(project=claim.project, figure=claim.figure).exclude(pk=claim.pk)
    return {
        "title": transition.heading,
        "button": transition.confirm,
        "form": form,
        "back": back,
        "seen": adoption.state_of(claim),
        "project": claim.project,
        "figure": formatting.sentence_case(str(ClaimFigure(claim.figure).label)),
        "unit": formatting.money_unit("table") if claim.unit == Unit.CNY else "",
        "said": statement_of(claim),
        "others": [statement_of(each) for each in others.select_related("source")],
        "now": _now(claim),
        "becomes_blank": type(form) is DisputedWithdrawalForm,
        "rests_on": type(form) is WithdrawalForm,
    }


def _now(claim: Claim) -> str:
    """What the figure is now; empty when it is not known."""
    value = claim.project.figure(claim.figure) if ClaimFigure(claim.figure).is_of_project else None
    return formatting.exact_money(value) if isinstance(value, int) else value or ""
