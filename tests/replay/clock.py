"""The time of a recording: it stands still, and goes on only when told to, so that two recordings say the same."""

from __future__ import annotations

import datetime as dt
import time

BEGIN = dt.datetime(2026, 12, 2, 2, 0, tzinfo=dt.UTC)  # 10:00 in Shanghai, on a working day
_now = BEGIN


def install(now: dt.datetime = BEGIN) -> None:
    """Let Django and the standard library's `time.time` say this moment; before models are imported, which bind `now`."""
    from django.utils import timezone

    set_time(now)
    timezone.now = lambda: _now
    time.time = lambda: _now.timestamp()


def set_time(now: dt.datetime) -> None:
    global _now
    _now = now


def advance(seconds: int) -> None:
    set_time(_now + dt.timedelta(seconds=seconds))
