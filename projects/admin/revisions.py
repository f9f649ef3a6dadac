"""The admin of revisions: one line for each transaction that wrote, to be read only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import IntegerField, Model, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import Channel, Precision
from projects.models import Revision
from projects.periods import PartialDate

from .display import column, dash, moment_column
from .filters import SelectFilter, choice_filter
from .history import EVENTS
from .read_only import ReadOnlyAdmin

SHOWN = 50  # rows of each kind


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


@dataclass(frozen=True)
class Touched:
    """Records of one kind that a revision wrote: (event, name, address of the history or None)."""

    kind: str
    rows: list[tuple[Any, str, str | None]]
    more: bool


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    related = ("user",)
    list_display = ("number", "time_column", "known_on", "who", "door", "reason_column", "request_id")
    list_filter = (choice_filter("door", gettext_lazy("door"), Channel.choices), DayFilter)
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

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        revision = self.get_object(request, object_id)
        touched = [found for model in _touched_by(revision) if (found := self._touched(request, revision, model))]
        return super().change_view(request, object_id, form_url, {"touched": touched} | (extra_context or {}))

    def _touched(self, request: HttpRequest, revision: Any, model: type[Model]) -> Touched | None:
        record = model.instance_type
        record_admin = self.admin_site.get_model_admin(record) if self.admin_site.is_registered(record) else None
        if record_admin is None or not record_admin.has_view_permission(request):
            return None
        rows = list(model.objects.filter(revision_id=revision.pk).order_by("history_id")[: SHOWN + 1])
        if not rows:
            return None
        key = record._meta.pk.attname
        present = record_admin.get_queryset(request).filter(pk__in=[getattr(row, key) for row in rows])
        names = {each.pk: str(each) for each in present}
        shown = [_shown(row, getattr(row, key), names, record) for row in rows[:SHOWN]]
        return Touched(str(record._meta.verbose_name_plural), shown, len(rows) > SHOWN)


def _touched_by(revision: Any) -> list[type[Model]]:
    """The history models with rows of this revision; one question for all of them."""
    histories = [model for model in apps.get_app_config("projects").get_models() if hasattr(model, "instance_type")]
    rows = [
        model.objects.filter(revision_id=revision.pk)
        .order_by()
        .values_list(Value(place, output_field=IntegerField()), flat=True)
        for place, model in enumerate(histories)
    ]
    return [histories[place] for place in sorted(rows[0].union(*rows[1:]))]


def _shown(row: Any, key: Any, names: dict[Any, str], record: type[Model]) -> tuple[Any, str, str | None]:
    event = EVENTS[row.history_type]
    if key not in names:
        return event, _("%(kind)s %(key)s, deleted since") % {"kind": record._meta.verbose_name, "key": key}, None
    address = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_history", args=[key])
    return event, names[key], address
