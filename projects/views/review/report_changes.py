"""One report opened: what changed since it was last submitted, and what was done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import ReportState, Stage
from projects.models import MonthlyReport, ReportEvent
from projects.models.report import CONTENT
from projects.views import formatting
from projects.views.report_sheet.row_fields import AMOUNTS, label


@dataclass(frozen=True)
class ReportChange:
    """A field at the last submission and at this one; empty where it said nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Opened:
    """`changes` are of all fields that were filled in when there was no submission before (`submission` is 1)."""

    report: MonthlyReport
    submission: int
    changes: list[ReportChange]
    events: list[ReportEvent]

    @property
    def title(self) -> str:
        if self.submission == 1:
            return _("submitted for the first time")
        return _("submission %(number)s, after it was returned or withdrawn") % {"number": self.submission}


def opened(report: MonthlyReport) -> Opened:
    """Three queries, whatever the number of fields."""
    submissions = _submissions(report)
    previous = submissions[-2] if len(submissions) > 1 else None
    events = list(report.events.select_related("user"))
    return Opened(report, max(len(submissions), 1), _changes(previous, report), events)


def _submissions(report: MonthlyReport) -> list[Any]:
    """The history rows with which the report became submitted, oldest first."""
    found, state = [], ""
    for row in report.history.order_by("history_id"):
        if row.state == ReportState.SUBMITTED and state != ReportState.SUBMITTED:
            found.append(row)
        state = row.state
    return found


def _changes(previous: Any, report: MonthlyReport) -> list[ReportChange]:
    changes = []
    for name in (*CONTENT, "correction_reason"):
        before = _text(previous, name) if previous is not None else ""
        after = _text(report, name)
        if before != after:
            changes.append(ReportChange(label(name, month=report.month), before, after))
    return changes


def _text(record: Any, name: str) -> str:
    value = getattr(record, name)
    if value is None or value == "":
        return ""
    if name in AMOUNTS:
        return formatting.exact_money(value)
    return formatting.sentence_case(str(Stage(value).label)) if name == "stage" else str(value)
