"""Which entries of a month are in a part of its reports: outstanding, returned, waiting for review, approved."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from projects.choices import ReportPart, ReportState
from projects.models import MonthlyReport

_STATES = {
    ReportPart.RETURNED: ReportState.RETURNED,
    ReportPart.SUBMITTED: ReportState.SUBMITTED,
    ReportPart.APPROVED: ReportState.APPROVED,
}


def in_part(entries: QuerySet, part: ReportPart, *, month: int) -> QuerySet:
    """Those of these entries, which are asked for a report of a month (1 to 12)."""
    reports = MonthlyReport.objects.filter(entry=OuterRef("pk"), month=month)
    if part in _STATES:
        return entries.filter(Exists(reports.filter(state=_STATES[part])))
    outstanding = entries.filter(~Exists(reports.arrived()))
    if part == ReportPart.OUTSTANDING:
        return outstanding
    return outstanding.filter(~Exists(reports.filter(state=ReportState.RETURNED)))
