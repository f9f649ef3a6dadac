"""The admin of projects."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from projects.choices import Measure
from projects.history.as_of import as_of_from_request, override_as_of
from projects.models import Project
from projects.totals.scope import Scope

from .base import RegisterAdmin
from .bulk import BulkChange
from .display import amount_text, date_text
from .inlines import ClaimInline, EntryInline
from .milestones import MilestoneInline
from .origins import origin_fields, source_of
from .other_fields import with_other_fields
from .problems import ProblemInline
from .project_form import ProjectForm, ProposingProjectForm
from .project_list import (
    FILTERS,
    PARAMETERS,
    ProjectChangeList,
    ProjectColumns,
    ProjectPaginator,
    answer_of,
    chips,
)
from .project_totals import summary_of
from .proposal_forms import ProposingAdmin

LONGEST_SEARCH = 200  # characters; the filter refuses longer ones


@admin.register(Project)
class ProjectAdmin(BulkChange, ProjectColumns, ProposingAdmin, RegisterAdmin):
    form = ProjectForm
    proposing_form = ProposingProjectForm
    related = ("sector", "chain_link", "prefecture", "enterprise", "source")
    list_filter = FILTERS
    search_fields = ("code", "national_code", "name_zh", "name_en", "enterprise__name_zh", "enterprise__name_en")
    search_help_text = _("Code, Chinese or English name, enterprise")
    autocomplete_fields = ("enterprise",)
    inlines = (EntryInline, ClaimInline, MilestoneInline, ProblemInline)
    fieldsets = with_other_fields(
        Project,
        (
            _("Identity and place"),
            {
                "fields": (
                    ("name_zh", "name_en", "kind"),
                    ("code", "national_code", "enterprise"),
                    ("sector", "chain_link"),
                    ("prefecture", "county_zh", "county_en"),
                    ("transferred", "source_province"),
                )
            },
        ),
        (_("Figures and dates"), {"fields": tuple(map(origin_fields, Project.attributed))}),
        (_("Source"), {"fields": (("basis", "source"), ("note_zh", "note_en"), "reason")}),
        into=1,
    )
    readable = {
        "total_investment": "total_investment_text",
        "expected_revenue": "expected_revenue_text",
        "start": "start_text",
        "finish": "finish_text",
        "reason": "",
        **{source_of(figure): "" for figure in Project.attributed},
    }
    total_investment_text = amount_text("total_investment", _("total investment"))
    expected_revenue_text = amount_text("expected_revenue", _("expected annual revenue at full capacity"))
    start_text = date_text("started", _("start"))
    finish_text = date_text("finished", _("finish"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ProjectChangeList]:
        return ProjectChangeList

    def get_paginator(self, request: HttpRequest, queryset: QuerySet, per_page: int, **more: Any) -> ProjectPaginator:
        found = ProjectPaginator(queryset, per_page, **more)
        found.counted = answer_of(request).total_row.figures[Measure.PROJECT_COUNT].value or 0
        return found

    def known_parameters(self, request: HttpRequest) -> set[str]:
        return PARAMETERS

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        """The same search as in the list, for the pickers of other forms."""
        found = Scope(request.user, None, on_list=False, filters=(("search", search_term[:LONGEST_SEARCH]),))
        return (queryset.filter(pk__in=found.projects().values("pk")) if search_term else queryset), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with `as_of` as it was known then: drawn while looking back, and with nothing to change in it."""
        if "q" in request.GET:
            query = request.GET.copy()
            query["search"] = query.pop("q")[-1]
            return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
        try:
            past = as_of_from_request(request)
        except ValidationError as error:
            return self._refused(request, error)
        with override_as_of(past):
            response = self._list(request, extra_context)
            return response.render() if past and hasattr(response, "render") else response

    def _list(self, request: HttpRequest, extra_context: dict[str, Any] | None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        changelist = (getattr(response, "context_data", None) or {}).get("cl")
        if changelist is not None:
            changelist.summary = summary_of(answer_of(request))
            changelist.summary_span = len(changelist.list_display) - len(changelist.summary.columns) - 1
            response.context_data["chips"] = chips(request)
        return response
