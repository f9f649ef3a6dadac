"""Sending of e-mails: each once, whoever else sends at the same time.

A row is claimed before its e-mail leaves and marked when it has left. Of two senders one gets the row, by its unique
constraint. A failed e-mail gives its row back. A row whose sender was stopped in between is taken over after a while: only
then can an e-mail that had just left go out again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.models import ReminderSent

from .due import Mail

ABANDONED_AFTER = dt.timedelta(minutes=15)


@dataclass
class Outcome:
    """What became of the e-mails: sent now, sent or being sent already, and failed with the reason."""

    sent: list[Mail] = field(default_factory=list)
    known: list[Mail] = field(default_factory=list)
    failed: list[tuple[Mail, str]] = field(default_factory=list)


def send(mails: Iterable[Mail], *, dry_run: bool = False) -> Outcome:
    """Send what has not been sent. One that fails stops no other. `dry_run` only says what would be."""
    outcome = Outcome()
    for mail in mails:
        if dry_run:
            (outcome.known if _is_known(mail) else outcome.sent).append(mail)
            continue
        claim = _claimed(mail)
        if claim is None:
            outcome.known.append(mail)
            continue
        try:
            send_mail(mail.subject, mail.body, None, [mail.user.email])
        except (OSError, ValueError) as error:  # the server's refusals are OSErrors, a forbidden header a ValueError
            _mine(claim).delete()
            outcome.failed.append((mail, str(error) or type(error).__name__))
        else:
            _mine(claim).update(sent_at=timezone.now())
            outcome.sent.append(mail)
    return outcome


def _key(mail: Mail) -> dict:
    return {
        "programme": mail.programme,
        "round": mail.round,
        "user": mail.user,
        "kind": mail.kind,
        "day": mail.day,
        "event": mail.event,
    }


def _found(mail: Mail):
    key = _key(mail)
    for name in ("programme", "round", "event"):
        if key[name] is None:
            del key[name]
            key[f"{name}__isnull"] = True
    return ReminderSent.objects.filter(**key)


def _is_known(mail: Mail) -> bool:
    return _found(mail).exclude(pk__in=_abandoned()).exists()


def _abandoned():
    return ReminderSent.objects.abandoned(timezone.now() - ABANDONED_AFTER).values("pk")


def _claimed(mail: Mail) -> ReminderSent | None:
    """The row for this e-mail if it is ours to send now, None if it was sent or another sender has it."""
    now = timezone.now()
    try:
        with transaction.atomic():
            return ReminderSent.objects.create(**_key(mail), claimed_at=now)
    except IntegrityError:
        abandoned = _found(mail).abandoned(now - ABANDONED_AFTER)
        return _found(mail).get() if abandoned.update(claimed_at=now) else None


def _mine(claim: ReminderSent):
    """The row as long as nobody has taken it over."""
    return ReminderSent.objects.filter(pk=claim.pk, claimed_at=claim.claimed_at)
