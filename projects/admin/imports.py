"""The admin of imports, a plain list: who sent which file when, where it stands, and the way to its page."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from projects.models import Import

from .base import ReadOnlyAdmin
from .display import column, dash, link, moment_column, person_column
from .filters import programme_filter


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    related = ("user", "programme", "job")
    list_display = ("id", "name", "kind", "who", "sent", "state", "page")
    list_display_links = ("id", "name")
    list_filter = (
        "state",
        "kind",
        programme_filter("programme"),
    )
    search_fields = ("name", "digest", "user__username")
    search_help_text = _("File name, digest or user")
    fields = (
        *("name", "kind", "programme", "month", "size", "digest", "who", "sent", "state", "words", "job_text"),
        *("reason", "source", "reported_by", "revision_made", "undone_by", "page"),
    )
    readonly_fields = fields
    who = person_column("user", _("user"))
    sent = moment_column("created_at", _("sent at"))
    job_text = column(_("job"), lambda imported: str(imported.job or dash(_("none"))))
    page = column(_("page"), lambda imported: link(imported.get_absolute_url(), _("Open the import")))
