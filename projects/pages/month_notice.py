"""Month notice over every page with totals: open or with gaps, how many reports of it are approved, until when."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.totals.coverage import MonthReports, reports_of
from projects.totals.months import MonthStatus
from projects.totals.scope import Scope

from . import formatting, links


@dataclass(frozen=True)
class MonthNotice:
    """A sentence with a link to the other month. `is_shown`: it is about the month that the page shows.

    `status` and `reports` are of the open month that it speaks of, if there is one.
    """

    text: str
    label: str = ""
    url: str = ""
    is_shown: bool = True
    status: MonthStatus | None = None
    reports: MonthReports | None = None


def month_notice(request: HttpRequest, scope: Scope) -> MonthNotice | None:
    """The notice of a page; None where the month that it shows is whole and none is open after it."""
    gaps = gaps_sentence(scope, scope.months.by_number.get(scope.last_month))
    status = scope.open_month or scope.months.open
    if status is None:
        return MonthNotice(gaps) if gaps else None
    reports = reports_of(scope, status)
    if scope.open_month is None:
        url = links.same_page(request, without=("month",), through=str(status.month))
        label = _("Look at %(month)s") % {"month": formatting.month_name(status.month.number)}
        text = formatting.sentences([gaps, open_sentence(scope, status, in_brief=True)])
        return MonthNotice(text, label, url, False, status, reports)
    before = scope.months.default
    label = _("Show %(months)s") % {"months": formatting.months(1, before)} if before else ""
    url = links.same_page(request, without=("month", "through")) if before else ""
    unmoved = _("A month not reported counts neither as done nor as due.")
    return MonthNotice(formatting.sentences([open_sentence(scope, status), unmoved]), label, url, True, status, reports)


def _of_open(scope: Scope, status: MonthStatus) -> dict[str, str]:
    reports = reports_of(scope, status)
    return {
        "approved": formatting.count(reports.approved),
        "asked": formatting.count(reports.asked),
        "month": formatting.month_name(status.month.number),
    }


def find_unfilled(scope: Scope, status: MonthStatus) -> list[MonthStatus]:
    """Return the months up to one whose rounds have closed with too few reports for them, or one before them, to count."""
    return [each for each in scope.months.incomplete if each.is_closed and each.month.number <= status.month.number]


def open_sentence(scope: Scope, status: MonthStatus, *, in_brief: bool = False) -> str:
    """'July is open: 6 of 30 reports are approved, due 2023-08-10.', after the closed months that have gaps, if any."""
    values, unfilled = _of_open(scope, status), find_unfilled(scope, status)
    if unfilled == [status]:
        told = _("%(month)s has closed with %(approved)s of %(asked)s reports approved, too few to count.")
        return told % values
    found = []
    if unfilled:
        each_month = [_("%(month)s %(approved)s/%(asked)s") % _of_open(scope, each) for each in unfilled]
        told = _("Closed, but not reported in full: %(months)s; no month counts from the first of these on.")
        found.append(told % {"months": formatting.listing(each_month)})
    if not status.is_closed:
        told = _("%(month)s is open: %(approved)s of %(asked)s reports are approved.")
        if in_brief:  # the bar has one line; the rest is said where the month is looked at
            told = _("%(month)s: %(approved)s/%(asked)s approved")
        elif status.due:
            values["due"] = status.due.isoformat()
            told = _("%(month)s is open: %(approved)s of %(asked)s reports are approved, due %(due)s.")
        found.append(told % values)
    return formatting.sentences(found)


def gaps_sentence(scope: Scope, status: MonthStatus | None) -> str:
    """That a month counts although some of its reports are missing; empty where none is."""
    if status is None or not status.counts or not status.missing_count:
        return ""
    values = _of_open(scope, status)
    return (
        _(
            "%(month)s has closed with %(approved)s of %(asked)s reports approved; what is missing is not counted as zero."
        )
        % values
    )


def approved_of_asked(scope: Scope) -> str:
    """Return ' (July 6/30)', behind the months of an open one wherever these are named, after the closed months before it
    that have too few reports; empty for any other.
    """
    status = scope.open_month
    if status is None:
        return ""
    months = [each for each in find_unfilled(scope, status) if each != status]
    told = [_("%(month)s %(approved)s/%(asked)s") % _of_open(scope, each) for each in (*months, status)]
    return _(" (%(months)s)") % {"months": formatting.listing(told)}


def no_month_sentence(scope: Scope) -> str:
    """Return why no month counts: none is reported in full, or the first is not, whatever came later."""
    if (status := scope.months.first_gap) is None:
        return _("No month is reported in full yet")
    values = _of_open(scope, status)
    return _("%(month)s is not reported in full (%(approved)s/%(asked)s), so that no month counts yet") % values
