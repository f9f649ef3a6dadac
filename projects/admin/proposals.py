"""Fields that a user may only propose to change: read-only in the administration, proposed and decided on pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from projects.access import needs_proposal
from projects.models import Project, Proposal
from projects.models.base import is_gated_for_basis
from projects.workflows import proposals

from .display import amount_in_words
from .forms import origin_fields


class GatedFields:
    """Mixed into admins and inlines of projects and of their places on lists."""

    def get_gated_fields(self, request: HttpRequest, obj: Model | None) -> frozenset[str]:
        """Return the fields that this user may only propose, with what their figures are based on."""
        if obj is None:
            return frozenset()
        model = self.model._meta
        names = {
            field.name
            for field in model.fields
            if needs_proposal(request.user, model.model_name, field.name) and is_gated_for_basis(field.name, obj.basis)  # type: ignore[attr-defined]
        }
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
