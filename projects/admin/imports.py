"""The admin of imports, to be read only: who sent which file when, where it stands and which job is at it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from projects.choices import CellVerdict, ImportState, WorkbookKind
from projects.models import Import

from .display import dash, moment
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
        choice_filter("kind", _("kind of workbook"), WorkbookKind.choices),
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
    readonly_fields = fields

    @admin.display(description=_("user"), ordering="user__username")
    def who(self, imported: Any) -> str:
        return imported.user.display_name

    @admin.display(description=_("sent at"), ordering="created_at")
    def sent(self, imported: Any) -> str:
        return moment(imported.created_at)

    @admin.display(description=_("rows"))
    def rows(self, imported: Any) -> str:
        counts = imported.counts.get("rows", {})
        told = [f"{verdict.label} {counts[verdict]}" for verdict in CellVerdict if counts.get(verdict)]
        return _("; ").join(map(str, told)) if told else dash(_("nothing yet"))

    @admin.display(description=_("job"))
    def job_column(self, imported: Any) -> str:
        if imported.job is None:
            return dash(_("none"))
        address = reverse("admin:projects_job_change", args=[imported.job.pk])
        return format_html('<a href="{}">{} {}</a>', address, imported.job.pk, imported.job.get_state_display())

    @admin.display(description=_("page"))
    def page(self, imported: Any) -> str:
        return format_html('<a href="{}">{}</a>', imported.get_absolute_url(), _("Open the import"))
