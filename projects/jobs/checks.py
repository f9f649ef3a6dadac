"""Checks of the queue: when workers last looked for jobs, so that a worker that stopped is seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.choices import JobLane
from projects.models import Job, QueueCheck

from .kinds import KINDS

NOTED_EVERY = dt.timedelta(minutes=1)
SILENT_AFTER = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class QueueState:
    """When every lane had last been checked; None: one never was."""

    checked_at: dt.datetime | None

    @property
    def is_stalled(self) -> bool:
        return self.checked_at is None or self.checked_at < timezone.now() - SILENT_AFTER

    @property
    def warning(self) -> str:
        """Return since when no worker has checked the queue, as a sentence; empty while one does."""
        if not self.is_stalled:
            return ""
        if self.checked_at is None:
            return _("No worker has checked the queue of jobs yet.")
        return _("No worker has checked the queue of jobs since %(at)s.") % {
            "at": f"{timezone.localtime(self.checked_at):%Y-%m-%d %H:%M:%S}"
        }


def note_check(lane: JobLane) -> None:
    """Store that a worker looks for jobs of a lane, if that was not stored a moment ago."""
    now = timezone.now()
    if not QueueCheck.objects.filter(lane=lane, checked_at__gt=now - NOTED_EVERY).exists():
        QueueCheck.objects.update_or_create(lane=lane, defaults={"checked_at": now})


def get_queue_state(*lanes: JobLane) -> QueueState:
    """Return the state of these lanes, by default of all. A worker that renews the lease of a job is there as well."""
    now = timezone.now()
    checks = dict(QueueCheck.objects.values_list("lane", "checked_at"))
    for kind in Job.objects.held(now).values_list("kind", flat=True).distinct().order_by():
        if kind in KINDS:
            checks[KINDS[kind].lane] = now
    lanes = lanes or tuple(JobLane)
    return QueueState(min(checks[lane] for lane in lanes) if checks.keys() >= set(lanes) else None)
