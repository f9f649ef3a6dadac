"""The admin of milestones, and the milestones inside a project's form."""

from __future__ import annotations

import datetime as dt
from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from projects.models import Milestone

from .base import FOLDED, RegisterAdmin, RegisterInline
from .display import NumberLabel, column, dash, number
from .filters import OverdueFilter, ProjectColumns, YesNoFilter, get_today, prefecture_filter, programme_filter


class ReachedFilter(YesNoFilter):
    title = _("reached")
    parameter_name = "reached"

    def filter_rows(self, queryset: QuerySet) -> QuerySet:
        return queryset.filter(actual__isnull=self.chosen[-1] == "0")


@admin.register(Milestone)
class MilestoneAdmin(ProjectColumns, RegisterAdmin):
    related = ("project__prefecture", "source")
    list_filter = (
        programme_filter("project__entries__programme"),
        OverdueFilter,
        ReachedFilter,
        prefecture_filter("project__prefecture"),
        "basis",
    )
    search_fields = (*ProjectColumns.search_fields, "name_zh", "name_en")
    search_help_text = _("Code or name of the project, name of the milestone")
    autocomplete_fields = ("project",)
    fields = (
        "project",
        ("name_zh", "name_en"),
        ("planned", "expected", "actual"),
        "reason",
        ("basis", "source"),
    )
    name_column = column(_("milestone"), attrgetter("name"), order="name_zh")
    moved_column = column(NumberLabel(_("days moved")), lambda milestone: number(format_days(milestone.days_moved)))

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        overdue = overdue_column(get_today(request), done="actual")
        columns = ("planned", "expected", "actual", "moved_column", overdue, "basis_column")
        return ("project_code", "project_name", "name_column", *columns)


def format_days(days: int) -> str:
    """Return '+12', '−3' or '0'."""
    return f"{days:+d}".replace("-", "−") if days else "0"


def overdue_column(today: dt.date, *, done: str) -> Any:
    """Return a list column: days since `due`, by the programme's calendar, of rows whose field `done` is still empty."""

    @admin.display(description=NumberLabel(_("days overdue")))
    def overdue(record: Any) -> str:
        if getattr(record, done) or record.due is None or record.due >= today:
            return dash(_("not overdue"))
        return format_html('<span class="number late">{}</span>', (today - record.due).days)

    return overdue


class MilestoneInline(RegisterInline, admin.StackedInline):
    model = Milestone
    classes = FOLDED
    related = ("source", "project")
    show_change_link = True
    verbose_name_plural = _("milestones: planned, expected, reached")
    fields = (
        ("name_zh", "name_en"),
        ("planned", "expected", "actual"),
        ("reason", "basis", "source"),
    )
