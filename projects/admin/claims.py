"""The admin of claims."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.models import Claim

from .base import FOLDED, RegisterAdmin, RegisterInline
from .display import NumberLabel, claim_value, column, dash, number
from .filters import ProjectColumns, prefecture_filter
from .forms import SharedChoicesFormSet


class ClaimFormSet(SharedChoicesFormSet):
    """Claims of a project that is saved before them: one may have been let go of, or adopted, with a figure of it."""

    def save_existing(self, form: forms.ModelForm, obj: Any, commit: bool = True) -> Any:
        stored = Claim.objects.filter(pk=obj.pk).values("adopted", "adopted_because").first() or {}
        for name, value in stored.items():
            setattr(obj, name, value)
        return super().save_existing(form, obj, commit=commit)


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


@admin.register(Claim)
class ClaimAdmin(ProjectColumns, RegisterAdmin):
    related = ("project__prefecture", "source")
    list_display = ("project_code", "project_name", "figure", "value_column", "adopted_column", "covers", "source")
    list_filter = (
        "figure",
        "adopted",
        prefecture_filter("project__prefecture"),
    )
    search_fields = (*ProjectColumns.search_fields, "source__publisher_zh", "source__publisher_en", "source__url")
    search_help_text = _("Code or name of the project, publisher or address of the source")
    autocomplete_fields = ("project",)
    fields = (
        "project",
        "figure",
        "amount",
        "stated",
        ("through_month", "year"),
        ("scope_zh", "scope_en"),
        "of_output_value",
        "source",
        "note_zh",
        "note_en",
        ("adopted", "adopted_because"),
    )
    readonly_fields = ("adopted", "adopted_because")
    value_column = column(NumberLabel(_("value")), lambda claim: number(claim_value(claim)))
    adopted_column = column(_("adopted"), lambda claim: _("adopted") if claim.adopted else "", order="adopted")
    covers = column(_("scope of the figure"), lambda claim: claim.scope or dash(_("the whole project")))

    def view_on_site(self, claim: Claim) -> str:
        """Return the project's page, on which claims are adopted and withdrawn."""
        return f"{reverse('project', args=[claim.project.code])}#claims"
