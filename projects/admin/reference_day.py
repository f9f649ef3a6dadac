"""Reference day: what counts as today for a list of milestones or problems, a programme's and never the server's clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.totals.programmes import current_of, programmes_of

from .filters import YesNoFilter


def today_of(request: HttpRequest) -> dt.date:
    """The day of the programme that the list is filtered by, else of the current one; asked for once."""
    if not hasattr(request, "register_today"):
        programmes = programmes_of(request.user)
        chosen = request.GET.get("programme")
        found = next((each for each in programmes if str(each) == chosen), None) or current_of(programmes)
        request.register_today = found.today if found else timezone.localdate()
    return request.register_today


class OverdueFilter(YesNoFilter):
    """Rows whose day has passed without the thing being done; the model's `overdue` says which."""

    title = _("overdue")
    parameter_name = "overdue"

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(request, *args)
        self.today = today_of(request)
        self.title = _("overdue on %(day)s") % {"day": self.today.isoformat()}

    def narrowed(self, queryset: QuerySet) -> QuerySet:
        overdue = queryset.model.objects.overdue(self.today).values("pk")
        return queryset.filter(pk__in=overdue) if self.chosen[-1] == "1" else queryset.exclude(pk__in=overdue)
