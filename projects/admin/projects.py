"""The admin of projects."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.models import Project
from projects.models.base import own_fields
from projects.models.form_fields import ReporterField
from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import SCOPE_PARAMETERS
from sectors.models import Direction, Sector

from .base import RegisterAdmin
from .claims import ClaimInline
from .display import column, dash, partial_date_text
from .entries import EntryInline
from .filters import ProjectColumns, prefecture_filter, programme_filter, reference_filter
from .forms import FigureSourceField, OriginsForm, origin_fields, reason_field
from .milestones import MilestoneInline
from .problems import ProblemInline
from .proposals import GatedFields

_IDENTITY = (
    ("name_zh", "name_en", "kind"),
    ("code", "national_code", "enterprise"),
    ("sector", "chain_link"),
    ("prefecture", "county_zh", "county_en"),
    ("transferred", "source_province"),
)
_FIGURES = tuple(map(origin_fields, Project.attributed))
_SOURCE = (("basis", "source"), ("note_zh", "note_en"), "reason")
_NAMED = flatten([*_IDENTITY, *_FIGURES, *_SOURCE])
_OTHERS = tuple(field.name for field in own_fields(Project) if field.editable and field.name not in _NAMED)


class ProjectForm(OriginsForm):
    """The figures of a project, each with what it rests on."""

    total_investment_source = FigureSourceField()
    total_investment_reported_by = ReporterField()
    expected_revenue_source = FigureSourceField()
    expected_revenue_reported_by = ReporterField()
    start_source = FigureSourceField()
    start_reported_by = ReporterField()
    finish_source = FigureSourceField()
    finish_reported_by = ReporterField()
    reason = reason_field()


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
        "total_investment",
        "expected_revenue",
        "basis_column",
    )
    list_display_links = ("code", "name_column")
    list_filter = (
        programme_filter("entries__programme"),
        reference_filter("direction", _("direction"), Direction, key="code", path="sector__direction"),
        reference_filter("sector", _("sector"), Sector, key="code", path="sector"),
        prefecture_filter("prefecture"),
        "basis",
        "transferred",
        "kind",
    )
    search_fields = ("code", "national_code", "name_zh", "name_en", "enterprise__name_zh", "enterprise__name_en")
    search_help_text = _("Code, Chinese or English name, enterprise")
    autocomplete_fields = ("enterprise",)
    inlines = (EntryInline, ClaimInline, MilestoneInline, ProblemInline)
    fieldsets = (
        (_("Identity and place"), {"fields": _IDENTITY}),
        (_("Figures and dates"), {"fields": (*_FIGURES, *_OTHERS)}),
        (_("Source"), {"fields": _SOURCE}),
    )
    readable = {
        "start": "start_text",
        "finish": "finish_text",
        "reason": "",
    }
    start_text = partial_date_text("started", _("start"))
    finish_text = partial_date_text("finished", _("finish"))
    name_column = column(_("name"), attrgetter("name"), order="name_zh")
    sector_column = column(_("sector"), attrgetter("sector.name"), order="sector__order")
    prefecture_column = column(
        _("prefecture"),
        lambda project: project.prefecture.name if project.prefecture else dash(),
        order="prefecture__adcode",
    )
    basis_column = ProjectColumns.basis_column

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead questions that only the page of projects answers, such as `as_of` or `missing`, to that page."""
        questions = PARAMETERS - self.known_parameters(request)
        if request.method == "GET" and any(name in questions for name in request.GET):
            return HttpResponseRedirect(f"{reverse('projects')}?{request.GET.urlencode()}")
        return super().changelist_view(request, extra_context)

    def view_on_site(self, project: Project) -> str:
        return reverse("project", args=[project.code])
