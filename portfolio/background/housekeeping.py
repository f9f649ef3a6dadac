"""Housekeeping: removes what has expired and nobody asks for any more.

What is part of the record stays: tokens that have ended, sign-ins of the last LOG_KEPT, everything of the register.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from portfolio.timeouts import at_once
from projects.jobs.queue import ended_long_ago
from projects.models import AnsweredCall, Import, ReportDraft
from projects.webhooks.delivery import done_with_long_ago

LOG_KEPT = dt.timedelta(days=200)  # of sign-ins: longer than the six months that the law asks for
_AT_ONCE = 500  # rows in one transaction
_PAUSE = 0.05  # seconds, in which writers have their turn
_LOCK = 4_202_307  # any constant: who sweeps; of PostgreSQL, since SQLite has one writer anyway

EXPIRED: dict[str, Callable[[dt.datetime], QuerySet]] = {
    "sessions": lambda now: Session.objects.filter(expire_date__lte=now),
    "answered_calls": lambda now: AnsweredCall.objects.expired(now),
    "imports": lambda now: Import.objects.expired(now),
    "report_drafts": lambda now: ReportDraft.objects.forgotten(now),
    "failed_sign_ins": lambda now: AccessAttempt.objects.filter(attempt_time__lte=now - settings.AXES_COOLOFF_TIME),
    "sign_ins": lambda now: AccessLog.objects.filter(attempt_time__lte=now - LOG_KEPT),
    "messages": done_with_long_ago,
    "jobs": ended_long_ago,
}


def sweep() -> dict[str, int]:
    """Remove all of it, a little at a time; how much of what.

    Raises OperationalError where a writer is at it, and what the database raises: what was removed until then is gone.
    """
    now = timezone.now()
    removed = {name: _removed(expired(now)) for name, expired in EXPIRED.items()}
    return {name: number for name, number in removed.items() if number}


def _removed(rows: QuerySet) -> int:
    number = 0
    while rows.exists():
        with at_once():
            if not _is_my_turn():
                break
            number += rows.filter(pk__in=list(rows.order_by().values_list("pk", flat=True)[:_AT_ONCE])).delete()[0]
        time.sleep(_PAUSE)
    return number


def _is_my_turn() -> bool:
    """Whether no other process sweeps at this moment; what it removes need not be removed twice."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
