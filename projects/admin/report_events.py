"""The admin of report events, to be read only: a list of its own, and the steps inside a report's form."""

from __future__ import annotations

from operator import attrgetter

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from projects.choices import ReportAction
from projects.models import ReportEvent

from .display import column, month_choices
from .filters import choice_filter
from .project_columns import prefecture_filter, programme_filter
from .read_only import EventColumns, EventInline, ReadOnlyAdmin


@admin.register(ReportEvent)
class ReportEventAdmin(EventColumns, ReadOnlyAdmin):
    related = ("report__entry__project", "report__entry__programme", "user", "revision")
    list_display = ("time_column", "report_column", "project_name", "action", "states", "who", "comment")
    list_display_links = ("time_column", "report_column")
    list_filter = (
        programme_filter("report__entry__programme"),
        choice_filter("month", _("month"), month_choices(), path="report__month"),
        choice_filter("action", _("action"), ReportAction.choices),
        prefecture_filter("report__entry__project__prefecture"),
    )
    search_fields = (
        "report__entry__project__code",
        "report__entry__project__name_zh",
        "report__entry__project__name_en",
        "user__username",
        "comment",
    )
    search_help_text = _("Code or name of the project, user, comment")
    fields = ("report", "action", "states", "time_column", "who", "comment", "revision")
    readonly_fields = fields
    report_column = column(_("monthly report"), lambda event: str(event.report), order="report__entry__project__code")
    project_name = column(
        _("project"), attrgetter("report.entry.project.name"), order="report__entry__project__name_zh"
    )


class ReportEventInline(EventInline):
    model = ReportEvent
    related = ("user", "report__entry__project", "report__entry__programme")
    fields = ("time_column", "who", "action", "states", "comment")
    readonly_fields = fields
    verbose_name_plural = _("steps of this report")
