"""Adopting a claim and withdrawing it: what it says, what the figure is now, and a form for the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from projects.choices import ClaimFigure, Unit
from projects.models import Claim
from projects.workflows import adoption

from .. import formatting, links
from ..pages import work_page
from ..return_address import way_back
from ..statements import statement_of
from .forms import AdoptionForm, DisputedWithdrawalForm, WithdrawalForm

LARGEST_KEY = 10**18


@dataclass(frozen=True)
class Decision:
    """Adopting or withdrawing: what is done, how the page is called, what its button says."""

    act: Callable[..., Claim]
    title: str
    button: str
    form: type[AdoptionForm]


@work_page
def adopt_claim(request: HttpRequest, key: int) -> HttpResponse:
    """Make the project's figure what the claim says."""
    decision = Decision(adoption.adopt, _("Adopt this claim"), _("Adopt it"), AdoptionForm)
    return _decided(request, _claim(request, key), decision)


@work_page
def withdraw_claim(request: HttpRequest, key: int) -> HttpResponse:
    """Let the project's figure no longer follow the claim."""
    claim = _claim(request, key)
    form = DisputedWithdrawalForm if adoption.is_disputed(claim) else WithdrawalForm
    return _decided(request, claim, Decision(adoption.withdraw, _("Withdraw this claim"), _("Withdraw it"), form))


def _claim(request: HttpRequest, key: int) -> Claim:
    """The claim, if the reader may decide about it. Raises `Http404` for one that is hidden, `PermissionDenied`."""
    visible = Claim.objects.visible_to(request.user).select_related("project", "source")
    claim = get_object_or_404(visible, pk=min(key, LARGEST_KEY))
    if not request.user.has_perm(adoption.PERMISSION, claim):
        raise PermissionDenied
    return claim


def _decided(request: HttpRequest, claim: Claim, decision: Decision) -> HttpResponse:
    back = way_back(request, otherwise=f"{links.project(claim.project.code)}#claims")
    form, status = decision.form(request.POST if request.method == "POST" else None, user=request.user), 200
    if request.method == "POST":
        status = _acted(request, claim, decision, form)
        if status == 200:
            return HttpResponseRedirect(back)
        claim = _claim(request, claim.pk)
    return render(request, "projects/claim_decision.html", _context(claim, decision, form, back), status=status)


def _acted(request: HttpRequest, claim: Claim, decision: Decision, form: AdoptionForm) -> int:
    """Decide, and tell how the page is answered: 200 done, 409 overtaken, 422 refused; then the form says why."""
    if not form.is_valid():
        return 422
    try:
        decision.act(claim, user=request.user, **form.cleaned_data)
    except adoption.OvertakenError as error:
        form.refuse({"": error.messages})
        return 409
    except ValidationError as error:
        form.refuse(error.message_dict if hasattr(error, "error_dict") else {"": error.messages})
        return 422
    return 200


def _context(claim: Claim, decision: Decision, form: AdoptionForm, back: str) -> dict[str, Any]:
    others = Claim.objects.filter(project=claim.project, figure=claim.figure).exclude(pk=claim.pk)
    return {
        "title": decision.title,
        "button": decision.button,
        "form": form,
        "back": back,
        "seen": adoption.state_of(claim),
        "project": claim.project,
        "figure": formatting.sentence_case(str(ClaimFigure(claim.figure).label)),
        "unit": formatting.money_unit("table") if claim.unit == Unit.CNY else "",
        "said": statement_of(claim),
        "others": [statement_of(each) for each in others.select_related("source")],
        "now": _now(claim),
        "becomes_blank": decision.form is DisputedWithdrawalForm,
        "rests_on": decision.form is WithdrawalForm,
    }


def _now(claim: Claim) -> str:
    """What the figure is now; empty when it is not known."""
    value = claim.project.figure(claim.figure) if ClaimFigure(claim.figure).is_of_project else None
    return formatting.exact_money(value) if isinstance(value, int) else value or ""
