"""Kinds of job, told by the packages that own them: what it is called, what does it, how often it is tried."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from projects.choices import JobLane
from projects.models import Job

if TYPE_CHECKING:
    from .running import Run

PAUSES = tuple(dt.timedelta(seconds=each) for each in (10, 60, 300))  # after an attempt that came to nothing


@dataclass(frozen=True)
class JobKind:
    """`perform` does one job and may return what came of it, in words.

    `lane` says which thread of a worker does it. `every` is the pause of what is done again and again. Workers leave alone
    what is not `wanted`. `feed` makes jobs of what waits elsewhere, before each look of a worker. Of a kind that does not
    `stay` a job is gone when it is done: its log is elsewhere. `given_up` is told of a job that nobody will do, in the
    transaction that says so.
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
        """Whether nobody tries again by himself; what is done every so often is tried for ever."""
        return self.every is None and attempts > len(self.pauses)

    def pause_after(self, attempts: int) -> dt.timedelta:
        """Until the next attempt, or the next time."""
        if attempts and self.every is None:
            return self.pauses[attempts - 1]
        return self.every or dt.timedelta()


KINDS: dict[str, JobKind] = {}


def job(name: str, label: Any, **more: Any) -> Callable[[Callable[[Run], str | None]], JobKind]:
    """Decorator: make what does one job a kind of it."""

    def registered(perform: Callable[[Run], str | None]) -> JobKind:
        if name in KINDS:
            raise ValueError(f"Two kinds of job are named {name}.")
        KINDS[name] = JobKind(name, label, perform, **more)
        return KINDS[name]

    return registered


def label_of(name: str) -> str:
    """What people call it; its name where this release does not know it."""
    return str(KINDS[name].label) if name in KINDS else name
