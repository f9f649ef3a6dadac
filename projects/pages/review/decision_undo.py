"""Undo of a decision: what a reviewer decided last, offered to be taken back on the review's pages, with what that does.

The decision is in the register from the moment of the key, so nothing is lost with a browser that closes; to take it back is
a step of its own (`workflows/reporting.py`). It is read from the events, so that it is offered in any window. The form names
the decision by the version of each report that it left, so that an old page takes back no later one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import ReportAction
from projects.models import MonthlyReport
from projects.monitoring.review import retracting_effect
from projects.pages import formatting
from projects.totals.scope import Scope
from projects.workflows import reporting

from .review_acts import chosen_as


@dataclass(frozen=True)
class Decision:
    """What was decided, what the form sends of its reports, what taking it back does, and the comment that goes with it."""

    told: str
    chosen_as: list[str]
    effect: str
    comment: str


def newest_decision(request: HttpRequest, scope: Scope) -> Decision | None:
    """One query; of an approval those of the effect too."""
    events = reporting.newest_decision(request.user)
    if not events:
        return None
    action, keys = events[0].action, [each.report_id for each in events]
    report = events[0].report
    names = formatting.listing(each.report.entry.project.name for each in events[:3])
    told = _("Approved: %(projects)s") if action == ReportAction.APPROVE else _("Returned: %(projects)s")
    if len(events) > 3:
        names = _("%(names)s and %(count)s more") % {"names": names, "count": formatting.count(len(events) - 3)}
    effect = _effect(scope, keys, report) if action == ReportAction.APPROVE else ""
    return Decision(told % {"projects": names}, [chosen_as(each.report) for each in events], effect, events[0].comment)


def _effect(scope: Scope, keys: list[int], report: MonthlyReport) -> Any:
    if scope.programme is None or scope.programme.pk != report.entry.programme_id:
        return ""
    now, then = retracting_effect(scope, keys, report.month)
    return _("The total of %(months)s goes from %(now)s to %(then)s %(unit)s.") % {
        "months": formatting.months(1, report.month),
        "now": formatting.money(now),
        "then": formatting.money(then),
        "unit": formatting.money_unit(),
    }
