"""Proposals, to be looked up: they are made and decided on pages. What may only be proposed is read-only in forms."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from projects.access import needs_proposal
from projects.choices import Basis
from projects.models import Project, Proposal, ProposalEvent
from projects.workflows import proposals

from .base import EventInline, ReadOnlyAdmin
from .display import amount_in_words, change_mark, column, dash, link, moment_column
from .filters import OfProject, prefecture_filter
from .forms import origin_fields


class GatedFields:
    """Mixed into admins and inlines of projects and of their places on lists."""

    def get_gated_fields(self, request: HttpRequest, obj: Model | None) -> frozenset[str]:
        """Return the fields that this user may only propose, with what their figures are based on."""
        if obj is None:
            return frozenset()
        model = self.model._meta
        names = {field.name for field in model.fields if needs_proposal(request.user, model.model_name, field.name)}
        if model.model_name == "project" and obj.basis != Basis.PUBLISHED:
            names -= {"name_zh", "name_en"}
        return frozenset(names.union(*(origin_fields(name) for name in names if name in self.model.attributed)))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: Model | None = None, **kwargs: Any
    ) -> HttpResponse:
        """Add what is proposed of the project and waits for the province, and where more is proposed."""
        if obj is not None:
            project = obj if isinstance(obj, Project) else obj.project
            waiting = Proposal.objects.visible_to(request.user).open().filter(project=project)
            context["waiting"] = [
                (proposal.pk, proposals.changes_text(proposal.fields, amount_in_words)) for proposal in waiting
            ]
            may_propose = request.user.has_perm("projects.add_proposal", Proposal(project=project))
            context["proposed_code"] = project.code if may_propose and self.get_gated_fields(request, obj) else ""
        return super().render_change_form(request, context, obj=obj, **kwargs)


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
        "state",
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
                change_mark(
                    *(values.text(change.field, each) or dash() for each in (change.original, change.proposed))
                ),
            )
            for change in proposal.changes
        ]
        return format_html_join("", "<div>{} {}</div>", rows)
