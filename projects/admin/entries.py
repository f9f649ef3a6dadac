"""The admin of list entries."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.access import needs_proposal
from projects.models import Entry, Project
from projects.models.entry import JOINED_IS_ASKED, lacks_day_of_joining
from projects.models.form_fields import ReporterField

from .base import RegisterAdmin, RegisterInline
from .filters import ProjectColumns, prefecture_filter, programme_filter
from .forms import FigureSourceField, OriginsForm, origin_fields, reason_field
from .plans import PlanInline
from .proposals import GatedFields


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

    def has_action_permission(self, request: HttpRequest, action: str, obj: Any) -> bool:
        is_proposed = action in ("add", "delete") and needs_proposal(request.user, "entry", "programme")
        return not is_proposed and super().has_action_permission(request, action, obj)


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

    def get_extra(self, request: HttpRequest, obj: Project | None = None, **kwargs: Any) -> int:
        """Return 1 for a new project: without a place on a list it stands in no programme's totals."""
        return 1 if obj is None else 0


class EntryForm(EntryOriginsForm):
    reason = reason_field()


@admin.register(Entry)
class EntryAdmin(ListMembership, GatedFields, ProjectColumns, RegisterAdmin):
    form = EntryForm
    related = ("project__prefecture", "programme", "source")
    list_display = (
        "project_code",
        "project_name",
        "programme",
        "planned_disbursement",
        "status",
        "joined",
        "left",
        "basis_column",
    )
    list_filter = (
        programme_filter("programme"),
        prefecture_filter("project__prefecture"),
        "status",
        "basis",
    )
    autocomplete_fields = ("project",)
    inlines = (PlanInline,)
    fields = (
        "project",
        "programme",
        origin_fields("planned_disbursement"),
        ("disbursed_before", "status"),
        ("joined", "left"),
        ("basis", "source"),
        "reason",
    )
    readable = {"reason": ""}
