"""Sent reminders: which went to whom, so that sending twice doubles none."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.choices import ReminderKind

from .base import person_field
from .programme import Programme
from .proposal import ProposalEvent
from .report import ReportEvent
from .round import Round

SENT_ONCE = _("This was sent already.")


def _names_only(kind: ReminderKind, *named: str) -> Q:
    """Return a reminder of a kind: what it names, and nothing else."""
    return Q(kind=kind) & Q(
        **{f"{name}__isnull": name not in named for name in ("programme", "round", "event", "report_event")}
    )


class ReminderSent(models.Model):
    """One e-mail to one user, which has left. Only one worker sends them at a time.

    `day` is the day for which it was meant, by the calendar of the programme. A digest speaks of no single round, an
    answer to a proposal of one step only, on the day of that step. One e-mail tells of all reports that were returned at
    once: each has its row.
    """

    programme = models.ForeignKey(
        Programme,
        verbose_name=_("programme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reminders",
    )
    round = models.ForeignKey(
        Round, verbose_name=_("round"), null=True, blank=True, on_delete=models.PROTECT, related_name="reminders"
    )
    event = models.ForeignKey(
        ProposalEvent,
        verbose_name=_("proposal event"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reminders",
    )
    report_event = models.ForeignKey(
        ReportEvent,
        verbose_name=_("report event"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reminders",
    )
    user = person_field(_("user"), related_name="reminders", null=False)
    kind = models.CharField(_("kind"), max_length=6, choices=ReminderKind.choices)
    day = models.DateField(_("day"))
    sent_at = models.DateTimeField(_("sent at"))

    class Meta:
        verbose_name = _("reminder sent")
        verbose_name_plural = _("reminders sent")
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "user", "kind", "day"],
                name="reminder_of_a_round_goes_out_once",
                violation_error_message=SENT_ONCE,
            ),
            models.UniqueConstraint(
                fields=["programme", "user", "kind", "day"],
                condition=Q(round__isnull=True),
                name="reminder_of_a_programme_goes_out_once",
                violation_error_message=SENT_ONCE,
            ),
            models.UniqueConstraint(
                fields=["event", "user"],
                name="reminder_of_an_answer_goes_out_once",
                violation_error_message=SENT_ONCE,
            ),
            models.UniqueConstraint(
                fields=["report_event", "user"],
                name="reminder_of_a_return_goes_out_once",
                violation_error_message=SENT_ONCE,
            ),
            models.CheckConstraint(
                name="reminder_speaks_of_what_its_kind_says",
                condition=_names_only(ReminderKind.DIGEST, "programme")
                | _names_only(ReminderKind.BEFORE, "programme", "round")
                | _names_only(ReminderKind.AFTER, "programme", "round")
                | _names_only(ReminderKind.ANSWER, "event")
                | _names_only(ReminderKind.RETURN, "report_event"),
                violation_error_message=_(
                    "A digest speaks of no single round, a reminder of one, an answer of a step of a proposal or report."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()} {self.day}"
