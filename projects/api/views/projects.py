"""Projects. A list with `programme` is that programme's list, the records behind its totals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api import cursors
from projects.api.etags import version_of
from projects.api.expansions import EXPAND, expanded
from projects.api.fields import UNSTORABLE
from projects.api.filter_parameters import parameters_of
from projects.api.pagination import body_of_page, head_of_walk, indents, no_such_page, strict, walk_of
from projects.api.parameters import SPAN, Parameter
from projects.api.project_pages import ProjectsPage
from projects.api.project_records import ProjectRecords, surroundings, year_elsewhere
from projects.api.schema.examples import PROJECT_CHANGE, PROJECT_PATCH
from projects.api.scopes import scope_of
from projects.api.serializers.projects import ProjectChange, ProjectRecord
from projects.exports.project_page import PLACE, STORED, ProjectPage
from projects.models import Project
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
    create=extend_schema(summary=_("Add a project"), examples=[PROJECT_CHANGE]),
    update=extend_schema(
        summary=_("Replace a project"),
        description=_("Fields that are left out go back to their defaults. The code must be the project's own."),
    ),
    partial_update=extend_schema(summary=_("Change a project"), examples=[PROJECT_PATCH]),
)
class ProjectViewSet(WritableViewSet):
    model = Project
    serializer_class = ProjectRecord
    change_class = ProjectChange
    lookup_field = "code"
    lookup_value_regex = "[^/]+"
    path_parameters = (Parameter("code", _("The project's code, in any letter case."), _CODE),)

    def listed(self) -> HttpResponseBase:
        if cursors.is_asked(self.request):
            return self._walked()
        numbered = ProjectsPage(self.request, self.records)
        page = numbered.page()
        if not page.lines and numbered.number > 1:
            raise no_such_page(numbered.pages(page.count or 0).num_pages)
        return self._sent(numbered.head(page), page)

    def _walked(self) -> HttpResponseBase:
        walk = walk_of(self.filtered(), self.request)
        page = self.records.first_of(walk.rows, walk.size + 1, PLACE, order=walk.order)
        head = head_of_walk(walk.next(len(page.places), page.place))
        return self._sent(head, page.first(walk.size))

    def _sent(self, head: dict[str, Any], page: ProjectPage) -> HttpResponseBase:
        if self.is_as_written:
            return HttpResponse(body_of_page(head, page.lines), content_type=JSONRenderer.media_type)
        return Response(head | {"results": self._in_full(page)})

    def retrieve(self, request: Request, **_key: str) -> HttpResponseBase:
        page = self.records.of_code(self.key())
        if not page.lines:
            raise Http404
        headers = {"ETag": version_of(page.stored[0])}
        if not self.is_as_written:
            [shown] = self._in_full(page)
            return Response(shown, headers=headers)
        return HttpResponse(strict(page.lines), content_type=JSONRenderer.media_type, headers=headers)

    @property
    def is_as_written(self) -> bool:
        """Whether records go out as the database has written them."""
        return EXPAND not in self.request.query_params and not indents(self.request)

    def _in_full(self, page: ProjectPage) -> Sequence[dict[str, Any]]:
        return expanded(page.records, page.stored, basename=self.basename, request=self.request)

    def shown(self, records: Sequence[Any]) -> Sequence[dict[str, Any]]:
        found = self.in_full([record.pk for record in records])
        shown = [found[record.pk] for record in records]
        return expanded(shown, records, basename=self.basename, request=self.request)

    def in_full(self, keys: Collection[Any]) -> dict[Any, dict[str, Any]]:
        return self.records.by_key(keys)

    def list_parameters(self) -> Sequence[Parameter]:
        return (*SPAN, *parameters_of(ProjectFilterSet, Project))

    def record_parameters(self) -> Sequence[Parameter]:
        return SPAN

    @cached_property
    def scope(self) -> Scope:
        on_list = self.action == "list" and "programme" in self.request.query_params
        scope = scope_of(self.request, on_list=on_list)
        if self.lookup_field not in self.kwargs:
            return scope
        year = year_elsewhere(self.key(), self.request.query_params, scope.programme)
        return scope_of(self.request, on_list=on_list, year=year) if year else scope

    @cached_property
    def records(self) -> ProjectRecords:
        found = surroundings(self.scope, self.request, self.names())
        return ProjectRecords(found, self.scope, *([STORED] if EXPAND in self.request.query_params else []))

    def get_queryset(self) -> QuerySet:
        return Project.objects.visible_to(self.scope.user)

    def filtered(self) -> QuerySet:
        return self.scope.projects()

    def bodies(self, rows: QuerySet, names: Sequence[str]) -> Mapping[str, Callable[[], Iterator[bytes]]]:
        if EXPAND in self.request.query_params or "version" in names:  # a digest is made in Python
            return {}
        return self.records.bodies(rows)

    def as_key(self, said: str) -> str:
        code = normalised_code(said)
        if UNSTORABLE.search(code):
            raise Http404  # PostgreSQL would not even look for it
        return code
