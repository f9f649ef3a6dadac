"""Turns: one user's jobs take turns with those of others, and messages wait for no work."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection

from projects.choices import JobLane, JobState
from projects.jobs import enqueue
from projects.jobs.queue import take
from projects.jobs.worker import work
from projects.models import Job
from tests.people import person


def taken_by(kind, number):
    """The users of so many jobs in the order in which one worker takes them up."""
    return [take([kind.name]).user.username for _each in range(number)]


@pytest.mark.django_db
def test_jobs_of_one_user_take_turns_with_those_of_others(kind_of, register):
    kind, users = kind_of(lambda run: None), [person(name) for name in ("first", "second", "third")]
    for user, number in zip(users, (3, 2, 1), strict=True):
        for _each in range(number):
            enqueue(kind, user=user)
    assert taken_by(kind, 6) == ["first", "second", "third", "first", "second", "first"]


@pytest.mark.parametrize("lane", JobLane)
def test_a_message_goes_out_while_a_long_job_runs(kind_of, live_register, lane):
    """Also while another message hangs. On SQLite with a worker's connections beside those of the test."""
    begun, sent, ending = threading.Event(), threading.Event(), threading.Event()

    def send(run):
        assert begun.wait(20)
        sent.set()

    def take_long(run):
        begun.set()
        assert sent.wait(20), "the message waits for this job"

    long, message = (
        kind_of(take_long, "long", lane=lane, pauses=()),
        kind_of(send, "message", lane=JobLane.MESSAGES, pauses=()),
    )
    enqueue(long), enqueue(message)

    def begin_worker():
        try:
            work(["long", "message"], ending=ending, pause=0.05, say=lambda _line: None)
        finally:
            connection.close()

    worker = threading.Thread(target=begin_worker)
    worker.start()
    until = time.monotonic() + 30
    while time.monotonic() < until and Job.objects.filter(state__in=[JobState.WAITING, JobState.RUNNING]).exists():
        time.sleep(0.1)
    ending.set()
    worker.join(30)
    assert not worker.is_alive()
    assert set(Job.objects.values_list("kind", "state", "error")) == {("long", "done", ""), ("message", "done", "")}


def test_a_worker_ends_where_one_of_its_lanes_fails(kind_of, live_register):
    """Whoever keeps it at work begins another in its place."""

    def fail():
        raise KeyError("feed")

    kind_of(lambda run: None, "fine"), kind_of(lambda run: None, "bad", lane=JobLane.MESSAGES, feed=fail)
    with pytest.raises(KeyError, match="feed"):
        work(["fine", "bad"], ending=threading.Event(), pause=0.05, say=lambda _line: None)
