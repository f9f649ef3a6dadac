"""List entries and claims inside the project's form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.models import Claim, Entry, Project

from .base import RegisterInline
from .display import amount_text
from .forms import RegisterForm
from .proposing import ShowsProposals

ADOPTED_TWICE = _("Another claim about this figure is adopted already.")


class SharedChoicesFormSet(forms.BaseInlineFormSet):
    """Asks for the choices of each foreign key once in a request, not once for every row and every kind of row."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        shared = form.request.__dict__.setdefault("_shared_choices", {})
        for name, field in form.fields.items():
            if isinstance(field, forms.ModelChoiceField) and name not in (self.fk.name, self._pk_field.name):
                key = (name, field.queryset.model, str(field.empty_label))
                if key not in shared:
                    shared[key] = list(iter(field.choices))  # list() alone would count the rows first
                field.choices = shared[key]


class ClaimFormSet(SharedChoicesFormSet):
    """One claim or none is adopted for each figure, also when another is adopted in the same step."""

    def clean(self) -> None:
        super().clean()
        adopted: set[str] = set()
        for form in self.forms:
            cleaned = getattr(form, "cleaned_data", None) or {}
            if cleaned.get("DELETE") or not cleaned.get("adopted") or not cleaned.get("figure"):
                continue
            if cleaned["figure"] in adopted:
                form.add_error("adopted", ADOPTED_TWICE)
                raise ValidationError(ADOPTED_TWICE)
            adopted.add(cleaned["figure"])

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        """Let go of what is no longer adopted before anything else is: the database holds one at every moment."""
        for form in self.initial_forms:
            if self._should_delete_form(form) and form.instance.pk:
                form.instance.delete()
            elif "adopted" in form.changed_data and not form.cleaned_data["adopted"]:
                form.instance.save()
        return super().save_existing_objects(commit)


class EntryRowForm(ShowsProposals, RegisterForm):
    """A place on a list inside its project's form."""


class EntryInline(RegisterInline, admin.StackedInline):
    model = Entry
    form = EntryRowForm
    formset = SharedChoicesFormSet
    related = ("programme", "source", "project")
    show_change_link = True
    verbose_name_plural = _("years: places on the lists of programmes")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("programme", "planned_disbursement", "status"),
                    ("disbursed_before", "joined", "left"),
                    ("basis", "source"),
                )
            },
        ),
    )
    readable = {"planned_disbursement": "planned_disbursement_text", "disbursed_before": "disbursed_before_text"}
    planned_disbursement_text = amount_text("planned_disbursement", _("planned disbursement"))
    disbursed_before_text = amount_text("disbursed_before", _("disbursed before the year"))

    def get_extra(self, request: HttpRequest, obj: Project | None = None, **kwargs: Any) -> int:
        """A new project shows the place for its list: without one it stands in no programme's totals."""
        return 1 if obj is None else 0


class ClaimInline(RegisterInline, admin.StackedInline):
    model = Claim
    formset = ClaimFormSet
    related = ("source", "project")
    show_change_link = True
    verbose_name_plural = _("claims: what sources say about the figures")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("figure", "amount", "stated", "adopted"),
                    ("source", "scope_zh", "scope_en"),
                    ("through_month", "year"),
                    ("note_zh", "note_en"),
                )
            },
        ),
    )
    readable = {"amount": "amount_text"}
    amount_text = amount_text("amount", _("amount"))
