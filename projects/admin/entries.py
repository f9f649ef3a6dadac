"""The admin of list entries."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, ListStatus
from projects.models import Entry, Prefecture, Programme

from .base import RegisterAdmin
from .display import amount_column, amount_text, basis_mark
from .filters import choice_filter, reference_filter
from .inlines import EntryOriginsForm
from .origins import origin_fields, reason_field
from .plans import PlanInline
from .proposal_forms import ProposalWords, ProposingAdmin, ShowsProposals


class EntryForm(ShowsProposals, EntryOriginsForm):
    owner_field = "project"
    constraint_fields = {"entry_is_one_for_each_project_and_programme": "programme"}

    reason = reason_field()


class ProposingEntryForm(ProposalWords, EntryForm):
    """The same for who may only propose some of it."""


@admin.register(Entry)
class EntryAdmin(ProposingAdmin, RegisterAdmin):
    form = EntryForm
    proposing_form = ProposingEntryForm
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
    list_display_links = ("project_code", "project_name")
    list_filter = (
        reference_filter("programme", _("programme"), Programme, key="year", path="programme"),
        reference_filter(
            "prefecture", _("prefecture"), Prefecture, key="adcode", path="project__prefecture", none=_("not known")
        ),
        choice_filter("status", _("new or continuing"), ListStatus.choices),
        choice_filter("basis", _("basis"), Basis.choices),
    )
    search_fields = ("project__code", "project__name_zh", "project__name_en")
    search_help_text = _("Code or name of the project")
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

    @admin.display(description=_("code"), ordering="project__code")
    def project_code(self, entry: Model) -> str:
        return entry.project.code

    @admin.display(description=_("project"), ordering="project__name_zh")
    def project_name(self, entry: Model) -> str:
        return entry.project.name

    @admin.display(description=_("basis"), ordering="basis")
    def basis_column(self, entry: Model) -> str:
        return basis_mark(entry.basis)
