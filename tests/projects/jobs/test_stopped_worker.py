"""A worker that stopped: since when none has checked the queue is said, and not where one is at a long job."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from projects.choices import JobLane
from projects.database.state import get_state_numbers
from projects.jobs import enqueue
from projects.jobs.queue import SILENT_AFTER, get_queue_state, take
from projects.jobs.worker import work
from projects.models import QueueCheck

from .conftest import lease_runs_out

pytestmark = pytest.mark.django_db


def checked(ago: dt.timedelta, *lanes: JobLane) -> None:
    for lane in lanes or JobLane:
        QueueCheck.objects.update_or_create(lane=lane, defaults={"checked_at": timezone.now() - ago})


def work_through(*names: str) -> None:
    work(names, ending=threading.Event(), once=True, say=lambda _line: None)


def test_a_worker_notes_that_it_checks_each_lane():
    work_through()
    state = get_queue_state()
    assert timezone.now() - state.checked_at < dt.timedelta(seconds=30)
    assert (state.is_stalled, state.warning) == (False, "")


def test_since_when_no_worker_has_checked_the_queue_is_said():
    checked(SILENT_AFTER + dt.timedelta(seconds=1))
    at = f"{timezone.localtime(QueueCheck.objects.first().checked_at):%Y-%m-%d %H:%M}"
    with override("en"):
        assert f"No worker has checked the queue of jobs since {at}" in get_queue_state().warning


def test_a_worker_at_a_long_job_is_there_as_long_as_it_renews_its_lease(kind_of):
    enqueue(kind_of(lambda run: None))
    checked(dt.timedelta(hours=1), JobLane.WORK)
    take(["made-up"])
    assert not get_queue_state(JobLane.WORK).is_stalled
    lease_runs_out()
    assert get_queue_state(JobLane.WORK).is_stalled


def test_a_check_is_stored_once_a_minute_and_leaves_cached_responses_as_they_are():
    work_through()
    before = get_state_numbers()
    checked(dt.timedelta(minutes=2))
    work_through()
    assert before == get_state_numbers()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        work_through()
    assert [each["sql"] for each in queries if each["sql"].startswith(("INSERT", "UPDATE"))] == []
