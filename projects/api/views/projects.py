"""Projects. A list with `programme` is that programme's list, the records behind its totals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from projects.api import cursors
from projects.api.expansions import EXPAND
from projects.api.exporting import FORMAT
from projects.api.fields import UNSTORABLE
from projects.api.filter_parameters import parameters_of
from projects.api.parameters import SPAN, Parameter
from projects.api.project_files import bodies_of
from projects.api.project_pages import PageAgain
from projects.api.schema.examples import PROJECT_CHANGE, PROJECT_PATCH
from projects.api.scopes import scope_of
from projects.api.serializers.projects import ProjectChange, ProjectRecord
from projects.http_caching import revalidated_by
from projects.models import Claim, Entry, MonthlyReport, Project
from projects.models.fields import normalised_code
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import Scope

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
    create=extend_schema(
        summary=_("Add a project"), request=ProjectChange, responses={201: ProjectRecord}, examples=[PROJECT_CHANGE]
    ),
    update=extend_schema(
        summary=_("Replace a project"),
        description=_("Fields that are left out go back to their defaults. The code must be the project's own."),
        request=ProjectChange,
    ),
    partial_update=extend_schema(
        summary=_("Change a project"),
        description=_("Only the fields that are given change."),
        request=ProjectChange,
        examples=[PROJECT_PATCH],
    ),
)
class ProjectViewSet(WritableViewSet):
    model = Project
    serializer_class = ProjectRecord
    change_class = ProjectChange
    shown_with = (Claim, Entry, MonthlyReport)
    lookup_field = "code"
    lookup_value_regex = "[^/]+"
    path_parameters = (Parameter("code", _("The project's code, in any letter case."), _CODE),)

    def list(self, request: Request) -> HttpResponseBase:
        answer = super().list(request)
        names = tuple(self.get_serializer().fields)
        by_number = self.scope.as_of is None and not request.query_params.keys() & {FORMAT.name, EXPAND, cursors.CURSOR}
        if by_number and not set(names) & set(ProjectRecord.on_request):
            again = PageAgain(request, self.scope, names)
            revalidated_by(request._request, again.renewed)
        return answer

    def list_parameters(self) -> Sequence[Parameter]:
        return (*SPAN, *parameters_of(ProjectFilterSet))

    def record_parameters(self) -> Sequence[Parameter]:
        return SPAN

    @cached_property
    def scope(self) -> Scope:
        on_list = self.action == "list" and "programme" in self.request.query_params
        return scope_of(self.request, on_list=on_list)

    def get_queryset(self) -> QuerySet:
        return self.scope.projects().with_references()

    def filtered(self) -> QuerySet:
        return self.get_queryset()

    def bodies(self, rows: QuerySet, names: Sequence[str]) -> Mapping[str, Callable[[], Iterator[bytes]]]:
        if EXPAND in self.request.query_params or "version" in names:  # a digest is made in Python
            return {}
        return bodies_of(rows, self.scope, names=names, request=self.request, shown=self.shown)

    def as_key(self, said: str) -> str:
        code = normalised_code(said)
        if UNSTORABLE.search(code):
            raise Http404  # PostgreSQL would not even look for it
        return code

    def prepared(self, records: Sequence[Any]) -> Sequence[Any]:
        """With the sources of the claims that their figures follow."""
        adopted = Claim.objects.visible_to(self.request.user).filter(project__in=records, adopted=True)
        sources = {(claim.project_id, claim.figure): claim.source for claim in adopted.select_related("source")}
        for record in records:
            for figure in record.attributed:
                setattr(record, f"{figure}_source", sources.get((record.pk, figure)))
        return records

    def get_serializer_context(self) -> dict[str, Any]:
        return super().get_serializer_context() | {"scope": self.scope}
