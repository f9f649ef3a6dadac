"""The admin of projects."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, ProjectKind, Transferred
from projects.models import Project
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import SCOPE_PARAMETERS
from sectors.models import Direction, Sector

from .base import RegisterAdmin
from .display import amount_column, amount_text, basis_mark, column, dash, date_text
from .filters import choice_filter, reference_filter
from .inlines import ClaimInline, EntryInline
from .milestones import MilestoneInline
from .origins import origin_fields, source_of
from .other_fields import with_other_fields
from .problems import ProblemInline
from .project_columns import prefecture_filter, programme_filter
from .project_form import ProjectForm
from .proposals import GatedFields

PARAMETERS = {*ProjectFilterSet.base_filters, *SCOPE_PARAMETERS}


@admin.register(Project)
class ProjectAdmin(GatedFields, RegisterAdmin):
    form = ProjectForm
    related = ("sector", "chain_link", "prefecture", "enterprise", "source")
    list_display = (
        "code",
        "name_column",
        "sector_column",
        "prefecture_column",
        "total_investment_column",
        "expected_revenue_column",
        "basis_column",
    )
    list_display_links = ("code", "name_column")
    list_filter = (
        programme_filter("entries__programme"),
        reference_filter("direction", _("direction"), Direction, key="code", path="sector__direction"),
        reference_filter("sector", _("sector"), Sector, key="code", path="sector"),
        prefecture_filter("prefecture"),
        choice_filter("basis", _("basis"), Basis.choices),
        choice_filter("transferred", _("transferred"), Transferred.choices),
        choice_filter("kind", _("kind"), ProjectKind.choices),
    )
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
    name_column = column(_("name"), attrgetter("name"), order="name_zh")
    sector_column = column(_("sector"), attrgetter("sector.name"), order="sector__order")
    prefecture_column = column(
        _("prefecture"),
        lambda project: project.prefecture.name if project.prefecture else dash(),
        order="prefecture__adcode",
    )
    total_investment_column = amount_column("total_investment", _("total investment"))
    expected_revenue_column = amount_column("expected_revenue", _("expected annual revenue at full capacity"))
    basis_column = column(_("basis"), lambda project: basis_mark(project.basis), order="basis")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead questions that only the page of projects answers, such as `as_of` or `missing`, to that page."""
        questions = PARAMETERS - self.known_parameters(request)
        if request.method == "GET" and any(name in questions for name in request.GET):
            return HttpResponseRedirect(f"{reverse('projects')}?{request.GET.urlencode()}")
        return super().changelist_view(request, extra_context)

    def view_on_site(self, project: Project) -> str:
        return reverse("project", args=[project.code])
