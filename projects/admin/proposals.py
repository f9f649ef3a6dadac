"""Proposals, to be looked up: they are made where the records are, and decided on their page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.choices import ProposalState
from projects.models import Proposal, ProposalEvent
from projects.text import format_html_join
from projects.workflows import proposals

from .display import amount_in_words, column, dash, link, moment_column, moved
from .filters import choice_filter
from .project_columns import OfProject, prefecture_filter
from .read_only import EventInline, ReadOnlyAdmin


class ProposalEventInline(EventInline):
    model = ProposalEvent
    related = ("user", "proposal__project")
    fields = ("time_column", "who", "action", "comment")
    readonly_fields = fields
    verbose_name_plural = _("steps of this proposal")


@admin.register(Proposal)
class ProposalAdmin(OfProject, ReadOnlyAdmin):
    related = ("project__prefecture", "source", "proposed_by", "answered_by", "withdrawn_by")
    history_texts = {"fields": lambda row: proposals.changes_text(row.fields, amount_in_words)}
    list_display = ("number", "project_code", "project_name", "proposed", "state", "proposed_on", "page")
    list_display_links = ("number", "project_code", "project_name")
    list_filter = (
        choice_filter("state", _("state"), ProposalState.choices),
        prefecture_filter("project__prefecture"),
    )
    fields = (
        "project",
        "proposed",
        "reason",
        ("source", "reported_by"),
        ("state", "page"),
        ("proposed_by", "proposed_at"),
        ("answered_by", "answered_at"),
        "comment",
        ("withdrawn_by", "withdrawn_at"),
    )
    readonly_fields = ("proposed", "page")
    inlines = (ProposalEventInline,)
    proposed_on = moment_column("proposed_at", _("proposed at"))
    page = column(_("decision"), lambda proposal: link(reverse("proposal", args=[proposal.pk]), _("open the proposal")))
    number = column(_("number"), lambda proposal: str(proposal.pk), order="pk")

    @admin.display(description=_("proposed fields"))
    def proposed(self, proposal: Any) -> str:
        values = proposals.Values(amount_in_words)
        rows = [
            (
                proposals.change_label(change),
                moved(*(values.text(change.field, each) or dash() for each in (change.original, change.proposed))),
            )
            for change in proposal.changes
        ]
        return format_html_join("", "<div>{} {}</div>", rows)
