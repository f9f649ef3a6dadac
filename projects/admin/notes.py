"""The admin of notes. Author and day are the system's to write; what a note is about stays as it was."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.models import Note

from .base import Authored, RegisterAdmin
from .display import column, dash, person_column, words_column
from .filters import prefecture_filter, programme_filter

SUBJECT = ("programme", "month", "project", "report", "figure", "sector", "prefecture")


@admin.register(Note)
class NoteAdmin(Authored, RegisterAdmin):
    related = ("author", "programme", "project__prefecture", "report__entry__project", "sector", "prefecture")
    list_display = ("day", "period_column", "subject_column", "text_column", "author_column")
    list_display_links = ("day", "text_column")
    list_filter = (
        programme_filter("programme"),
        "month",
        "figure",
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
    period_column = column(_("period"), attrgetter("period"), order="programme__year")
    text_column = words_column("text", _("note"))
    author_column = person_column("author", pgettext_lazy("note", "author"))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        found = super().get_readonly_fields(request, obj)
        return found if obj is None else (*SUBJECT, *found)

    @admin.display(description=_("about"))
    def subject_column(self, note: Any) -> str:
        if note.project_id:
            return f"{note.project.code} {note.project.name}"
        return note.get_figure_display() or dash()
