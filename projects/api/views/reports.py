"""Monthly reports. They can also be narrowed to the projects of any question that totals answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view

from projects.api.filter_parameters import parameters_of
from projects.api.filters import ReportFilterSet
from projects.api.parameters import MONTH, PROGRAMME, THROUGH, Parameter
from projects.api.scopes import Question, asked
from projects.api.serializers.reports import ReportRecord
from projects.filters import ProjectFilterSet
from projects.models import MonthlyReport

from .base import RecordViewSet

PREFIX = "project_"
_OF_PROJECTS = tuple(
    replace(
        parameter,
        name=PREFIX + parameter.name,
        description=format_lazy("{}: {}", _("only reports of these projects"), parameter.description),
    )
    for parameter in (PROGRAMME, MONTH, THROUGH, *parameters_of(ProjectFilterSet, without=["ordering"]))
)


@extend_schema_view(
    list=extend_schema(
        summary=_("List monthly reports"),
        description=_(
            "What was disbursed in which month. Parameters that begin with project_ are the filters of projects: they "
            "narrow the reports to those of the projects that the same filters list."
        ),
    ),
    retrieve=extend_schema(summary=_("Show a monthly report")),
)
class ReportViewSet(RecordViewSet):
    model = MonthlyReport
    serializer_class = ReportRecord
    filterset_class = ReportFilterSet
    related = ("entry__project", "entry__programme", "source")

    def list_parameters(self) -> Sequence[Parameter]:
        return (*super().list_parameters(), *_OF_PROJECTS)

    def filtered(self) -> QuerySet:
        reports = super().filtered()
        narrowed = QueryDict(mutable=True)
        for name, values in self.request.query_params.lists():
            if name.startswith(PREFIX):
                narrowed.setlist(name.removeprefix(PREFIX), values)
        return reports.filter(entry__project__in=self._projects(narrowed)) if narrowed else reports

    def _projects(self, narrowed: QueryDict) -> QuerySet:
        try:
            scope = asked(Question(self.request.user, narrowed), on_list="programme" in narrowed)
        except ValidationError as error:
            raise ValidationError({PREFIX + name: texts for name, texts in error.message_dict.items()}) from error
        return scope.projects().order_by().values("pk")
