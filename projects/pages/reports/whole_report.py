"""Fields of a report: all that it says and what is computed of it, beside what its last submission said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import Light, ReportState, Stage
from projects.models import MonthlyReport
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


def whole_report(
    report: MonthlyReport,
    standing: ReportStanding,
    *,
    previous: Any = None,
    previously: ReportStanding | None = None,
    hidden: Iterable[str] = (),
) -> WholeReport:
    """The lines of a report in the order of its form, what is computed after the amount.

    `previous` is the history row of the submission before, `previously` what its amount would have come to.
    """
    lines, labels = [], get_labels(report.month)
    for name in _asked_of(report, previous):
        before = "" if previous is None else text_of(previous, name)
        title = labels[name]
        if name in hidden:
            lines.append(ReportLine(title, "", withheld=bool(text_of(report, name))))
        else:
            lines.append(ReportLine(title, text_of(report, name), before))
        if name == "disbursed":
            lines += _computed(report, standing, previously)
    return WholeReport(lines, previous is not None)


def _asked_of(report: MonthlyReport, previous: Any) -> list[str]:
    """The fields of a form; what only some reports say is left out of those that say nothing of it."""
    rare = (OF_PARKS, "correction_reason")
    said = [name for name in rare if text_of(report, name) or (previous is not None and text_of(previous, name))]
    return [name for name in (*CONTENT, "correction_reason") if name not in rare or name in said]


def _computed(report: MonthlyReport, now: ReportStanding, then: ReportStanding | None) -> list[ReportLine]:
    url = _months_of_project(report) if report.state == ReportState.APPROVED else ""

    def line(title: str, write: Any) -> ReportLine:
        return ReportLine(title, write(now), write(then) if then else "", computed=True, url=url)

    return [
        line(
            _("Disbursed, %(months)s") % {"months": formatting.months(1, report.month)},
            lambda each: "" if each.year_to_date is None else formatting.exact_money(each.year_to_date),
        ),
        line(_("% of plan"), lambda each: formatting.share(each.share)),
        line(_("Gap to the pro-rata plan, percentage points"), lambda each: formatting.points(each.gap)),
        ReportLine(_("Light"), "", computed=True, lights=(then.light if then else None, now.light)),
    ]


def _months_of_project(report: MonthlyReport) -> str:
    """Where the year's months add up to this one, which counts."""
    query = [("programme", str(report.period.year)), ("through", str(report.period))]
    return f"{links.page('project', report.entry.project.code, query=query)}#reports"


def text_of(record: Any, name: str) -> str:
    """What a field of a report, or of a row of its history, says; empty where it says nothing."""
    value = getattr(record, name)
    if value is None or value == "":
        return ""
    if name in AMOUNTS:
        return formatting.exact_money(value)
    return formatting.sentence_case(str(Stage(value).label)) if name == "stage" else str(value)
