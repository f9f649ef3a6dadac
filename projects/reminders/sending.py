"""Sending of e-mails, a job that one worker does at a time: each once.

A row is written when an e-mail has left. Only of a sender that was stopped between the two, or whose server took one and
never said so, can one go out again: under the same Message-ID, by which mail programs take the two for one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import JobLane
from projects.jobs import JobFailedError, Run, job
from projects.models import ReminderSent

from .due import Mail, mails_due

EVERY = dt.timedelta(minutes=10)
_SILENT = 2  # e-mails in a row on which the server let us wait until the end; the rest is left to the next time


@dataclass
class Outcome:
    """What became of the e-mails: sent now, sent before, and failed with the reason."""

    sent: list[Mail] = field(default_factory=list)
    known: list[Mail] = field(default_factory=list)
    failed: list[tuple[Mail, str]] = field(default_factory=list)

    def __str__(self) -> str:
        shown = {"sent": len(self.sent), "known": len(self.known), "failed": len(self.failed)}
        return _("Sent: %(sent)s. Sent before: %(known)s. Failed: %(failed)s.") % shown


@job(
    "reminders",
    gettext_lazy("reminders by e-mail"),
    lane=JobLane.MESSAGES,
    every=EVERY,
    wanted=lambda: bool(settings.EMAIL_HOST),
)
def send_reminders(run: Run) -> str:
    """Send those of today that were not sent. What failed is tried the next time."""
    outcome = send(mails_due(), run)
    if outcome.failed:
        run.say(str(outcome))
        raise JobFailedError("\n".join(f"{mail}: {reason}" for mail, reason in outcome.failed))
    return str(outcome)


def send(mails: Iterable[Mail], run: Run) -> Outcome:
    """One that fails stops no other. Raises where another worker sends them by now."""
    outcome, silent = Outcome(), 0
    for number, mail in enumerate(mails):
        if is_known(mail):
            outcome.known.append(mail)
            continue
        if silent >= _SILENT:  # the worker has other things to do
            outcome.failed.append((mail, _("Not tried: the mail server does not answer.")))
            continue
        run.renew(steps_done=number)
        start = time.monotonic()
        try:
            _message(mail).send()
        except (OSError, ValueError) as error:  # the server's refusals are OSErrors, a forbidden header a ValueError
            outcome.failed.append((mail, str(error) or type(error).__name__))
            # whatever it is called: the time-out of an answer says that the connection was closed
            silent = silent + 1 if time.monotonic() - start >= settings.EMAIL_TIMEOUT else 0
        else:
            silent = 0
            with transaction.atomic():
                for key in _keys(mail):
                    ReminderSent.objects.create(**key, sent_at=timezone.now())
            outcome.sent.append(mail)
            run.say(str(mail))
    return outcome


def _message(mail: Mail) -> EmailMessage:
    """It asks for no automatic answer (RFC 3834), and the same e-mail is the same Message-ID."""
    said = "\n".join((settings.SITE_URL, mail.user.email, str(mail.day), mail.subject, mail.body))
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    host = sender.rpartition("@")[2]
    headers = {
        "Message-ID": f"<{hashlib.sha256(said.encode()).hexdigest()[:40]}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(mail.subject, mail.body, to=[mail.user.email], headers=headers)


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
