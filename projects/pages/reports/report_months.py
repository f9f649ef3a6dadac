"""The months of a report's year, for the chart beside it, and the reports before and after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.choices import Basis, ReportState
from projects.models import MonthlyReport

from .. import formatting, links


@dataclass(frozen=True)
class MonthOfReport:
    """What the report of a month says; `is_asked` for the one that the page is about."""

    month: int
    amount: int | None
    is_asked: bool
    is_approved: bool
    illustrative: bool
    url: str


@dataclass(frozen=True)
class MonthsOfReport:
    """The months that were reported, and what the one in question says against the one before, in a sentence."""

    months: list[MonthOfReport]
    year: int
    project: str
    finding: str


def reported_months(report: MonthlyReport, year: Sequence[MonthlyReport]) -> MonthsOfReport:
    """`year` are the reports of the entry that the reader may see, in order."""
    months = [
        MonthOfReport(
            month=each.month,
            amount=each.disbursed,
            is_asked=each.pk == report.pk,
            is_approved=each.state == ReportState.APPROVED,
            illustrative=each.basis == Basis.ILLUSTRATIVE,
            url=_address(each),
        )
        for each in year
    ]
    return MonthsOfReport(months, report.entry.programme.year, report.entry.project.name, _finding(report, year))


def neighbours(report: MonthlyReport, year: Sequence[MonthlyReport]) -> tuple[str, str]:
    """The addresses of the reports of the months before and after, of those that there are; empty at the ends."""
    earlier = [each for each in year if each.month < report.month]
    later = [each for each in year if each.month > report.month]
    return (_address(earlier[-1]) if earlier else "", _address(later[0]) if later else "")


def _address(report: MonthlyReport) -> str:
    return links.report(report.entry.project.code, str(report.period))


def _finding(report: MonthlyReport, year: Sequence[MonthlyReport]) -> str:
    """How the month compares with the one before."""
    last = next((each.disbursed for each in year if each.month == report.month - 1), None)
    this = {"month": formatting.month_name(report.month)}
    if report.disbursed is None:
        return _("%(month)s has no amount yet") % this
    if last is None:
        return _("%(month)s: %(amount)s; the month before has no report") % (
            this | {"amount": formatting.money_with_unit(report.disbursed, "table")}
        )
    change = report.disbursed - last
    values = this | {
        "before": formatting.month_name(report.month - 1),
        "amount": formatting.with_unit(formatting.exact_money(abs(change)), "table"),
    }
    if not change:
        return _("%(month)s is the same as %(before)s") % values
    more, less = _("%(month)s: %(amount)s more than %(before)s"), _("%(month)s: %(amount)s less than %(before)s")
    return (more if change > 0 else less) % values
