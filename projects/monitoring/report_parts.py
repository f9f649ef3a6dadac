"""Parts of a month's reports as conditions on entries: outstanding, returned, waiting for review, approved."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from projects.access import access_of
from projects.choices import ReportPart, ReportState
from projects.models import MonthlyReport

_STATES = {
    ReportPart.RETURNED: ReportState.RETURNED,
    ReportPart.SUBMITTED: ReportState.SUBMITTED,
    ReportPart.APPROVED: ReportState.APPROVED,
}


def in_part(entries: QuerySet, part: ReportPart, *, month: int, user: Any) -> QuerySet:
    """Those of these entries, which are asked for a report of a month (1 to 12). Of reports that were returned the public is
    told nothing: to it they are outstanding as any other.
    """
    is_public = access_of(user).public
    if is_public and part == ReportPart.RETURNED:
        return entries.none()
    reports = MonthlyReport.objects.filter(entry=OuterRef("pk"), month=month)
    if part in _STATES:
        return entries.filter(Exists(reports.filter(state=_STATES[part])))
    outstanding = entries.filter(~Exists(reports.received()))
    if part == ReportPart.OUTSTANDING or is_public:
        return outstanding
    return outstanding.filter(~Exists(reports.filter(state=ReportState.RETURNED)))
