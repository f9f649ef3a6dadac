"""Monthly reports. They can also be narrowed to the projects of any question that totals answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import PermissionDenied

from projects.api.exceptions import Conflict
from projects.api.filters import ReportFilterSet
from projects.api.parameters import Parameter
from projects.api.present_actions import put_beside
from projects.api.schema.examples import REPORT_CHANGE, REPORT_PATCH
from projects.api.scopes import QUESTION, ScopeParameters, scope_from
from projects.api.serializers.report_changes import NewReportChange, ReportChange
from projects.api.serializers.reports import ReportRecord
from projects.choices import ReportState
from projects.models import MonthlyReport, Round
from projects.models.report import SUBMITTED_IS_FIXED
from projects.monitoring.running_totals import running
from projects.workflows.reporting import TRANSITIONS, may_edit

from .report_transitions import ReportTransitionsViewSet
from .writing import WritableViewSet

PREFIX = "project_"
_OF_PROJECTS = tuple(
    replace(
        parameter,
        name=PREFIX + parameter.name,
        description=format_lazy("{}: {}", _("only reports of these projects"), parameter.description),
    )
    for parameter in QUESTION
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
    create=extend_schema(
        summary=_("Add a monthly report"),
        description=_("It begins as a draft, which may be incomplete; submit it when it is done."),
        examples=[REPORT_CHANGE],
    ),
    partial_update=extend_schema(
        summary=_("Change a monthly report"),
        description=_(
            "Only the fields that are given change. A submitted report is changed by nobody, an approved one only by "
            "the province; after the round has closed, with a reason."
        ),
        examples=[REPORT_PATCH],
    ),
)
class ReportViewSet(ReportTransitionsViewSet, WritableViewSet):
    model = MonthlyReport
    serializer_class = ReportRecord
    transitions = TRANSITIONS
    change_class = NewReportChange
    patch_class = ReportChange
    filterset_class = ReportFilterSet
    related = (
        "entry__project",
        "entry__programme",
        "source",
        "submitted_by",
        "returned_by",
        "approved_by",
    )

    def get_queryset(self) -> QuerySet:
        rounds = Round.objects.filter(programme=OuterRef("entry__programme"), month=OuterRef("month"))
        return super().get_queryset().annotate(punctual_until=Subquery(rounds.values("punctual_until")[:1]))

    def prepared(self, records: Sequence[Any]) -> Sequence[Any]:
        amounts = running(records, user=self.request.user)
        for record in records:
            record.running = amounts[record.pk]
        put_beside(records, super().get_queryset)
        return records

    def refuse_fixed(self, record: Model) -> None:
        if record.state == ReportState.SUBMITTED:  # type: ignore[attr-defined]
            raise Conflict(SUBMITTED_IS_FIXED)
        if not may_edit(self.request.user, record):  # type: ignore[arg-type]
            raise PermissionDenied(
                _("An approved report is changed by the province only. Ask it to reopen the report.")
            )

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
            scope = scope_from(ScopeParameters(self.request.user, narrowed), on_list="programme" in narrowed)
        except ValidationError as error:
            raise ValidationError({PREFIX + name: texts for name, texts in error.message_dict.items()}) from error
        return scope.projects().order_by().values("pk")
