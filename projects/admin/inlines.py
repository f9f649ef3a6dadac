"""List entries and claims inside the project's form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.access import needs_proposal
from projects.models import Claim, Entry, Project
from projects.models.entry import JOINED_IS_ASKED, lacks_day_of_joining
from projects.models.form_fields import ReporterField

from .base import FOLDED, RegisterInline
from .display import amount_text
from .forms import SharedChoicesFormSet
from .origins import FigureSourceField, OriginsForm, origin_fields
from .proposals import GatedFields


class ClaimFormSet(SharedChoicesFormSet):
    """Claims of a project that is saved before them: one may have been let go of, or adopted, with a figure of it."""

    def save_existing(self, form: forms.ModelForm, obj: Any, commit: bool = True) -> Any:
        stored = Claim.objects.filter(pk=obj.pk).values("adopted", "adopted_because").first() or {}
        for name, value in stored.items():
            setattr(obj, name, value)
        return super().save_existing(form, obj, commit=commit)


class EntryOriginsForm(OriginsForm):
    """The plan of a place on a list, with what it rests on."""

    planned_disbursement_source = FigureSourceField()
    planned_disbursement_reported_by = ReporterField()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        typed = self.cleaned_data
        asked = self.instance._state.adding and "joined" in self.fields and "joined" not in self.errors
        if asked and lacks_day_of_joining(typed.get("programme"), typed.get("joined")):
            self.add_error("joined", JOINED_IS_ASKED)
        return cleaned


class ListMembership:
    """Places on lists are not added by whoever may only propose them."""

    def may(self, request: HttpRequest, action: str, obj: Any) -> bool:
        is_proposed = action in ("add", "delete") and needs_proposal(request.user, "entry", "programme")
        return not is_proposed and super().may(request, action, obj)


class EntryInline(ListMembership, GatedFields, RegisterInline, admin.StackedInline):
    model = Entry
    form = EntryOriginsForm
    related = ("programme", "source", "project")
    show_change_link = True
    verbose_name_plural = _("years: places on the lists of programmes")
    fields = (
        ("programme", "status", "joined", "left"),
        (*origin_fields("planned_disbursement"), "disbursed_before"),
        ("basis", "source"),
    )
    readable = {
        "planned_disbursement": "planned_disbursement_text",
        "planned_disbursement_source": "",
        "disbursed_before": "disbursed_before_text",
    }
    planned_disbursement_text = amount_text("planned_disbursement", _("planned disbursement"))
    disbursed_before_text = amount_text("disbursed_before", _("disbursed before the year"))

    def get_extra(self, request: HttpRequest, obj: Project | None = None, **kwargs: Any) -> int:
        """A new project shows the place for its list: without one it stands in no programme's totals."""
        return 1 if obj is None else 0


class ClaimInline(RegisterInline, admin.StackedInline):
    model = Claim
    classes = FOLDED
    formset = ClaimFormSet
    related = ("source", "project")
    show_change_link = True
    verbose_name_plural = _("claims: what sources say about the figures")
    fields = (
        ("figure", "amount", "stated"),
        ("source", "scope_zh", "scope_en"),
        ("through_month", "year"),
        ("note_zh", "note_en"),
        ("adopted", "adopted_because"),
    )
    readonly_fields = ("adopted", "adopted_because")
    readable = {"amount": "amount_text"}
    amount_text = amount_text("amount", _("amount"))
