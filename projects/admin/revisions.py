"""The admin of revisions: one line for each transaction that wrote, to be read only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import Precision
from projects.models import Revision
from projects.periods import PartialDate

from .base import ReadOnlyAdmin
from .display import column, dash, moment_column
from .filters import SelectFilter


class DayFilter(SelectFilter):
    """Revisions of one day, in the site's time zone."""

    title = gettext_lazy("day")
    parameter_name = "day"
    template = "admin/day_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return []

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        yield {"value": self.value() or "", "display": "", "selected": True}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.chosen:
            return queryset
        try:
            day = PartialDate.parse(self.chosen[-1])
        except ValidationError:
            day = None
        if day is None or day.precision != Precision.DAY:
            raise ValidationError(
                _("“%(value)s” is not a day. Type it as 2023-06-30."), params={"value": self.chosen[-1]}
            )
        first = timezone.make_aware(dt.datetime.combine(day.first, dt.time.min))
        next_day = first + dt.timedelta(days=1)
        return queryset.filter(created_at__gte=first, created_at__lt=next_day)


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    related = ("user",)
    list_display = ("number", "time_column", "known_on", "who", "door", "reason_column", "request_id")
    list_filter = ("door", DayFilter)
    search_fields = ("username", "user__first_name", "user__last_name", "reason", "request_id", "number__exact")
    search_help_text = gettext_lazy("User, reason or revision number")
    fields = (
        *("number", "time_column", "known_on", "who", "door", "reason_column", "request_id"),
        *("previous_digest", "digest"),
    )
    readonly_fields = fields
    time_column = moment_column("created_at", gettext_lazy("time"))
    reason_column = column(gettext_lazy("reason"), attrgetter("reason_in_words"), order="reason")

    @admin.display(description=gettext_lazy("user"), ordering="username")
    def who(self, revision: Any) -> str:
        name = revision.user.display_name if revision.user else ""
        if not revision.username:
            return dash(gettext_lazy("no user: a command or program code"))
        return revision.username if name in ("", revision.username) else f"{name} ({revision.username})"

    def view_on_site(self, revision: Revision) -> str:
        """Return the page of what it wrote, with the values before and after."""
        return reverse("revision", args=[revision.number])
