"""Projects by Python, record by record: what the statements that write them are held against."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.reverse import reverse

from projects.api.serializers.projects import Links, ProjectRecord
from projects.models import Claim, Project
from projects.periods import Month
from projects.totals.coverage import open_reports
from projects.totals.results import ratio
from projects.totals.scope import Scope
from projects.totals.span import with_figures


class ProjectByPython(ProjectRecord):
    """The same record by its model, with a method for each member that the model has not."""

    source_province = serializers.SerializerMethodField()
    programme = serializers.SerializerMethodField()
    status = serializers.CharField(source="entry_status")
    disbursed_of_plan = serializers.SerializerMethodField()
    disbursed_from = serializers.SerializerMethodField()
    disbursed_through = serializers.SerializerMethodField()
    open_month = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    class Meta(ProjectRecord.Meta):
        fields = " ".join(ProjectRecord.Meta.fields)
        extra_kwargs: dict[str, Any] = {}

    def get_source_province(self, project: Project) -> str | None:
        return project.source_province or None

    def get_programme(self, project: Project) -> int | None:
        programme = self.context["scope"].programme
        return programme.year if programme else None

    def get_disbursed_of_plan(self, project: Project) -> float | None:
        of_plan = ratio(project.disbursed, project.planned_disbursement)
        if of_plan is None:
            return None
        percent = Decimal(of_plan.numerator) * 100 / of_plan.denominator
        return float(percent.quantize(Decimal("0.1"), ROUND_HALF_UP))

    def get_disbursed_from(self, project: Project) -> str | None:
        scope = self.context["scope"]
        return str(Month(scope.programme.year, scope.first_month)) if scope.through else None

    def get_disbursed_through(self, project: Project) -> str | None:
        scope = self.context["scope"]
        return str(scope.through) if scope.through else None

    def get_open_month(self, project: Project) -> str | None:
        return open_reports(self.context["scope"])

    def get_links(self, project: Project) -> dict[str, str]:
        query, request = urlencode({"project": project.code}), self.context["request"]
        return {name: f"{reverse(f'api:{name}-list', request=request)}?{query}" for name in Links().fields}


def by_python(rows: QuerySet, scope: Scope, *, names: Sequence[str], request: Any) -> list[dict[str, Any]]:
    """What a list shows of the rows."""
    records = list(
        with_figures(rows, scope.span).select_related("sector", "chain_link", "prefecture", "enterprise", "source")
    )
    adopted = Claim.objects.visible_to(scope.user).filter(adopted=True).select_related("source")
    sources = {(claim.project_id, claim.figure): claim.source for claim in adopted}
    for record in records:
        for figure in record.attributed:
            setattr(record, f"{figure}_source", sources.get((record.pk, figure)))
    view = SimpleNamespace(basename="projects", lookup_field="code")
    context = {"scope": scope, "fields": set(names), "request": request, "view": view}
    return list(ProjectByPython(records, many=True, context=context).data)
