"""Admin actions of claims: adopting and withdrawing. `workflows.adoption` decides; here it is asked and told."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, ngettext

from projects.access import GrantBackend
from projects.forms.fields import SourceField
from projects.models import Claim, Project
from projects.workflows import adoption

from .display import claim_value
from .visible_choices import choosable

ADOPT, WITHDRAW = "adopt_claims", "withdraw_claims"
LABELS = {ADOPT: gettext_lazy("Adopt claims…"), WITHDRAW: gettext_lazy("Withdraw adopted claims…")}
_DECIDE = {ADOPT: adoption.adopt, WITHDRAW: adoption.withdraw}


class AdoptionForm(forms.Form):
    """Why claims are adopted."""

    reason = forms.CharField(
        max_length=500,
        label=capfirst(gettext_lazy("reason")),
        help_text=gettext_lazy("Readers see it beside the figure; name no persons."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        if "source" in self.fields:
            self.fields["source"].queryset = choosable(Project._meta.get_field("source"), user)


class WithdrawalForm(AdoptionForm):
    """Why claims are withdrawn, and what the figure rests on where no other claim says otherwise."""

    source = SourceField(
        Project.objects.none(),
        required=False,
        label=gettext_lazy("Source of this figure"),
        help_text=gettext_lazy("Where no other claim disagrees, the figure stays: say what it rests on now."),
    )
    reported_by = forms.CharField(required=False, max_length=200, label=gettext_lazy("Reported by"))
    left_blank = forms.BooleanField(required=False, label=gettext_lazy("Leave the figure blank"))

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data, user=user)
        self.fields["reason"].help_text = gettext_lazy("Why; kept with the revision.")


_FORMS: dict[str, type[AdoptionForm]] = {ADOPT: AdoptionForm, WITHDRAW: WithdrawalForm}


class _Refused(Exception):  # noqa: N818  undoes those that were decided already
    pass


UNSEEN = "unseen"  # no state of a claim: who names none has seen none


class ClaimDecisions:
    """The actions of the list of claims: all that were chosen, or none and why."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        if request.GET.get("_popup"):
            return {}
        may = GrantBackend().has_perm(request.user, adoption.PERMISSION)
        own = {name: (partial(_act, name), name, label) for name, label in LABELS.items()} if may else {}
        return own | super().get_actions(request)

    def decide(self, request: HttpRequest, queryset: QuerySet, name: str) -> HttpResponse | None:
        claims = list(queryset.select_related("project", "source"))
        confirmed = request.POST.get("step") == "confirm"
        form = _FORMS[name](request.POST if confirmed else None, user=request.user)
        seen = {claim.pk: request.POST.get(f"seen-{claim.pk}") or UNSEEN for claim in claims}
        refusals: dict[int, list[str]] = {}
        if confirmed and form.is_valid():
            refusals = _decided(name, claims, seen, request.user, form.cleaned_data)
            if not refusals:
                messages.success(request, _told(name, len(claims)))
                return None
        context = {
            **self.admin_site.each_context(request),
            "title": str(LABELS[name]).rstrip("…"),
            "opts": self.opts,
            "media": self.media,
            "action": name,
            "form": form,
            "rows": [(claim, adoption.state_of(claim), refusals.get(claim.pk, [])) for claim in claims],
            "values": {claim.pk: claim_value(claim) for claim in claims},
            "refused": len(refusals),
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/projects/claim/decision.html", context)


def _act(name: str, model_admin: ClaimDecisions, request: HttpRequest, queryset: QuerySet) -> Any:
    return model_admin.decide(request, queryset, name)


def _decided(
    name: str, claims: list[Claim], seen: dict[int, str], user: Any, words: dict[str, Any]
) -> dict[int, list[str]]:
    """What stands in the way of each; nothing is stored if something does."""
    refusals: dict[int, list[str]] = {}
    try:
        with transaction.atomic():
            for claim in claims:
                try:
                    with transaction.atomic():
                        _DECIDE[name](claim, user=user, seen=seen[claim.pk], **words)
                except PermissionDenied as error:
                    refusals[claim.pk] = [str(error)]
                except ValidationError as error:
                    refusals[claim.pk] = _texts(error)
            if refusals:
                raise _Refused
    except _Refused:
        pass
    return refusals


def _texts(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [text for texts in error.message_dict.values() for text in texts]


def _told(name: str, count: int) -> str:
    if name == ADOPT:
        text = ngettext("%(count)s claim adopted.", "%(count)s claims adopted.", count)
    else:
        text = ngettext("%(count)s claim withdrawn.", "%(count)s claims withdrawn.", count)
    return text % {"count": count}
