"""Queue of jobs: kinds, putting in, taking up under a lease, trying again, cancelling, and how a job or the queue stands.

The statements are the same on both databases. What is taken up is locked by PostgreSQL for its row, which others skip, and
by SQLite's one place for a writer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.choices import JobLane, JobState
from projects.models import Job, QueueCheck
from projects.models.job import UNDER_WAY

if TYPE_CHECKING:
    from .worker import Run

PAUSES = tuple(dt.timedelta(seconds=seconds) for seconds in (10, 60, 300))  # after an attempt that came to nothing
LEASE = dt.timedelta(seconds=60)
KEPT = dt.timedelta(days=90)  # of jobs that have ended
NOTED_EVERY = dt.timedelta(minutes=1)
SILENT_AFTER = dt.timedelta(minutes=5)
_ANEW: dict[str, Any] = {"state": JobState.WAITING, "leased_until": None, "attempts": 0, "error": "", "ended_at": None}


@dataclass(frozen=True)
class JobKind:
    """A kind of job, declared by the package that owns it.

    `perform` does one job and may return what came of it, in words. `lane` says which thread of a worker does it. `every` is
    the pause of what is done again and again. Workers leave alone what is not `wanted`. `feed` makes jobs of what waits
    elsewhere, before each look of a worker. A job of a kind that does not `stay` is deleted when it is done. `given_up` is
    called for a job that nobody will do, in the transaction that stores this.
    """

    name: str
    label: Any
    perform: Callable[[Run], str | None]
    lane: JobLane = JobLane.WORK
    pauses: tuple[dt.timedelta, ...] = PAUSES
    every: dt.timedelta | None = None
    wanted: Callable[[], bool] = lambda: True
    feed: Callable[[], None] | None = None
    stays: bool = True
    given_up: Callable[[Job], None] = lambda _job: None

    def is_given_up_after(self, attempts: int) -> bool:
        """Return whether no worker tries again; a periodic job is tried for ever."""
        return self.every is None and attempts > len(self.pauses)


KINDS: dict[str, JobKind] = {}


def job(name: str, label: Any, **options: Any) -> Callable[[Callable[[Run], str | None]], JobKind]:
    """Decorate a function that does one job: register it as a `JobKind`. Raises `ValueError` for a name that is taken."""

    def register(perform: Callable[[Run], str | None]) -> JobKind:
        if name in KINDS:
            raise ValueError(f"Two kinds of job are named {name}.")
        KINDS[name] = JobKind(name, label, perform, **options)
        return KINDS[name]

    return register


def enqueue(kind: JobKind, *, key: str = "", arguments: dict[str, Any] | None = None, user: Any = None) -> Job:
    """Put in a job, in the transaction under way, and return it.

    With a key: the job of this key, begun anew if it has ended, unchanged if it has not.
    """
    values = {"arguments": arguments or {}, "user": user, "run_after": timezone.now()}
    if not key:
        return Job.objects.create(kind=kind.name, **values)
    stored, is_new = Job.objects.get_or_create(kind=kind.name, key=key, defaults=values)
    if not is_new and Job.objects.completed().filter(pk=stored.pk).update(**_ANEW | values):
        stored.refresh_from_db()
    return stored


def enqueue_periodic(kinds: Iterable[JobKind]) -> None:
    """Put in the job of each periodic kind that has none."""
    periodic = {kind.name: kind for kind in kinds if kind.every}
    if periodic:
        stored = set(Job.objects.filter(kind__in=periodic).exclude(key="").values_list("kind", flat=True))
        for name in periodic.keys() - stored:
            enqueue(periodic[name], key=name)


def take(kinds: Iterable[str], *, key: str = "") -> Job | None:
    """Return the next job that is due of these kinds, for this worker alone as long as the lease lasts.

    Users take turns: however much one of them has put in, the next user waits for one job of it.
    """
    jobs = Job.objects.filter(kind__in=list(kinds))
    jobs = jobs.filter(key=key) if key else jobs
    while jobs.due(timezone.now()).exists():  # a look takes no writer's place
        with transaction.atomic():
            now = timezone.now()
            taken = jobs.due(now).select_for_update(skip_locked=True).in_turn().first()
            if taken is None:
                return None
            if _lease(taken, now):
                return taken
    return None


def _lease(taken: Job, now: dt.datetime) -> bool:
    """Lease the job and return True; if it has used up its attempts, fail it, call `given_up` and return False."""
    kind = KINDS[taken.kind]
    if kind.is_given_up_after(taken.attempts):  # workers were stopped in the middle of it: it may be what stops them
        taken.state, taken.leased_until, taken.ended_at, taken.error = JobState.FAILED, None, now, ""
        taken.save()
        kind.given_up(taken)
        return False
    taken.state, taken.leased_until, taken.started_at = JobState.RUNNING, now + LEASE, now
    taken.turn, taken.attempts = taken.turn + 1, taken.attempts + 1
    taken.steps_done, taken.steps, taken.outcome = 0, None, ""
    taken.save()
    return True


def take_now(kind: JobKind) -> Job | None:
    """Return the one job of a periodic kind, taken before its time; None while another worker has it."""
    enqueue(kind, key=kind.name)
    Job.objects.filter(kind=kind.name, key=kind.name, state=JobState.WAITING).update(run_after=timezone.now())
    return take([kind.name], key=kind.name)


def retry(key: int) -> bool:
    """Let the workers try a failed or cancelled job again. Return False for any other."""
    unsuccessful = Job.objects.filter(pk=key, state__in=[JobState.FAILED, JobState.CANCELLED])
    return bool(unsuccessful.update(**_ANEW, run_after=timezone.now()))


def cancel(key: int) -> bool:
    """Let nobody do a job; a worker that has it can store nothing of it. Return False if it has ended or is ending."""
    with transaction.atomic():
        cancelled = Job.objects.select_for_update(skip_locked=True).filter(pk=key, state__in=UNDER_WAY).first()
        if cancelled is None:
            return False
        cancelled.state, cancelled.leased_until, cancelled.ended_at = JobState.CANCELLED, None, timezone.now()
        cancelled.save(update_fields=["state", "leased_until", "ended_at"])
        if cancelled.kind in KINDS:
            KINDS[cancelled.kind].given_up(cancelled)
    return True


def ended_long_ago(now: dt.datetime) -> Any:
    """Return the jobs that housekeeping may delete."""
    return Job.objects.completed().filter(ended_at__lt=now - KEPT)


def get_label(name: str) -> str:
    """Return the label of a kind; its name where this release does not know it."""
    return str(KINDS[name].label) if name in KINDS else name


def describe_state(described: Job, now: dt.datetime) -> str:
    """Return a job's state in the reader's language, with its progress or since when it waits."""
    state = str(described.get_state_display())
    if described.state == JobState.RUNNING and described.leased_until and described.leased_until <= now:
        at = format_moment(described.leased_until)
        return _("%(state)s; its worker says nothing since %(at)s") % {"state": state, "at": at}
    if described.state == JobState.RUNNING and described.steps:
        steps = {"state": state, "done": described.steps_done, "all": described.steps}
        return _("%(state)s: %(done)s of %(all)s") % steps
    if described.state == JobState.WAITING:
        words = _("%(state)s since %(at)s") if described.run_after <= now else _("%(state)s until %(at)s")
        return words % {"state": state, "at": format_moment(described.run_after)}
    return state


def describe_error(described: Job) -> str:
    """Return what is wrong with a job, in words; '' where nothing is."""
    if described.kind not in KINDS and described.state == JobState.WAITING:
        return _("This release knows no such job; it waits for a worker that does.")
    if described.state == JobState.FAILED and not described.error:
        return _("Workers were stopped in the middle of it, %(count)s times.") % {"count": described.attempts}
    return described.error


def format_moment(at: dt.datetime) -> str:
    """Return a moment as day and time of the site's time zone."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


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
        return _("No worker has checked the queue of jobs since %(at)s.") % {"at": format_moment(self.checked_at)}


def note_check(lane: JobLane) -> None:
    """Store that a worker looks for jobs of a lane, if that was not stored a moment ago."""
    now = timezone.now()
    if not QueueCheck.objects.filter(lane=lane, checked_at__gt=now - NOTED_EVERY).exists():
        QueueCheck.objects.update_or_create(lane=lane, defaults={"checked_at": now})


def get_queue_state(*lanes: JobLane) -> QueueState:
    """Return the state of these lanes, by default of all. A worker that renews the lease of a job is there as well."""
    now = timezone.now()
    checks = dict(QueueCheck.objects.values_list("lane", "checked_at"))
    for kind in Job.objects.leased(now).values_list("kind", flat=True).distinct().order_by():
        if kind in KINDS:
            checks[KINDS[kind].lane] = now
    lanes = lanes or tuple(JobLane)
    return QueueState(min(checks[lane] for lane in lanes) if checks.keys() >= set(lanes) else None)
