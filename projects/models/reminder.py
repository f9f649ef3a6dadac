"""Which reminder went to whom: so that sending twice, or by two at once, doubles none."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.choices import ReminderKind

from .programme import Programme
from .round import Round

SENT_ONCE = _("This was sent already.")


class ReminderQuerySet(models.QuerySet):
    def abandoned(self, before: dt.datetime) -> Self:
        """Taken up before that moment and never sent: whoever did was stopped."""
        return self.filter(sent_at__isnull=True, claimed_at__lt=before)


class ReminderSent(models.Model):
    """One e-mail to one user. The row is written before it is sent, so that of two senders one has it.

    `day` is the day for which it was meant, by the calendar of the programme. A digest speaks of no single round.
    """

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="reminders"
    )
    round = models.ForeignKey(
        Round, verbose_name=_("round"), null=True, blank=True, on_delete=models.PROTECT, related_name="reminders"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT, related_name="reminders"
    )
    kind = models.CharField(_("kind"), max_length=6, choices=ReminderKind.choices)
    day = models.DateField(_("day"))
    claimed_at = models.DateTimeField(_("taken up at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = models.Manager.from_queryset(ReminderQuerySet)()

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
            models.CheckConstraint(
                name="reminder_without_round_is_a_digest",
                condition=(Q(kind=ReminderKind.DIGEST) & Q(round__isnull=True))
                | (~Q(kind=ReminderKind.DIGEST) & Q(round__isnull=False)),
                violation_error_message=_("A digest speaks of no single round, a reminder of one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_kind_display()} {self.day}"
