"""Measures how long each request of a test keeps other writers waiting, and fails the test that keeps them too long.

On SQLite a transaction is the writers' lock from its beginning to its end. On PostgreSQL it holds the lock no longer.
The measure is processor time of the request's own thread, so that a busy machine makes no test fail.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.db.transaction import Atomic

from projects.imports import opening
from projects.imports.opening import TextTable
from projects.imports.xlsx import Workbook
from tests.quickness import assert_within

MOST = 1.0  # seconds of the processor


@dataclass
class LockTime:
    """The transactions of one request."""

    depth: int = 0
    begun: float = 0.0
    longest: float = 0.0


_lock_time: ContextVar[LockTime | None] = ContextVar("lock_time", default=None)


@contextmanager
def measured_request() -> Iterator[LockTime]:
    """Measure the transactions of this block, which may be nested in that of a test."""
    lock_time = LockTime()
    token = _lock_time.set(lock_time)
    try:
        yield lock_time
    finally:
        _lock_time.reset(token)


def refuse_workbook_under_lock() -> None:
    lock_time = _lock_time.get()
    assert lock_time is None or not lock_time.depth, "A workbook is read while other writers wait."


@pytest.fixture(scope="session", autouse=True)
def requests_hold_the_writers_lock_for_less_than_a_second() -> Iterator[None]:
    enter, leave, get_response = Atomic.__enter__, Atomic.__exit__, BaseHandler.get_response

    def begin(self: Atomic) -> None:
        enter(self)
        if (lock_time := _lock_time.get()) is not None:
            if not lock_time.depth:
                lock_time.begun = time.thread_time()
            lock_time.depth += 1

    def end(self: Atomic, *error: Any) -> None:
        try:
            leave(self, *error)
        finally:
            if (lock_time := _lock_time.get()) is not None and lock_time.depth:
                lock_time.depth -= 1
                if not lock_time.depth:
                    lock_time.longest = max(lock_time.longest, time.thread_time() - lock_time.begun)

    def answered(self: BaseHandler, request: Any) -> Any:
        with measured_request() as lock_time:
            response = get_response(self, request)
        assert_within(MOST, lock_time.longest, f"seconds that {request.method} {request.path} kept others from writing")
        return response

    def before_reading(read: Any) -> Any:
        def checked(*args: Any, **options: Any) -> Any:
            refuse_workbook_under_lock()
            return read(*args, **options)

        return checked

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Atomic, "__enter__", begin)
        patch.setattr(Atomic, "__exit__", end)
        patch.setattr(BaseHandler, "get_response", answered)
        for reader, name in ((Workbook, "__init__"), (Workbook, "_read_grid"), (TextTable, "__init__")):
            patch.setattr(reader, name, before_reading(getattr(reader, name)))
        patch.setattr(opening, "_rows", before_reading(opening._rows))
        yield
