"""Notice of the round beside money disbursed: reports that wait for review, and what the open round lacks."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.pages import formatting, links
from projects.pages.month_notice import MonthNotice, open_sentence
from projects.totals.scope import Scope
from projects.totals.totals import Pending, pending


@dataclass(frozen=True)
class RoundNotice:
    """Sentences, empty where there is nothing to say; `waiting_url` and `url` lead to what they speak of."""

    waiting: str
    waiting_url: str
    lacking: str
    label: str
    url: str


def round_notice(scope: Scope, month: MonthNotice | None) -> RoundNotice | None:
    """The notice for the whole of a question; None where nothing waits and no round is open. `month`: that of the page."""
    found = None if scope.access.public else pending(scope)  # the public is told of nothing that waits
    waiting, lacking = ("", "") if found is None else (_waiting(scope, found), _lacking(month))
    if not waiting and not lacking:
        return None
    return RoundNotice(
        waiting=waiting,
        waiting_url=_where_it_waits(scope) if waiting else "",
        lacking=lacking,
        label=_("See the rounds"),
        url=links.page("rounds", query=scope.of_year) if scope.programme else "",
    )


def due(month: MonthNotice | None, about: RoundNotice | None) -> str:
    """What a month that is looked forward to still lacks, and until when: as much of it as the reader may know."""
    if about and about.lacking:
        return about.lacking
    return open_sentence(month.status, month.reports) if month and month.status and month.reports else ""


def _where_it_waits(scope: Scope) -> str:
    may_review = scope.user.has_perm("projects.approve_monthlyreport")
    return links.page("review" if may_review else "rounds")


def _waiting(scope: Scope, found: Pending) -> str:
    if scope.end_month is None or not found.reports:
        return ""
    told = ngettext(
        "%(count)s submitted report with %(amount)s waits for review and is not counted here.",
        "%(count)s submitted reports with %(amount)s wait for review and are not counted here.",
        found.reports,
    )
    return told % {"count": found.reports, "amount": formatting.money_with_unit(found.amount, "table")}


def _lacking(month: MonthNotice | None) -> str:
    """What the open round lacks, of those that the reader sees, and until when: nobody is called late before that.

    Of one that has closed, that it has.
    """
    if month is None or month.reports is None or month.status is None or month.status.due is None:
        return ""
    reports = month.reports
    values = {
        "month": formatting.month_name(month.status.month.number),
        "approved": formatting.count(reports.approved),
        "asked": formatting.count(reports.asked),
        "waiting": formatting.count(reports.waiting),
        "missing": formatting.count(reports.missing_count),
        "due": month.status.due.isoformat(),
    }
    if month.status.is_closed:
        told = _(
            "Round of %(month)s, closed: %(approved)s of %(asked)s reports are approved, %(waiting)s wait for review, "
            "%(missing)s are outstanding; they were due %(due)s."
        )
        return told % values
    told = _(
        "Round of %(month)s: %(approved)s of %(asked)s reports are approved, %(waiting)s wait for review, "
        "%(missing)s are outstanding; due %(due)s."
    )
    return told % values
