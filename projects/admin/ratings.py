"""The admin of ratings: a reviewer's own word beside the computed light. Author and day are the system's to write."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.models import Rating

from .base import Authored, RegisterAdmin
from .display import column, light_mark, moment_column, person_column, words_column
from .filters import EntryColumns, prefecture_filter, programme_filter


@admin.register(Rating)
class RatingAdmin(Authored, EntryColumns, RegisterAdmin):
    related = ("entry__project__prefecture", "entry__programme", "author")
    list_display = (
        "project_code",
        "project_name",
        "period_column",
        "light_column",
        "words_column",
        "author_column",
        "rated_on",
    )
    list_filter = (
        programme_filter("entry__programme"),
        "month",
        "light",
        prefecture_filter("entry__project__prefecture"),
    )
    search_fields = (*EntryColumns.search_fields, "words")
    autocomplete_fields = ("entry",)
    fields = (("entry", "month"), "light", "words", ("author_column", "rated_on", "time_column"))
    readonly_fields = ("author_column", "rated_on", "time_column")
    period_column = column(
        _("month"), lambda rating: f"{rating.entry.programme.year:04}-{rating.month:02}", order="month"
    )
    light_column = column(_("rating"), lambda rating: light_mark(rating.light), order="light")
    words_column = words_column("words", _("in words"))
    author_column = person_column("author", _("author"))
    time_column = moment_column("rated_at", _("time"))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse to change what another has said under that person's name; another judgement is another record."""
        if obj is not None and obj.author_id != request.user.pk:
            return False
        return super().has_change_permission(request, obj)
