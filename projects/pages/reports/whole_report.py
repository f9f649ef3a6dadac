"""A report as its page and its review show it: its fields next to those of its last submission, and its steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import Light, Measure, ReportAction, ReportState, Stage
from projects.models import MonthlyReport, ReportEvent
from projects.models.report import CONTENT
from projects.monitoring.running_totals import ReportStanding

from .. import formatting, links
from ..report_sheet.row_form import AMOUNTS, get_labels

OF_PARKS = "enterprises_attracted"


@dataclass(frozen=True)
class ReportLine:
    """A field at this submission and at the one before; empty where it said nothing.

    `computed` for what nobody typed, and `url` where it stands beside what it is computed from; `withheld` for what this
    reader may not see; `lights` where it is one.
    """

    label: str
    after: str
    before: str = ""
    computed: bool = False
    withheld: bool = False
    lights: tuple[Light | None, Light | None] | None = None  # before and after
    url: str = ""

    @property
    def changed(self) -> bool:
        return self.before != self.after if self.lights is None else self.lights[0] != self.lights[1]


@dataclass(frozen=True)
class WholeReport:
    """Every line of a report; `again` where there is a submission to compare it with."""

    lines: list[ReportLine]
    again: bool

    @property
    def changed(self) -> list[ReportLine]:
        return [line for line in self.lines if line.changed] if self.again else []


def build_whole_report(
    report: MonthlyReport,
    standing: ReportStanding,
    *,
    previous: Any = None,
    previously: ReportStanding | None = None,
    hidden: Iterable[str] = (),
) -> WholeReport:
    """Return the lines of a report in the order of its form, what is computed after the amount.

    `previous` is the history row of the submission before, `previously` what its amount would have come to.
    """
    lines, labels = [], get_labels(report.month)
    for name in _field_names(report, previous):
        before = "" if previous is None else get_field_text(previous, name)
        title = labels[name]
        if name in hidden:
            lines.append(ReportLine(title, "", withheld=bool(get_field_text(report, name))))
        else:
            lines.append(ReportLine(title, get_field_text(report, name), before))
        if name == "disbursed":
            lines += _computed_lines(report, standing, previously)
    return WholeReport(lines, previous is not None)


def _field_names(report: MonthlyReport, previous: Any) -> list[str]:
    """Return the fields of a form; what only some reports say is left out of those that say nothing of it."""
    rare = (OF_PARKS, "correction_reason")
    records = [record for record in (report, previous) if record is not None]
    given = {name for name in rare if any(get_field_text(record, name) for record in records)}
    return [name for name in (*CONTENT, "correction_reason") if name not in rare or name in given]


def _computed_lines(report: MonthlyReport, now: ReportStanding, then: ReportStanding | None) -> list[ReportLine]:
    url = _months_of_project(report) if report.state == ReportState.APPROVED else ""

    def line(title: str, write: Any) -> ReportLine:
        return ReportLine(title, write(now), write(then) if then else "", computed=True, url=url)

    return [
        line(
            _("Disbursed, %(months)s") % {"months": formatting.months(1, report.month)},
            lambda each: "" if each.year_to_date is None else formatting.exact_money(each.year_to_date),
        ),
        line(Measure.DISBURSED_OF_PLAN.header, lambda each: formatting.share(each.share)),
        line(_("Gap to the pro-rata plan, percentage points"), lambda each: formatting.points(each.gap)),
        ReportLine(_("Light"), "", computed=True, lights=(then.light if then else None, now.light)),
    ]


def _months_of_project(report: MonthlyReport) -> str:
    """Return where the year's months add up to this one, which counts."""
    query = [("programme", str(report.period.year)), ("through", str(report.period))]
    return f"{links.page('project', report.entry.project.code, query=query)}#reports"


def get_field_text(record: Any, name: str) -> str:
    """Return what a field of a report, or of a row of its history, says; empty where it says nothing."""
    value = getattr(record, name)
    if value is None or value == "":
        return ""
    if name in AMOUNTS:
        return formatting.exact_money(value)
    return formatting.sentence_case(str(Stage(value).label)) if name == "stage" else str(value)


@dataclass(frozen=True)
class ExchangeLine:
    """A step of a report, with what was submitted by it or said with it."""

    when: dt.datetime
    who: str
    what: str
    said: str
    comment: str


def get_submissions(report: MonthlyReport) -> list[Any]:
    """Return the history rows with which the report became submitted, oldest first; one query.

    A decision that was taken back submits nothing again.
    """
    submissions, submitted_at = [], None
    for row in report.history.order_by("history_id"):
        if row.state == ReportState.SUBMITTED and row.submitted_at != submitted_at:
            submissions.append(row)
            submitted_at = row.submitted_at
    return submissions


def build_exchange(report: MonthlyReport, submissions: Sequence[Any]) -> list[ExchangeLine]:
    """Return what was done with the report, the newest first; each submission with its number and its amount. One query.

    For readers with a grant only: the public is told of nobody.
    """
    numbers = {row.revision_id: (number, row) for number, row in enumerate(submissions, start=1)}
    events = ReportEvent.objects.filter(report=report).select_related("user")
    return [_exchange_line(event, report, numbers.get(event.revision_id)) for event in events]


def _exchange_line(event: ReportEvent, report: MonthlyReport, submission: tuple[int, Any] | None) -> ExchangeLine:
    what, said = str(event.get_action_display()), ""
    if event.action == ReportAction.SUBMIT and submission is not None:
        number, row = submission
        what = _("Submission %(number)s") % {"number": number}
        said = _("%(month)s: %(amount)s disbursed.") % {
            "month": formatting.month_name(report.month),
            "amount": f"{formatting.exact_money(row.disbursed)} {formatting.money_unit('table')}",
        }
    return ExchangeLine(event.at, event.user.display_name, what, said, event.comment)
