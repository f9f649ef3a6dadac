"""Running of one job: its lease is renewed while it runs, and what it did is stored together with its end, or not at all."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.utils import timezone

from projects.choices import JobState
from projects.models import Job

from .kinds import KINDS
from .queue import LEASE

logger = structlog.get_logger(__name__)

LONGEST = dt.timedelta(hours=1)  # a lease is renewed; what takes longer hangs, and is left to another worker
_LONGEST_WORDS = 4000
_RENEWALS = 4  # in the time of one lease
_TOLD_EVERY = 1.0  # seconds between two writes of progress


class LeaseLostError(Exception):
    """Another worker has the job by now, or somebody has cancelled it."""


class WorkerEndsError(Exception):
    """The worker was told to end: the next one does it again."""


class JobFailedError(Exception):
    """It cannot be done; says why, in words for the operator."""


_FORESEEN = (JobFailedError, ValidationError)  # which say by themselves what is wrong


class Run:
    """A job in the hands of one worker. What it stores it stores inside `finishing`."""

    def __init__(
        self,
        job: Job,
        *,
        say: Callable[[str], Any] = lambda _line: None,
        is_ending: Callable[[], bool] = lambda: False,
    ) -> None:
        self.job, self.kind, self.say, self._is_ending = job, KINDS[job.kind], say, is_ending
        self._next_telling, self._is_finishing = 0.0, False

    def _mine(self) -> Any:
        """The row, as long as it is this worker's."""
        return Job.objects.filter(pk=self.job.pk, turn=self.job.turn, state=JobState.RUNNING)

    def renew(self, **more: Any) -> None:
        """Go on for another lease. Raises `LeaseLostError` where the job is another's."""
        if not self._mine().update(leased_until=timezone.now() + LEASE, **more):
            raise LeaseLostError

    def progress(self, done: int, of: int | None = None) -> None:
        """Tell how far it is, which may be called often. Raises where it is not to be gone on with.

        Of what is under way inside `finishing` nobody is told: it is there at once, or not at all.
        """
        if self._is_finishing:
            return
        if self._is_ending():
            raise WorkerEndsError
        if time.monotonic() >= self._next_telling:
            self._next_telling = time.monotonic() + _TOLD_EVERY
            self.renew(steps_done=done, steps=of)

    @contextmanager
    def finishing(self, *, outcome: str = "", draft: Any = None) -> Iterator[None]:
        """The transaction of what this job stores and of its end. `draft`: the revision that `writing()` around it makes.

        The row is written first, so nobody takes the job up or cancels it until the commit.
        """
        with transaction.atomic():
            now = timezone.now()
            every = self.kind.every
            next_time = {"state": JobState.WAITING, "run_after": now + every} if every else {"state": JobState.DONE}
            ended = {"leased_until": None, "ended_at": now, "attempts": 0, "error": "", "outcome": outcome}
            if not self._mine().update(**next_time, **ended):
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
        """Do it. What went wrong, in words; empty where nothing did, or where the job is not this worker's any more."""
        with _renewing(self):
            try:
                outcome = self.kind.perform(self)
                if self._mine().exists():
                    with self.finishing(outcome=outcome or ""):
                        pass
            except LeaseLostError:
                logger.warning("job_lost", kind=self.job.kind, job=self.job.pk)
            except WorkerEndsError:
                self._put_back(attempts=self.job.attempts - 1, run_after=timezone.now())
            except Exception as error:
                words, foreseen = _in_words(error), isinstance(error, _FORESEEN)
                told = {"reason": words} if foreseen else {"exc_info": error}
                logger.warning("job_failed", kind=self.job.kind, job=self.job.pk, **told)
                self._fail(words)
                return words
        return ""

    def _fail(self, words: str) -> None:
        if self.kind.is_given_up_after(self.job.attempts):
            self._put_back(state=JobState.FAILED, error=words, ended_at=timezone.now())
        else:
            self._put_back(error=words, run_after=timezone.now() + self.kind.pause_after(self.job.attempts))

    def _put_back(self, **values: Any) -> None:
        """Where the database does not take it, the lease runs out instead."""
        try:
            with transaction.atomic():
                is_mine = self._mine().update(**{"state": JobState.WAITING, "leased_until": None} | values)
                if is_mine and values.get("state") == JobState.FAILED:
                    self.kind.given_up(self.job)
        except Error as error:
            logger.warning("job_not_put_back", kind=self.job.kind, job=self.job.pk, reason=str(error).strip())


@contextmanager
def _renewing(run: Run) -> Iterator[None]:
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


def _in_words(error: Exception) -> str:
    """As far as it has any; a person need not know in which line of which file."""
    words = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error).strip()
    if not isinstance(error, _FORESEEN):
        words = f"{type(error).__name__}: {words}" if words else type(error).__name__
    # what no database stores is left out
    return words[:_LONGEST_WORDS].replace("\x00", "").encode("utf-8", "replace").decode()
