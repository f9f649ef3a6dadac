"""Report event: a transition of a report, by whom, when and with which words. Written once, never changed."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.choices import ReportAction, ReportState

from .base import person_field
from .report import MonthlyReport
from .revision import Revision
from .transition_event import TransitionEvent

# What is decided by a single key is decided by mistake too. Later, when others have seen it, it is reopened, with a comment.
TAKEN_BACK_WITHIN = dt.timedelta(minutes=10)
RETURN_NEEDS_COMMENT = _("Returning or reopening a report needs a comment.")


class ReportEvent(TransitionEvent):
    """One transition of a report. Append-only: the database refuses changes, this class deletions."""

    prefecture_path = "report__entry__project__prefecture_id"
    subject_field = "report"

    report = models.ForeignKey(
        MonthlyReport, verbose_name=_("monthly report"), on_delete=models.PROTECT, related_name="events"
    )
    action = models.CharField(_("action"), max_length=8, choices=ReportAction.choices)
    before = models.CharField(_("state before"), max_length=9, choices=ReportState.choices)
    after = models.CharField(_("state after"), max_length=9, choices=ReportState.choices)
    comment = models.TextField(_("comment"), blank=True)
    user = person_field(_("user"), related_name="report_events", null=False)
    at = models.DateTimeField(_("time"))
    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="report_events"
    )

    class Meta(TransitionEvent.Meta):
        verbose_name = _("report event")
        verbose_name_plural = _("report events")
        constraints = [
            models.CheckConstraint(
                name="report_event_return_has_a_comment",
                condition=~Q(action__in=[ReportAction.RETURN, ReportAction.REOPEN]) | ~Q(comment=""),
                violation_error_message=RETURN_NEEDS_COMMENT,
            )
        ]
