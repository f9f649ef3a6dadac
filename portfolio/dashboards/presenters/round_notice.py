"""What stands beside the total of money disbursed: reports that wait for review, and a last month that is not complete."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns, pending
from projects.views import formatting, links


@dataclass(frozen=True)
class RoundNotice:
    """Sentences, empty where there is nothing to say; `waiting_url` and `before_url` lead to what they speak of."""

    waiting: str
    waiting_url: str
    incomplete: str
    before: str
    before_url: str


def round_notice(scope: Scope) -> RoundNotice | None:
    """The notice for the whole of a question; None before the first report."""
    if scope.through is None:
        return None
    waiting = _waiting(scope)
    incomplete = _incomplete(scope)
    if not waiting and not incomplete:
        return None
    earlier = replace(scope, last_month=scope.last_month - 1)
    has_earlier = bool(incomplete) and not scope.is_single_month and earlier.last_month >= 1
    span = formatting.months(1, earlier.last_month) if has_earlier else ""
    return RoundNotice(
        waiting=waiting,
        waiting_url=reverse("review")
        if scope.user.has_perm("projects.approve_monthlyreport")
        else links.page("rounds"),
        incomplete=incomplete,
        before=_("Show %(months)s") % {"months": span} if has_earlier else "",
        before_url=f"?through={earlier.through}" if has_earlier else "",
    )


def _waiting(scope: Scope) -> str:
    if scope.access.public:
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


def _incomplete(scope: Scope) -> str:
    """Whether reports of the last month are still to come: then the even pace is ahead of what could be counted."""
    approved = breakdowns(scope, None, compared=False, figures=(Measure.REPORTS_APPROVED,))
    figure = approved[None].whole.figures[Measure.REPORTS_APPROVED]
    if figure.value is None or figure.value >= figure.of:
        return ""
    values = {"month": formatting.month_name(scope.last_month), "approved": figure.value, "of": figure.of}
    told = _(
        "%(month)s is not complete: %(approved)s of %(of)s reports are approved; the even pace takes the whole month."
    )
    return told % values
