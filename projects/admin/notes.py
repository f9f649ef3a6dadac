"""The admin of notes. Author and day are the system's to write; what a note is about stays as it was."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.template.defaultfilters import truncatechars
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.choices import Measure
from projects.models import Note

from .authored import Authored
from .base import RegisterAdmin
from .display import dash, month_choices
from .filters import choice_filter
from .forms import RegisterForm
from .project_columns import prefecture_filter, programme_filter

SHOWN = 80  # characters of a note in the list
SUBJECT = ("programme", "month", "project", "report", "figure", "sector", "prefecture")


class NoteForm(RegisterForm):
    owner_field = "project"


@admin.register(Note)
class NoteAdmin(Authored, RegisterAdmin):
    form = NoteForm
    related = ("author", "programme", "project__prefecture", "report__entry__project", "sector", "prefecture")
    list_display = ("day", "period_column", "subject_column", "text_column", "author_column")
    list_display_links = ("day", "text_column")
    list_filter = (
        programme_filter("programme"),
        choice_filter("month", _("month"), month_choices()),
        choice_filter("figure", _("figure"), Measure.choices),
        prefecture_filter("project__prefecture"),
    )
    search_fields = ("text", "project__code", "project__name_zh", "project__name_en")
    search_help_text = _("Words of the note, code or name of the project")
    autocomplete_fields = ("project", "report")
    fields = (
        "text",
        ("programme", "month"),
        ("project", "report"),
        ("figure", "sector", "prefecture"),
        ("author_column", "day"),
    )
    readonly_fields = ("author_column", "day")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        found = super().get_readonly_fields(request, obj)
        return found if obj is None else (*SUBJECT, *found)

    @admin.display(description=_("period"), ordering="programme__year")
    def period_column(self, note: Any) -> str:
        return note.period

    @admin.display(description=_("about"))
    def subject_column(self, note: Any) -> str:
        if note.project_id:
            return f"{note.project.code} {note.project.name}"
        return note.get_figure_display() or dash()

    @admin.display(description=_("note"))
    def text_column(self, note: Model) -> str:
        return truncatechars(note.text, SHOWN)

    @admin.display(description=pgettext_lazy("note", "author"), ordering="author__username")
    def author_column(self, note: Model) -> str:
        return note.author.display_name
