"""Sent reminders: which went to whom, so that sending twice doubles none."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.choices import ReminderKind

from .base import person_field
from .programme import Programme
from .proposal_event import ProposalEvent
from .round import Round

SENT_ONCE = _("This was sent already.")


class ReminderSent(models.Model):
    """One e-mail to one user, which has left. Only one worker sends them at a time.

    `day` is the day for which it was meant, by the calendar of the programme. A digest speaks of no single round, an
    answer to a proposal of one step only, on the day of that step.
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
            models.CheckConstraint(
                name="reminder_speaks_of_what_its_kind_says",
                condition=Q(kind=ReminderKind.DIGEST, round__isnull=True, programme__isnull=False, event__isnull=True)
                | Q(
                    kind__in=[ReminderKind.BEFORE, ReminderKind.AFTER],
                    round__isnull=False,
                    programme__isnull=False,
                    event__isnull=True,
                )
                | Q(kind=ReminderKind.ANSWER, round__isnull=True, programme__isnull=True, event__isnull=False),
                violation_error_message=_(
                    "A digest speaks of no single round, a reminder of one, an answer of a step of a proposal."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()} {self.day}"
