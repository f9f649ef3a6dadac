"""What stands beside the total of money disbursed: reports that wait for review, and what the open round lacks."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.models import Round
from projects.monitoring.report_counts import arrivals
from projects.totals.scope import Scope
from projects.totals.totals import pending
from projects.views import formatting, links


@dataclass(frozen=True)
class RoundNotice:
    """Sentences, empty where there is nothing to say; `waiting_url` and `url` lead to what they speak of."""

    waiting: str
    waiting_url: str
    lacking: str
    label: str
    url: str


def round_notice(scope: Scope) -> RoundNotice | None:
    """The notice for the whole of a question; None where nothing waits and no round is open."""
    waiting, lacking = _waiting(scope), _lacking(scope)
    if not waiting and not lacking:
        return None
    return RoundNotice(
        waiting=waiting,
        waiting_url=reverse("review")
        if scope.user.has_perm("projects.approve_monthlyreport")
        else links.page("rounds"),
        lacking=lacking,
        label=_("See the rounds"),
        url=links.page("rounds", query=[("programme", str(scope.programme.year))]) if scope.programme else "",
    )


def _waiting(scope: Scope) -> str:
    if scope.access.public or scope.through is None:
        return ""
    found = pending(scope)
    if not found.reports:
        return ""
    told = ngettext(
        "%(count)s submitted report with %(amount)s waits for review and is not counted here.",
        "%(count)s submitted reports with %(amount)s wait for review and are not counted here.",
        found.reports,
    )
    return told % {"count": found.reports, "amount": formatting.money_with_unit(found.amount, "table")}


def _lacking(scope: Scope) -> str:
    """What the open round lacks, of those that the reader sees, and until when: nobody is called late before that."""
    status = scope.open_month or scope.months.open
    if status is None or scope.as_of is not None:
        return ""
    round_ = Round.objects.filter(programme=scope.programme, month=status.month.number).first()
    if round_ is None:
        return ""
    counted = arrivals([round_], user=scope.user)[round_.pk]
    values = {
        "month": formatting.month_name(status.month.number),
        "approved": formatting.count(counted.approved),
        "asked": formatting.count(counted.asked),
        "waiting": formatting.count(counted.arrived - counted.approved),
        "missing": formatting.count(counted.missing),
        "due": round_.due.isoformat(),
    }
    return (
        _(
            "Round of %(month)s: %(approved)s of %(asked)s reports are approved, %(waiting)s wait for"
            " review, %(missing)s are not in; due %(due)s."
        )
        % values
    )
