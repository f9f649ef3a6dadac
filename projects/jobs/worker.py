"""Worker: does one job after the other until it is told to end; any number may work on either database.

A lease is renewed while a job runs. What the job did is stored together with its end, or not at all.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import (
    Error,
    InterfaceError,
    InternalError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.utils import timezone

from projects.choices import JobLane, JobState
from projects.models import Job

from .queue import KINDS, LEASE, JobKind, enqueue_periodic, note_check, take

logger = structlog.get_logger(__name__)

THREADS = {JobLane.MESSAGES: 3}  # of a lane; of any other one
PAUSE = 1.0  # seconds between two looks where there is nothing to do
LONGEST = dt.timedelta(hours=1)  # a lease is renewed; what takes longer hangs, and is left to another worker
_LONGEST_WORDS = 4000
_RENEWALS = 4  # in the time of one lease
_PROGRESS_EVERY = 1.0  # seconds between two writes of progress


class LeaseLostError(Exception):
    """Another worker has the job by now, or somebody has cancelled it."""


class WorkerEndsError(Exception):
    """The worker was told to end: the next one does it again."""


class JobFailedError(Exception):
    """It cannot be done; says why, in words for the operator."""


_FORESEEN = (JobFailedError, ValidationError)  # which say by themselves what is wrong


class EndSignal(threading.Event):
    """Event that is set on SIGTERM or Ctrl+C, or when the server that started the worker is gone.

    A worker finishes the job that it has; it begins no other.
    """

    def __init__(self) -> None:
        super().__init__()
        self._parent = multiprocessing.parent_process()  # None for a worker that was started by a command
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda _number, _frame: self.set())

    def is_set(self) -> bool:
        return super().is_set() or (self._parent is not None and not self._parent.is_alive())


class TimeLimit:
    """Time limit of a whole conversation with another machine: after `seconds` the connection is cut, which raises OSError.

    A timeout of a socket is that of one wait, and a byte now and then lets no single wait pass. Made before TLS begins.
    """

    def __init__(self, connected: socket.socket, *, seconds: float) -> None:
        self._duplicate = connected.dup()  # TLS detaches the first, and would say goodbye before it ends
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        """Let the connection be, which has ended or is about to; may be called twice."""
        self._timer.cancel()
        self._duplicate.close()

    def _cut(self) -> None:
        with suppress(OSError):
            self._duplicate.shutdown(socket.SHUT_RDWR)
        self._duplicate.close()


class Run:
    """A job in the hands of one worker. What it stores it stores inside `finish`."""

    def __init__(
        self,
        job: Job,
        *,
        say: Callable[[str], Any] = lambda _line: None,
        is_ending: Callable[[], bool] = lambda: False,
    ) -> None:
        self.job, self.kind, self.say, self._is_ending = job, KINDS[job.kind], say, is_ending
        self._next_progress, self._is_finishing = 0.0, False

    def _own_row(self) -> Any:
        """Return the job's row as a queryset, empty once the job is another worker's."""
        return Job.objects.filter(pk=self.job.pk, turn=self.job.turn, state=JobState.RUNNING)

    def renew(self, **values: Any) -> None:
        """Take another lease and store `values`. Raises `LeaseLostError` where the job is another's."""
        if not self._own_row().update(leased_until=timezone.now() + LEASE, **values):
            raise LeaseLostError

    def progress(self, done: int, of: int | None = None) -> None:
        """Store how many steps are done, at most once a second; nothing inside `finish`, which nobody sees half done.

        Raises `WorkerEndsError` or `LeaseLostError` where the job is not to be gone on with.
        """
        if self._is_finishing:
            return
        if self._is_ending():
            raise WorkerEndsError
        if time.monotonic() >= self._next_progress:
            self._next_progress = time.monotonic() + _PROGRESS_EVERY
            self.renew(steps_done=done, steps=of)

    @contextmanager
    def finish(self, *, outcome: str = "", draft: Any = None) -> Iterator[None]:
        """Open the transaction of what this job stores and of its end. `draft`: the revision under way.

        The row is written first, so nobody takes the job up or cancels it until the commit. Raises `LeaseLostError`.
        """
        with transaction.atomic():
            now = timezone.now()
            every = self.kind.every
            next_time = {"state": JobState.WAITING, "run_after": now + every} if every else {"state": JobState.DONE}
            ended = {"leased_until": None, "ended_at": now, "attempts": 0, "error": "", "outcome": outcome}
            if not self._own_row().update(**next_time, **ended):
                raise LeaseLostError
            self._is_finishing = True
            try:
                yield
            finally:
                self._is_finishing = False
            if draft is not None and draft.touched:
                Job.objects.filter(pk=self.job.pk).update(revision_made=draft.number)
            if not self.kind.stays:
                Job.objects.filter(pk=self.job.pk).delete()

    def perform(self) -> str:
        """Do the job. Return what went wrong, in words; '' if nothing did or the job is not this worker's any more."""
        with _renew_lease(self):
            try:
                outcome = self.kind.perform(self)
                if self._own_row().exists():
                    with self.finish(outcome=outcome or ""):
                        pass
            except LeaseLostError:
                logger.warning("job_lost", kind=self.job.kind, job=self.job.pk)
            except WorkerEndsError:
                self._put_back(attempts=self.job.attempts - 1, run_after=timezone.now())
            except Exception as error:
                words, foreseen = _describe(error), isinstance(error, _FORESEEN)
                details = {"reason": words} if foreseen else {"exc_info": error}
                logger.warning("job_failed", kind=self.job.kind, job=self.job.pk, **details)
                if self.kind.is_given_up_after(self.job.attempts):
                    self._put_back(state=JobState.FAILED, error=words, ended_at=timezone.now())
                else:
                    pause = self.kind.every or self.kind.pauses[self.job.attempts - 1]
                    self._put_back(error=words, run_after=timezone.now() + pause)
                return words
        return ""

    def _put_back(self, **values: Any) -> None:
        """Let the job wait again, or fail. Where the database does not take it, the lease runs out instead."""
        try:
            with transaction.atomic():
                is_own = self._own_row().update(**{"state": JobState.WAITING, "leased_until": None} | values)
                if is_own and values.get("state") == JobState.FAILED:
                    self.kind.given_up(self.job)
        except Error as error:
            logger.warning("job_not_put_back", kind=self.job.kind, job=self.job.pk, reason=str(error).strip())


@contextmanager
def _renew_lease(run: Run) -> Iterator[None]:
    """Renew the lease from a thread of its own, until the end of the block or of the longest time."""
    over = threading.Event()
    beat = LEASE.total_seconds() / _RENEWALS
    until = time.monotonic() + LONGEST.total_seconds()

    def renew() -> None:
        while not over.wait(beat) and time.monotonic() < until:
            try:
                run.renew()
            except LeaseLostError:
                return
            except Error as error:  # busy or away: the next beat may find it there
                logger.info("lease_not_renewed", job=run.job.pk, reason=str(error).strip())
            finally:
                connection.close()

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _describe(error: Exception) -> str:
    """Return an error in words, as far as it has any, without what no database stores."""
    words = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error).strip()
    if not isinstance(error, _FORESEEN):
        words = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return words[:_LONGEST_WORDS].replace("\x00", "").encode("utf-8", "replace").decode()


def work(
    names: Iterable[str] = (),
    *,
    ending: threading.Event,
    once: bool = False,
    pause: float = PAUSE,
    say: Callable[[str], Any] = print,
) -> None:
    """Do what is due of these kinds, by default of all; `once` ends when nothing is.

    Each lane has threads of its own, so that e-mails and webhooks wait for no import, and messages to others not for a
    receiver that hangs; with `once` they follow each other.
    """
    kinds = [KINDS[name] for name in names or KINDS]
    lanes = [  # a worker that leaves kinds of a lane out does not check it
        partial(_work_in_lane, of_lane, None if names else lane, ending=ending, once=once, pause=pause, say=say)
        for lane in JobLane
        if (of_lane := [kind for kind in kinds if kind.lane == lane])
        for _thread in range(1 if once else THREADS.get(lane, 1))
    ]
    if once or len(lanes) == 1:
        for work_in_lane in lanes:
            work_in_lane()
        return
    with ThreadPoolExecutor(thread_name_prefix="jobs") as threads:
        futures = [threads.submit(_work_in_thread, work_in_lane) for work_in_lane in lanes]
        wait(futures, return_when=FIRST_COMPLETED)
        ending.set()  # where one lane fails the worker ends, and another is begun in its place
    for future in futures:
        future.result()


def _work_in_thread(work_in_lane: Callable[[], None]) -> None:
    try:
        work_in_lane()
    finally:
        connection.close()


def _work_in_lane(
    kinds: list[JobKind],
    lane: JobLane | None,
    *,
    ending: threading.Event,
    once: bool,
    pause: float,
    say: Callable[[str], Any],
) -> None:
    while not ending.is_set():
        try:
            did = _work_once(kinds, lane, ending, say)
        except (OperationalError, InterfaceError, InternalError) as error:
            if once:
                raise
            # the database is away, busy or read-only: that is not the end of a worker
            logger.warning("jobs_put_off", reason=str(error).strip())
            connection.close()
            did = False
        if not did:
            if once:
                return
            close_old_connections()
            ending.wait(pause)


def _work_once(kinds: list[JobKind], lane: JobLane | None, ending: threading.Event, say: Callable[[str], Any]) -> bool:
    """Do all that is due or comes due meanwhile, one user after the other. Return False where nothing is."""
    kinds = [kind for kind in kinds if kind.wanted()]
    enqueue_periodic(kinds)
    for kind in kinds:
        if kind.feed:
            kind.feed()
    did = False
    while not ending.is_set():
        if lane:
            note_check(lane)
        taken = take(kind.name for kind in kinds)
        if taken is None:
            break
        words = Run(taken, say=say, is_ending=ending.is_set).perform()
        if words:
            say(f"{taken.kind} {taken.pk}: {words}")
        did = True
    return did
