"""Kinds of task: what waits for one person, in the order in which a list of tasks has them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class TaskKind(TextChoices):
    """What waits. A bureau is told of its own projects, the province of all of them."""

    RETURNED_REPORTS = "returned-reports", pgettext_lazy("task", "reports returned")
    REPORTS_TO_REVIEW = "reports-to-review", pgettext_lazy("task", "reports waiting for review")
    OVERDUE_REPORTS = "overdue-reports", pgettext_lazy("task", "reports overdue")
    DUE_REPORTS = "due-reports", pgettext_lazy("task", "reports due")
    OVERDUE_MILESTONES = "overdue-milestones", pgettext_lazy("task", "milestones overdue")
    OVERDUE_PROBLEMS = "overdue-problems", pgettext_lazy("task", "problems overdue")
    OUTSTANDING_REPORTS = "outstanding-reports", pgettext_lazy("task", "reports outstanding")
    PROPOSALS_TO_DECIDE = "proposals-to-decide", pgettext_lazy("task", "proposals waiting for a decision")
    ANSWERED_PROPOSALS = "answered-proposals", pgettext_lazy("task", "proposals answered")
    MILESTONES_DUE_SOON = "milestones-due-soon", pgettext_lazy("task", "milestones due soon")
    PROBLEMS_DUE_SOON = "problems-due-soon", pgettext_lazy("task", "problems due soon")

    @property
    def waits(self) -> bool:
        """Whether it waits for the reader; otherwise the reader waits for others."""
        return self != TaskKind.OUTSTANDING_REPORTS


OF_A_BUREAU = (
    TaskKind.RETURNED_REPORTS,
    TaskKind.OVERDUE_REPORTS,
    TaskKind.DUE_REPORTS,
    TaskKind.OVERDUE_MILESTONES,
    TaskKind.OVERDUE_PROBLEMS,
    TaskKind.ANSWERED_PROPOSALS,
    TaskKind.MILESTONES_DUE_SOON,
    TaskKind.PROBLEMS_DUE_SOON,
)
OF_THE_PROVINCE = (
    TaskKind.REPORTS_TO_REVIEW,
    TaskKind.OVERDUE_MILESTONES,
    TaskKind.OVERDUE_PROBLEMS,
    TaskKind.OUTSTANDING_REPORTS,
    TaskKind.PROPOSALS_TO_DECIDE,
)
