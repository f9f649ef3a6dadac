"""Read-only admins: of records that the program alone writes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from .base import RegisterAdmin, RegisterInline
from .display import column, moment_column, moved, person_column


class ReadOnly:
    """Nobody adds, changes or deletes. Also for inlines."""

    def may(self, request: HttpRequest, action: str, obj: Model | None) -> bool:
        return action == "view" and super().may(request, action, obj)


class ReadOnlyAdmin(ReadOnly, RegisterAdmin):
    """What it shows is history itself, so it has no page of its history."""

    actions = None

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.change_view(request, object_id)


class EventColumns:
    """When, by whom and from which state to which a step of a workflow was taken."""

    time_column = moment_column("at", _("time"))
    who = person_column("user", _("user"))

    states = column(_("state"), lambda event: moved(event.get_before_display(), event.get_after_display()))


class EventInline(ReadOnly, EventColumns, RegisterInline, admin.TabularInline):
    """The steps that were taken with a record, inside its form."""

    template = "admin/steps.html"
    can_delete = False
