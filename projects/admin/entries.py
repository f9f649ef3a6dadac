"""The admin of list entries."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, ListStatus
from projects.models import Entry

from .base import RegisterAdmin
from .display import amount_column, amount_text
from .filters import choice_filter
from .inlines import EntryOriginsForm, ListMembership
from .origins import origin_fields, reason_field
from .plans import PlanInline
from .project_columns import OfProject, prefecture_filter, programme_filter
from .proposals import GatedFields


class EntryForm(EntryOriginsForm):
    constraint_fields = {"entry_is_one_for_each_project_and_programme": "programme"}

    reason = reason_field()


@admin.register(Entry)
class EntryAdmin(ListMembership, GatedFields, OfProject, RegisterAdmin):
    form = EntryForm
    related = ("project__prefecture", "programme", "source")
    list_display = (
        "project_code",
        "project_name",
        "programme",
        "planned_disbursement_column",
        "status",
        "joined",
        "left",
        "basis_column",
    )
    list_filter = (
        programme_filter("programme"),
        prefecture_filter("project__prefecture"),
        choice_filter("status", _("new or continuing"), ListStatus.choices),
        choice_filter("basis", _("basis"), Basis.choices),
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
    readable = {
        "planned_disbursement": "planned_disbursement_text",
        "planned_disbursement_source": "",
        "disbursed_before": "disbursed_before_text",
        "reason": "",
    }
    planned_disbursement_text = amount_text("planned_disbursement", _("planned disbursement"))
    disbursed_before_text = amount_text("disbursed_before", _("disbursed before the year"))
    planned_disbursement_column = amount_column("planned_disbursement", _("planned disbursement"))
