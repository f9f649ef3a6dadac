"""Submissions of a report: what it said each time that it was handed in, and what was done with it in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import ReportAction, ReportState
from projects.models import MonthlyReport, ReportEvent

from .. import formatting


@dataclass(frozen=True)
class ExchangeLine:
    """A step of a report, with what was handed in by it or said with it."""

    when: dt.datetime
    who: str
    what: str
    said: str
    comment: str


def submissions_of(report: MonthlyReport) -> list[Any]:
    """The history rows with which the report became submitted, oldest first; not again by a decision that was taken back.

    One query.
    """
    found, submitted_at = [], None
    for row in report.history.order_by("history_id"):
        if row.state == ReportState.SUBMITTED and row.submitted_at != submitted_at:
            found.append(row)
            submitted_at = row.submitted_at
    return found


def exchange_of(report: MonthlyReport, submissions: Sequence[Any]) -> list[ExchangeLine]:
    """What was done with the report, the newest first; each handing in with its number and its amount. One query.

    For readers with a grant only: the public is told of nobody.
    """
    numbers = {row.revision_id: (number, row) for number, row in enumerate(submissions, start=1)}
    events = ReportEvent.objects.filter(report=report).select_related("user")
    return [_line(event, report, numbers.get(event.revision_id)) for event in events]


def _line(event: ReportEvent, report: MonthlyReport, submission: tuple[int, Any] | None) -> ExchangeLine:
    what, said = str(event.get_action_display()), ""
    if event.action == ReportAction.SUBMIT and submission is not None:
        number, row = submission
        what = _("Submission %(number)s") % {"number": number}
        said = _("%(month)s: %(amount)s disbursed.") % {
            "month": formatting.month_name(report.month),
            "amount": f"{formatting.exact_money(row.disbursed)} {formatting.money_unit('table')}",
        }
    return ExchangeLine(event.at, event.user.display_name, what, said, event.comment)
