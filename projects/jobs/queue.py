"""Queue of jobs: putting in, taking up under a lease, trying again, cancelling. The same statements on both databases.

What is taken up is locked by PostgreSQL for its row, which others skip, and by SQLite's one place for a writer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from projects.choices import JobState
from projects.models import Job
from projects.models.job import UNDER_WAY

from .kinds import KINDS, JobKind

LEASE = dt.timedelta(seconds=60)
KEPT = dt.timedelta(days=90)  # of jobs that have ended
_ANEW: dict[str, Any] = {"state": JobState.WAITING, "leased_until": None, "attempts": 0, "error": "", "ended_at": None}


def enqueue(kind: JobKind, *, key: str = "", arguments: dict[str, Any] | None = None, user: Any = None) -> Job:
    """Put in a job, in the transaction under way. With a key: that one anew if it has ended, as it is if it has not."""
    values = {"arguments": arguments or {}, "user": user, "run_after": timezone.now()}
    if not key:
        return Job.objects.create(kind=kind.name, **values)
    found, is_new = Job.objects.get_or_create(kind=kind.name, key=key, defaults=values)
    if not is_new and Job.objects.ended().filter(pk=found.pk).update(**_ANEW | values):
        found.refresh_from_db()
    return found


def enqueue_periodic(kinds: Iterable[JobKind]) -> None:
    """See to it that what is done every so often is there."""
    wanted = {kind.name: kind for kind in kinds if kind.every}
    if wanted:
        there = set(Job.objects.filter(kind__in=wanted).exclude(key="").values_list("kind", flat=True))
        for name in wanted.keys() - there:
            enqueue(wanted[name], key=name)


def take(kinds: Iterable[str], *, key: str = "") -> Job | None:
    """Return the next job that is due of these kinds, for this worker alone as long as the lease lasts.

    Users take turns: however much one of them has put in, the next user waits for one job of it.
    """
    chosen = Job.objects.filter(kind__in=list(kinds))
    chosen = chosen.filter(key=key) if key else chosen
    while chosen.due(timezone.now()).exists():  # who only looks takes no writer's place
        with transaction.atomic():
            now = timezone.now()
            found = chosen.due(now).select_for_update(skip_locked=True).in_turn().first()
            if found is None:
                return None
            if _taken(found, now):
                return found
    return None


def _taken(found: Job, now: dt.datetime) -> bool:
    """Lease it; or end it, if workers were stopped in the middle of it so often that it may be what stops them."""
    if KINDS[found.kind].is_given_up_after(found.attempts):
        found.state, found.leased_until, found.ended_at, found.error = JobState.FAILED, None, now, ""
    else:
        found.state, found.leased_until, found.started_at = JobState.RUNNING, now + LEASE, now
        found.turn, found.attempts = found.turn + 1, found.attempts + 1
        found.steps_done, found.steps, found.outcome = 0, None, ""
    found.save()
    if found.state == JobState.FAILED:
        KINDS[found.kind].given_up(found)
    return found.state == JobState.RUNNING


def take_now(kind: JobKind) -> Job | None:
    """The one job of a kind that is done every so often, before its time; None while another worker is at it."""
    enqueue(kind, key=kind.name)
    Job.objects.filter(kind=kind.name, key=kind.name, state=JobState.WAITING).update(run_after=timezone.now())
    return take([kind.name], key=kind.name)


def retry(key: int) -> bool:
    """Let the workers try one again that has ended without success. False for any other."""
    in_vain = Job.objects.filter(pk=key, state__in=[JobState.FAILED, JobState.CANCELLED])
    return bool(in_vain.update(**_ANEW, run_after=timezone.now()))


def cancel(key: int) -> bool:
    """Let nobody do it. Whoever is at it can store nothing of it any more. False where it has ended, or just does."""
    with transaction.atomic():
        found = Job.objects.select_for_update(skip_locked=True).filter(pk=key, state__in=UNDER_WAY).first()
        if found is None:
            return False
        found.state, found.leased_until, found.ended_at = JobState.CANCELLED, None, timezone.now()
        found.save(update_fields=["state", "leased_until", "ended_at"])
        if found.kind in KINDS:
            KINDS[found.kind].given_up(found)
    return True


def ended_long_ago(now: dt.datetime) -> Any:
    """What nobody asks for any more."""
    return Job.objects.ended().filter(ended_at__lt=now - KEPT)
