"""What was done with a report, by whom, when and with which words: written once, never changed."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.access import access_of
from projects.choices import ReportAction, ReportState

from .base import RecordQuerySet
from .report import MonthlyReport
from .revision import Revision

RETURN_NEEDS_COMMENT = _("Who returns or reopens a report says why.")


class EventQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As for every record; the public is never told who did what, nor what was said of it."""
        return self.none() if access_of(user).public else super().visible_to(user)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused: events are kept for as long as the register is."""
        raise TypeError("events are never deleted")


class ReportEvent(models.Model):
    """One transition of a report. Append-only: `guards.py` refuses changes in the database, this class deletions."""

    prefecture_path = "report__entry__project__prefecture_id"

    report = models.ForeignKey(
        MonthlyReport, verbose_name=_("monthly report"), on_delete=models.PROTECT, related_name="events"
    )
    action = models.CharField(_("action"), max_length=8, choices=ReportAction.choices)
    before = models.CharField(_("state before"), max_length=9, choices=ReportState.choices)
    after = models.CharField(_("state after"), max_length=9, choices=ReportState.choices)
    comment = models.TextField(_("comment"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT, related_name="report_events"
    )
    at = models.DateTimeField(_("time"))
    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="report_events"
    )

    objects = models.Manager.from_queryset(EventQuerySet)()

    class Meta:
        verbose_name = _("report event")
        verbose_name_plural = _("report events")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="report_event_return_has_a_comment",
                condition=~Q(action__in=[ReportAction.RETURN, ReportAction.REOPEN]) | ~Q(comment=""),
                violation_error_message=RETURN_NEEDS_COMMENT,
            )
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.get_action_display()}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused, as for many."""
        raise TypeError("events are never deleted")

    @property
    def owning_prefecture_id(self) -> int | None:
        return self.report.owning_prefecture_id
