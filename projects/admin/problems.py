"""The admin of problems, and the problems inside a project's form."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.models import Problem

from .base import FOLDED, RegisterAdmin, RegisterInline
from .display import words_column
from .filters import OverdueFilter, ProjectColumns, get_today, prefecture_filter, programme_filter
from .milestones import overdue_column


@admin.register(Problem)
class ProblemAdmin(ProjectColumns, RegisterAdmin):
    related = ("project__prefecture", "source")
    list_filter = (
        programme_filter("project__entries__programme"),
        "kind",
        "state",
        OverdueFilter,
        prefecture_filter("project__prefecture"),
        "basis",
    )
    search_fields = (*ProjectColumns.search_fields, "description", "solver", "note")
    search_help_text = _("Code or name of the project, words of the problem, who is to solve it")
    autocomplete_fields = ("project",)
    fields = (
        ("project", "kind"),
        "description",
        ("solver", "raised_on", "due"),
        ("state", "solved_on"),
        "note",
        ("basis", "source"),
    )

    description_column = words_column("description", _("description"), most=60)

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        overdue = overdue_column(get_today(request), done="solved_on")
        said = ("kind", "description_column", "state", "solver", "due", overdue, "raised_on")
        return ("project_code", "project_name", *said, "basis_column")


class ProblemInline(RegisterInline, admin.StackedInline):
    model = Problem
    classes = FOLDED
    related = ("source", "project")
    show_change_link = True
    verbose_name_plural = _("problems: what stands in the way")
    fields = (
        ("kind", "solver"),
        ("raised_on", "due"),
        ("state", "solved_on"),
        ("description", "note"),
        ("basis", "source"),
    )
