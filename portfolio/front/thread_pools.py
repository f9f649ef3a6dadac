"""Thread pools for the WSGI application: a fixed number of each kind; what is too much for them is refused (load shedding).

Readers never wait for writers, and neither of them for a file. A thread has connections to the database and what these have
prepared, so it lives as long as the process. Everything here but `_Thread.run` happens in the loop: nothing needs a lock.

Requests are taken in the order in which they came as long as the first of them has not waited for STANDING seconds. From
then on more comes than can be done; the newest is taken first, so that whoever is answered is answered soon, and the others
learn after PATIENCE seconds that they have to come again. In the order of their coming each would wait as long as the next,
and all too long. Where that does not pass within LASTING seconds, nobody waits for more than HASTE until the queue is empty
again: whoever is not taken soon is taken late or not at all.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from .call_stack import with_room
from .request_body import WantedError
from .response_buffer import PIECE, AbandonedError, Headers, Spool

logger = structlog.get_logger(__name__)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

READING, WRITING, FILES = "reading", "writing", "files"
THREADS = {READING: 2, WRITING: 2, FILES: 1}  # of a process, which one core is enough for
STANDING = 0.25  # seconds that the first of a queue has waited when more comes than can be done
PATIENCE = 0.6  # seconds that anybody waits
LASTING = 1.0  # seconds in which a burst is over
HASTE = 0.1  # seconds that anybody waits where it was none
MOST_WAITING = 1000  # requests of a kind
_LONGEST_WAY_GIVEN = 0.1  # seconds


class TooMuchError(Exception):
    """There is more to do than can be done soon."""


@dataclass(eq=False)
class _Job:
    environ: dict[str, Any]
    spool: Spool
    since: float
    begun: asyncio.Future[None]


class Threads:
    """The threads of one process."""

    def __init__(self, application: Application, loop: asyncio.AbstractEventLoop) -> None:
        self.lanes = {kind: _Lane(self, kind, number, application, loop) for kind, number in THREADS.items()}
        self._loop = loop

    async def make(self, kind: str, environ: dict[str, Any]) -> Spool:
        """The answer, under way. Raises TooMuchError."""
        spool = Spool(self._loop)
        await self.lanes[kind].take(_Job(environ, spool, self._loop.time(), self._loop.create_future()))
        return spool

    def is_needed(self, kind: str) -> bool:
        """Whether somebody of another kind is at work or waits."""
        return any(lane.at_work or lane.waiting for other, lane in self.lanes.items() if other != kind)


class _Lane:
    """The threads of one kind and who waits for them."""

    def __init__(
        self, threads: Threads, kind: str, number: int, application: Application, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.waiting: deque[_Job] = deque()
        self.at_work = 0
        self._stands_since: float | None = None  # when more came than could be done, and has ever since
        self._begun = 0.0  # when the last one did, by the loop's clock
        self._later: asyncio.TimerHandle | None = None
        self._loop = loop
        self._idle = [_Thread(self, threads, kind, application) for _number in range(number)]

    async def take(self, job: _Job) -> None:
        """Returns when a thread has begun. Raises TooMuchError when none has in time."""
        if len(self.waiting) >= MOST_WAITING:
            raise TooMuchError
        self.waiting.append(job)
        self._go_on()
        if job.begun.done():
            return
        late = self._loop.call_later(PATIENCE, self._give_up, job)
        try:
            await job.begun
        finally:
            late.cancel()
            self._forget(job)

    def is_free(self, thread: _Thread) -> None:
        """The thread has done its work."""
        self.at_work -= 1
        self._idle.append(thread)
        if not self.waiting:
            self._stands_since = None
        self._go_on()

    def _go_on(self) -> None:
        """Give what waits to the threads that have nothing to do."""
        while self.waiting and self._idle and self._may_begin():
            self._give(self._idle.pop(), self._next())

    def _may_begin(self) -> bool:
        """Where there is lastingly too much, one begins after the other: two that share a processor both take twice as long.

        But nobody waits for one that takes long anyway.
        """
        now = self._loop.time()
        rest = self._begun + HASTE - now
        if not self.at_work or not self._is_lasting(now) or rest <= 0:
            return True
        if self._later is None:
            self._later = self._loop.call_later(rest, self._look_again)
        return False

    def _look_again(self) -> None:
        self._later = None
        self._go_on()

    def _next(self) -> _Job:
        now = self._loop.time()
        if self._is_lasting(now):
            while len(self.waiting) > 1 and now - self.waiting[0].since > HASTE:
                self._give_up(self.waiting[0])
            return self.waiting.pop()
        if now - self.waiting[0].since <= STANDING:
            self._stands_since = None
            return self.waiting.popleft()
        self._stands_since = now if self._stands_since is None else self._stands_since
        return self.waiting.pop()

    def _is_lasting(self, now: float) -> bool:
        return self._stands_since is not None and now - self._stands_since > LASTING

    def _give(self, thread: _Thread, job: _Job) -> None:
        self.at_work += 1
        self._begun = self._loop.time()
        if not job.begun.done():
            job.begun.set_result(None)
        thread.give(job)

    def _give_up(self, job: _Job) -> None:
        self._forget(job)
        if not job.begun.done():
            job.begun.set_exception(TooMuchError())

    def _forget(self, job: _Job) -> None:
        with suppress(ValueError):
            self.waiting.remove(job)


class _Thread:
    """One thread. It is given work only while it has none."""

    def __init__(self, lane: _Lane, threads: Threads, kind: str, application: Application) -> None:
        self._lane, self._threads, self._kind, self._application = lane, threads, kind, application
        self._work = threading.Lock()  # held while there is none
        self._work.acquire()
        self._jobs: list[_Job] = []  # one at most
        threading.Thread(target=with_room(self.run), name=f"{kind}-{id(self):x}", daemon=True).start()

    def give(self, job: _Job) -> None:
        self._jobs.append(job)
        self._work.release()

    def run(self) -> None:
        while True:
            self._work.acquire()
            job = self._jobs.pop()
            try:
                self._carry_out(job)
            except AbandonedError:
                pass
            except WantedError:
                job.spool.want_body()
            except BaseException:
                logger.exception("not_answered", path=job.environ.get("PATH_INFO"))
                job.spool.fail()
            finally:
                job.environ["wsgi.input"].close()
                del job
            self._lane._loop.call_soon_threadsafe(self._lane.is_free, self)

    def _carry_out(self, job: _Job) -> None:
        headers: Headers = []

        def start(status: str, given: Headers, _exc_info: Any = None) -> None:
            headers[:] = given
            job.spool.begin(status, headers)

        answer = self._application(job.environ, start)
        try:
            self._hand_over(answer, job.spool, at_once=_is_without_end(answer, headers))
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    def _hand_over(self, answer: Iterable[bytes], spool: Spool, *, at_once: bool) -> None:
        """Each piece at once where the whole may take long, else as much as is sent together."""
        waiting, begun = b"", time.monotonic()
        for piece in answer:
            waiting += piece
            if waiting and (at_once or len(waiting) >= PIECE):
                spool.put(waiting)
                waiting = b""
                if self._kind == FILES:
                    begun = self._give_way(begun)
        spool.end(waiting)

    def _give_way(self, begun: float) -> float:
        """A file takes long anyway: where others want the processor it pauses after each piece for as long as that took."""
        took = time.monotonic() - begun
        if self._threads.is_needed(self._kind):
            time.sleep(min(took, _LONGEST_WAY_GIVEN))
        return time.monotonic()


def _is_without_end(answer: Any, headers: Headers) -> bool:
    return getattr(answer, "streaming", False) and not any(name == "Content-Length" for name, _value in headers)
