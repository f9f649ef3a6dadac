"""The admin of report events, to be read only: a list of its own, and the steps inside a report's form."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from projects.choices import ReportAction
from projects.models import ReportEvent

from .base import RegisterAdmin, RegisterInline
from .display import moment, month_choices
from .filters import choice_filter
from .project_columns import prefecture_filter, programme_filter


class ReadOnly:
    """Events are written by `workflows` alone."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description=_("time"), ordering="at")
    def time_column(self, event: Any) -> str:
        return moment(event.at)

    @admin.display(description=_("user"), ordering="user__username")
    def who(self, event: Any) -> str:
        return event.user.display_name

    @admin.display(description=_("state"))
    def states(self, event: Any) -> str:
        return format_html(
            '{} <span class="arrow" aria-hidden="true">→</span> {}',
            event.get_before_display(),
            event.get_after_display(),
        )


@admin.register(ReportEvent)
class ReportEventAdmin(ReadOnly, RegisterAdmin):
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
    actions = None

    @admin.display(description=_("monthly report"), ordering="report__entry__project__code")
    def report_column(self, event: Any) -> str:
        return str(event.report)

    @admin.display(description=_("project"), ordering="report__entry__project__name_zh")
    def project_name(self, event: Any) -> str:
        return event.report.entry.project.name

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An event is history itself: show it."""
        return self.change_view(request, object_id)


class ReportEventInline(ReadOnly, RegisterInline, admin.TabularInline):
    model = ReportEvent
    related = ("user", "report__entry__project", "report__entry__programme")
    fields = ("time_column", "who", "action", "states", "comment")
    readonly_fields = fields
    verbose_name_plural = _("steps of this report")
    can_delete = False
