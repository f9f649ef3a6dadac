"""The admin of imports, to be read only: who sent which file when, where it stands and which job is at it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.choices import CellVerdict, ImportState
from projects.models import Import
from projects.models.workbook_import import KINDS

from .display import column, dash, link, moment_column, person_column
from .filters import choice_filter
from .project_columns import programme_filter
from .read_only import ReadOnlyAdmin


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    related = ("user", "programme", "job")
    list_display = ("id", "name", "kind", "who", "sent", "state", "rows", "job_column", "page")
    list_display_links = ("id", "name")
    list_filter = (
        choice_filter("state", _("state"), ImportState.choices),
        choice_filter("kind", _("kind of workbook"), KINDS),
        programme_filter("programme"),
    )
    search_fields = ("name", "digest", "user__username")
    search_help_text = _("File name, digest or user")
    fields = (
        *(
            "name",
            "kind",
            "programme",
            "month",
            "size",
            "digest",
            "who",
            "sent",
            "state",
            "rows",
            "words",
            "job_column",
        ),
        *("reason", "source", "reported_by", "revision_made", "undone_by", "page"),
    )
    readonly_fields = (*fields, "job_told")
    who = person_column("user", _("user"))
    sent = moment_column("created_at", _("sent at"))
    page = column(_("page"), lambda imported: link(imported.get_absolute_url(), _("Open the import")))

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        return _as_seen(request, self.list_display)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return _as_seen(request, self.fields)

    @admin.display(description=_("rows"))
    def rows(self, imported: Any) -> str:
        counts = imported.counts.get("rows", {})
        told = [f"{verdict.label} {counts[verdict]}" for verdict in CellVerdict if counts.get(verdict)]
        return _("; ").join(map(str, told)) if told else dash(_("nothing yet"))

    @admin.display(description=_("job"))
    def job_told(self, imported: Any) -> str:
        return f"{imported.job.pk} {imported.job.get_state_display()}" if imported.job else dash(_("none"))

    @admin.display(description=_("job"))
    def job_column(self, imported: Any) -> str:
        told = self.job_told(imported)
        if imported.job is None:
            return told
        return link(reverse("admin:projects_job_change", args=[imported.job.pk]), told)


def _as_seen(request: HttpRequest, names: tuple[Any, ...]) -> tuple[Any, ...]:
    """The job is a link for whoever may open it."""
    may_open = request.user.has_perm("projects.view_job")
    return tuple("job_told" if name == "job_column" and not may_open else name for name in names)
