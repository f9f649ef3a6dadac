from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from projects.jobs.queue import KINDS, JobKind
from projects.models import Job


@pytest.fixture
def kind_of():
    """Kinds of job that are there for one test."""
    before = dict(KINDS)

    def made(perform: Callable[[Any], str | None], name: str = "made-up", **more: Any) -> JobKind:
        KINDS[name] = JobKind(name, name, perform, **more)
        return KINDS[name]

    yield made
    KINDS.clear()
    KINDS.update(before)


def lease_runs_out() -> None:
    Job.objects.exclude(leased_until=None).update(leased_until=timezone.now() - dt.timedelta(seconds=1))
