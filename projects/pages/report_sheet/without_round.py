"""Months without a round: there is no sheet, so what leads to one leads to the month's reports in the administration."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from projects.choices import ReportState
from projects.models import MonthlyReport
from projects.periods import Month

from .sheet_filter import PART


def reports_of_month(request: HttpRequest, month: str) -> str | None:
    """The address of the reports of a month such as 2023-07, of the state that is asked for; None where this reader has none
    there: a past month may be reported without a round, and what was returned of it is put right.
    """
    try:
        asked = Month.parse(month)
    except ValidationError:
        return None
    own = MonthlyReport.objects.visible_to(request.user).filter(entry__programme__year=asked.year, month=asked.number)
    if not request.user.is_staff or str(asked) != month or not own.exists():
        return None
    state = request.GET.get(PART, "")
    shown = {"state": state} if state in ReportState.values else {}
    query = urlencode({"programme": asked.year, "month": asked.number} | shown)
    return f"{reverse('admin:projects_monthlyreport_changelist')}?{query}"
