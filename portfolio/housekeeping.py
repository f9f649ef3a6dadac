"""Housekeeping: a job that removes, each hour, what has expired and nobody asks for any more.

What is part of the record stays: tokens that have ended, sign-ins of the last SIGN_INS_KEPT, everything of the register.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.jobs import Run, job
from projects.jobs.queue import ended_long_ago
from projects.models import AnsweredCall, Import, ReportDraft
from projects.webhooks.delivery import done_with_long_ago

SIGN_INS_KEPT = dt.timedelta(days=200)  # longer than the six months that the law asks for
BATCH = 500  # rows in one transaction, between which others write

EXPIRED: dict[str, Callable[[dt.datetime], QuerySet]] = {
    "sessions": lambda now: Session.objects.filter(expire_date__lte=now),
    "answered calls": lambda now: AnsweredCall.objects.expired(now),
    "imports": lambda now: Import.objects.expired(now),
    "report drafts": lambda now: ReportDraft.objects.expired(now),
    "failed sign-ins": lambda now: AccessAttempt.objects.filter(attempt_time__lte=now - settings.AXES_COOLOFF_TIME),
    "sign-ins": lambda now: AccessLog.objects.filter(attempt_time__lte=now - SIGN_INS_KEPT),
    "messages": done_with_long_ago,
    "jobs": ended_long_ago,
}


@job("housekeeping", _("Housekeeping"), every=dt.timedelta(hours=1))
def keep_house(run: Run) -> str:
    """Remove what has expired; return how much of what, in words for the operator."""
    return ", ".join(f"{name}: {number}" for name, number in remove_expired(run.progress).items())


def remove_expired(progress: Callable[[int], object] = lambda _removed: None) -> dict[str, int]:
    """Remove some rows at a time; return how many of each kind. `progress` is called with the number of all so far."""
    now, removed = timezone.now(), Counter[str]()
    for name, get_expired in EXPIRED.items():
        rows = get_expired(now)
        while keys := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
            removed[name] += rows.filter(pk__in=keys).delete()[0]
            progress(removed.total())
    return dict(removed)
