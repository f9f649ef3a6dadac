"""Projects. A list with `programme` is that programme's list, the records behind its totals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view

from projects.api.fields import UNSTORABLE
from projects.api.filter_parameters import parameters_of
from projects.api.parameters import SPAN, Parameter
from projects.api.schema.examples import PROJECT_CHANGE, PROJECT_PATCH
from projects.api.scopes import scope_of
from projects.api.serializers.projects import ProjectChange, ProjectRecord
from projects.models import Claim, Entry, Project
from projects.models.fields import normalised_code
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import Scope, year_of_record
from projects.totals.span import with_figures

from .writing import WritableViewSet

_CODE = {"type": "string", "minLength": 1, "examples": ["HN-EI-2023-13"]}


@extend_schema_view(
    list=extend_schema(
        summary=_("List projects"),
        description=_(
            "With `programme` the projects on that programme's list, otherwise all. Yearly figures (planned "
            "disbursement, disbursed, status) are those of the programme and months that each record names."
        ),
    ),
    retrieve=extend_schema(summary=_("Show a project")),
    create=extend_schema(summary=_("Add a project"), examples=[PROJECT_CHANGE]),
    partial_update=extend_schema(summary=_("Change a project"), examples=[PROJECT_PATCH]),
)
class ProjectViewSet(WritableViewSet):
    model = Project
    serializer_class = ProjectRecord
    change_class = ProjectChange
    related = ("sector", "chain_link", "prefecture", "enterprise", "source")
    lookup_field = "code"
    lookup_value_regex = "[^/]+"
    path_parameters = (Parameter("code", _("The project's code, in any letter case."), _CODE),)

    def list_parameters(self) -> Sequence[Parameter]:
        return (*SPAN, *parameters_of(ProjectFilterSet, Project))

    def record_parameters(self) -> Sequence[Parameter]:
        return SPAN

    @cached_property
    def scope(self) -> Scope:
        """The query of the request; of a record that is not on the list of the programme, for the newest list it is on."""
        on_list = self.action == "list" and "programme" in self.request.query_params
        scope = scope_of(self.request, on_list=on_list)
        if self.lookup_field not in self.kwargs:
            return scope
        listed = Entry.objects.filter(project__code=self.key()).order_by("-programme__year")
        years = list(listed.values_list("programme__year", flat=True))
        year = year_of_record(self.request.query_params, scope.programme, years)
        return scope_of(self.request, on_list=on_list, year=year) if year else scope

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        return context if getattr(self, "swagger_fake_view", False) else context | {"scope": self.scope}

    def get_queryset(self) -> QuerySet:
        visible = Project.objects.visible_to(self.scope.user)
        return with_figures(visible, self.scope.span).select_related(*self.related)

    def filtered(self) -> QuerySet:
        return self.scope.projects().select_related(*self.related)

    def prepared(self, records: Sequence[Any]) -> Sequence[Any]:
        """Give each project the source of the adopted claim that each of its figures follows. One query."""
        claims = Claim.objects.visible_to(self.scope.user).filter(adopted=True, project__in=records)
        sources = {(claim.project_id, claim.figure): claim.source for claim in claims.select_related("source")}
        for project in records:
            for figure in Project.attributed:
                setattr(project, f"{figure}_source", sources.get((project.pk, figure)))
        return records

    def as_key(self, said: str) -> str:
        code = normalised_code(said)
        if UNSTORABLE.search(code):
            raise Http404  # PostgreSQL would not even look for it
        return code
