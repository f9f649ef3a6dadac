"""Sending of e-mails, a job that one worker does at a time: each once.

A row is written when an e-mail has left. Only of a sender that was stopped between the two can one go out again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.jobs import JobFailedError, Run, job
from projects.models import ReminderSent

from .due import Mail, mails_due

EVERY = dt.timedelta(minutes=10)


@dataclass
class Outcome:
    """What became of the e-mails: sent now, sent before, and failed with the reason."""

    sent: list[Mail] = field(default_factory=list)
    known: list[Mail] = field(default_factory=list)
    failed: list[tuple[Mail, str]] = field(default_factory=list)

    def __str__(self) -> str:
        shown = {"sent": len(self.sent), "known": len(self.known), "failed": len(self.failed)}
        return _("Sent: %(sent)s. Sent before: %(known)s. Failed: %(failed)s.") % shown


@job("reminders", gettext_lazy("reminders by e-mail"), every=EVERY, wanted=lambda: bool(settings.EMAIL_HOST))
def send_reminders(run: Run) -> str:
    """Send those of today that were not sent. What failed is tried the next time."""
    outcome = send(mails_due(), run)
    if outcome.failed:
        run.say(str(outcome))
        raise JobFailedError("\n".join(f"{mail}: {reason}" for mail, reason in outcome.failed))
    return str(outcome)


def send(mails: Iterable[Mail], run: Run) -> Outcome:
    """One that fails stops no other. Raises where another worker sends them by now."""
    outcome = Outcome()
    for number, mail in enumerate(mails):
        if is_known(mail):
            outcome.known.append(mail)
            continue
        run.renew(steps_done=number)
        try:
            send_mail(mail.subject, mail.body, None, [mail.user.email])
        except (OSError, ValueError) as error:  # the server's refusals are OSErrors, a forbidden header a ValueError
            outcome.failed.append((mail, str(error) or type(error).__name__))
        else:
            with transaction.atomic():
                for key in _keys(mail):
                    ReminderSent.objects.create(**key, sent_at=timezone.now())
            outcome.sent.append(mail)
            run.say(str(mail))
    return outcome


def is_known(mail: Mail) -> bool:
    """Whether it was sent before."""
    return any(ReminderSent.objects.filter(**key).exists() for key in _keys(mail))


def _keys(mail: Mail) -> list[dict]:
    """One, or one for each of the reports that were returned."""
    key = {
        "programme": mail.programme,
        "round": mail.round,
        "user": mail.user,
        "kind": mail.kind,
        "day": mail.day,
        "event": mail.event,
    }
    return [key | {"report_event": each} for each in mail.returns or (None,)]
