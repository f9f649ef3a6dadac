"""The admin of programmes, each with its targets in one form."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.models import Programme
from projects.workflows.current_programme import choose

from .base import RegisterAdmin
from .targets import TargetInline


@admin.register(Programme)
class ProgrammeAdmin(RegisterAdmin):
    related = ("light_rule",)
    list_display = ("year", "name_zh", "name_en", "reporting_day", "light_rule", "chosen_at")
    search_fields = ("name_zh", "name_en", "year__exact")
    search_help_text = _("Year or name")
    fields = ("year", "name_zh", "name_en", "reporting_day", "light_rule", "chosen_at")
    readonly_fields = ("chosen_at",)
    inlines = (TargetInline,)
    actions = ("make_current",)

    @admin.action(description=_("Make it the current programme"), permissions=["change"])
    def make_current(self, request: HttpRequest, queryset: QuerySet) -> None:
        """The province's choice of what is shown by default. Exactly one can be it."""
        programmes = list(queryset)
        if len(programmes) != 1:
            messages.error(request, _("Choose exactly one programme: only one can be the current one."))
            return
        choose(programmes[0])
        told = _("The programme of %(year)s is the current one: pages, search, API and files show it by default.")
        messages.success(request, told % {"year": programmes[0].year})
