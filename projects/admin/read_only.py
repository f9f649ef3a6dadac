"""Read-only admins: of records that the program alone writes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from projects.text import format_html

from .base import RegisterAdmin, RegisterInline
from .display import moment


class ReadOnly:
    """Nobody adds, changes or deletes. Also for inlines."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, RegisterAdmin):
    """What it shows is history itself, so it has no page of its history."""

    actions = None

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.change_view(request, object_id)


class EventColumns:
    """When, by whom and from which state to which a step of a workflow was taken."""

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


class EventInline(ReadOnly, EventColumns, RegisterInline, admin.TabularInline):
    """The steps that were taken with a record, inside its form."""

    can_delete = False
