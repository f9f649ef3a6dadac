"""Effect of approving one report: how many of its month are approved then, and what the programme's total becomes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from projects.choices import Measure
from projects.models import MonthlyReport
from projects.models.entry import was_on_list
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns


@dataclass(frozen=True)
class ApprovalEffect:
    """Before and after; `done` is CNY from January to the report's month.

    `goes_to` is the month to which pages go by themselves once it is approved, `shown` that to which they go now.
    """

    approved: int
    approved_then: int
    asked: int
    done: int
    done_then: int
    shown: int
    goes_to: int


def approval_effect(scope: Scope, report: MonthlyReport) -> ApprovalEffect:
    """What approving a report changes in the programme of the scope, of which the reader sees all."""
    status, entry = scope.months.by_number[report.month], report.entry
    then = status
    if entry.is_asked and was_on_list(entry.joined, entry.left, status.month):
        plan = status.planned_approved + (entry.planned_disbursement or 0)
        then = replace(status, approved=status.approved + 1, planned_approved=plan)
    done, shown = done_through(scope, report.month), scope.months.default
    return ApprovalEffect(
        approved=status.approved,
        approved_then=then.approved,
        asked=status.asked,
        done=done,
        done_then=done + (report.disbursed or 0),
        shown=shown,
        goes_to=max(shown, report.month) if then.counts else shown,
    )


def reopening_effect(scope: Scope, report: MonthlyReport) -> tuple[int, int]:
    """What the programme comes to from January to the report's month with it and, once it is reopened, without it, CNY."""
    done = done_through(scope, report.month)
    return done, done - (report.disbursed or 0)


def retracting_effect(scope: Scope, keys: Iterable[int], month: int) -> tuple[int, int]:
    """The same once the approvals of these reports of a month are taken back, CNY."""
    done = done_through(scope, month)
    return done, done - MonthlyReport.objects.approved().filter(pk__in=keys).added_up()


def done_through(scope: Scope, month: int) -> int:
    """CNY that approved reports of the programme come to from January to a month."""
    through = Scope(user=scope.user, programme=scope.programme, first_month=1, last_month=month)
    answer = breakdowns(through, None, compared=False, figures=(Measure.DISBURSED.value,))[None]
    return answer.whole.figures[Measure.DISBURSED].value or 0
