"""Filter of the review: which month of which programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.models import MonthlyReport, Programme
from projects.pages.report_sheet.sheet_filter import get_newest_open_month
from projects.periods import Month
from projects.totals.programmes import programmes_read


@dataclass(frozen=True)
class ReviewQuestion:
    """`waiting` counts the submitted reports of each month that has some, the oldest first."""

    programme: Programme | None
    month: Month | None
    waiting: dict[Month, int]

    @classmethod
    def of(cls, request: HttpRequest) -> ReviewQuestion:
        """The month asked for, the oldest in which something waits, or that of the newest open round.

        Raises `ValidationError` for a month that is none, or of a year without a programme.
        """
        waiting = waiting_by_month(request.user)
        month = _asked(request) or next(iter(waiting), None) or get_newest_open_month(request.user)
        programme = None
        if month is not None:
            programme = next((each for each in programmes_read(request) if each.year == month.year), None)
            if programme is None:
                raise ValidationError({"month": _("There is no programme of %(year)s.") % {"year": month.year}})
        return cls(programme, month, waiting)


def waiting_by_month(user: Any) -> dict[Month, int]:
    submitted = MonthlyReport.objects.visible_to(user).submitted().order_by("entry__programme__year", "month")
    rows = submitted.values_list("entry__programme__year", "month").annotate(Count("pk"))
    return {Month(year, month): number for year, month, number in rows}


def _asked(request: HttpRequest) -> Month | None:
    text = request.GET.get("month")
    try:
        return Month.parse(text) if text else None
    except ValidationError as error:
        raise ValidationError({"month": error.messages}) from error
