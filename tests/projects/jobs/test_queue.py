"""The queue: one job of a key, attempts with pauses, what is taken again, tried again or cancelled, what is told of it."""

from __future__ import annotations

import datetime as dt
import io
import re
import threading

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.translation import override

from projects.choices import JobLane, JobState
from projects.jobs import JobFailedError, enqueue
from projects.jobs.queue import KEPT, cancel, describe_error, ended_long_ago, note_check, retry, take
from projects.jobs.worker import work
from projects.models import Job

from .conftest import lease_runs_out

pytestmark = pytest.mark.django_db


def worked(*names, say=lambda _line: None):
    work(names, ending=threading.Event(), once=True, say=say)


def come_due():
    Job.objects.update(run_after=timezone.now())


def test_a_job_is_done_with_its_arguments_for_whoever_asked(kind_of, province):
    kind = kind_of(lambda run: f"{run.job.arguments['size']} for {run.job.user.username}")
    enqueue(kind, arguments={"size": 3}, user=province)
    worked(kind.name)
    done = Job.objects.get()
    assert (done.state, done.outcome, done.attempts, done.leased_until) == (JobState.DONE, "3 for province", 0, None)
    assert done.started_at <= done.ended_at


def test_of_a_key_there_is_one_job_which_is_done_anew_when_it_has_ended(kind_of):
    done = []
    kind = kind_of(lambda run: done.append(run.job.arguments))
    first = enqueue(kind, key="7", arguments={"a": 1})
    assert enqueue(kind, key="7", arguments={"a": 2}) == first
    worked(kind.name)
    assert done == [{"a": 1}], "what waits stays as it was asked for"
    assert enqueue(kind, key="7", arguments={"a": 3}) == first
    worked(kind.name)
    assert done == [{"a": 1}, {"a": 3}]
    assert Job.objects.count() == 1


def test_what_fails_is_tried_again_after_pauses_then_failed_with_its_words(kind_of):
    def perform(run):
        raise JobFailedError("Row 7 has no code.")

    kind = kind_of(perform, pauses=(dt.timedelta(seconds=10), dt.timedelta(minutes=1)))
    job, said = enqueue(kind), []
    for pause in kind.pauses:
        worked(kind.name, say=said.append)
        job.refresh_from_db()
        assert (job.state, job.error) == (JobState.WAITING, "Row 7 has no code.")
        assert pause * 0.5 < job.run_after - timezone.now() <= pause
        come_due()
    worked(kind.name, say=said.append)
    job.refresh_from_db()
    assert (job.state, job.attempts, describe_error(job)) == (JobState.FAILED, 3, "Row 7 has no code.")
    assert said == [f"made-up {job.pk}: Row 7 has no code."] * 3
    come_due()
    worked(kind.name)
    job.refresh_from_db()
    assert job.attempts == 3, "nobody tries it again by himself"
    assert retry(job.pk)
    assert not retry(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.WAITING, 0, "")


def test_one_whose_lease_ran_out_is_taken_again_until_it_is_what_stops_its_workers(kind_of):
    kind = kind_of(lambda run: None, pauses=(dt.timedelta(),))
    job = enqueue(kind)
    for turn in (1, 2):
        taken = take([kind.name])
        assert taken == job
        assert (taken.turn, taken.attempts) == (turn, turn)
        assert take([kind.name]) is None, "it is nobody else's as long as the lease lasts"
        lease_runs_out()
    assert take([kind.name]) is None
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    with override("en"):
        assert describe_error(job) == "Workers were stopped in the middle of it, 2 times."


def test_what_is_done_every_so_often_waits_for_its_next_time_whatever_came_of_it(kind_of):
    came = [None, JobFailedError("away"), None]

    def perform(run):
        if error := came.pop():
            raise error

    kind = kind_of(perform, every=dt.timedelta(hours=1), pauses=())
    for error in ("", "away", ""):
        worked(kind.name)
        job = Job.objects.get()
        assert (job.state, job.error) == (JobState.WAITING, error)
        assert job.run_after > timezone.now() + dt.timedelta(minutes=59)
        come_due()


def test_a_worker_that_is_told_to_end_puts_back_what_it_is_at(kind_of):
    ending = threading.Event()

    def perform(run):
        ending.set()
        run.progress(1, 2)

    enqueue(kind_of(perform))
    work(["made-up"], ending=ending, say=lambda _line: None)
    job = Job.objects.get()
    assert (job.state, job.attempts, job.error) == (JobState.WAITING, 0, "")


def test_a_cancelled_job_is_not_done_and_what_its_worker_did_is_not_stored(kind_of):
    kind = kind_of(lambda run: cancel(run.job.pk) and "done all the same")
    waits, runs = enqueue(kind), enqueue(kind)
    assert cancel(waits.pk)
    assert not cancel(waits.pk)
    worked(kind.name)
    assert {(job.pk, job.state, job.outcome) for job in Job.objects.all()} == {
        (waits.pk, JobState.CANCELLED, ""),
        (runs.pk, JobState.CANCELLED, ""),
    }


def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not(kind_of):
    kind, long_ago = kind_of(lambda run: None), timezone.now() - KEPT - dt.timedelta(days=1)
    old, lately, waits = enqueue(kind), enqueue(kind), enqueue(kind)
    Job.objects.filter(pk__in=[old.pk, lately.pk]).update(state=JobState.DONE, ended_at=timezone.now())
    Job.objects.filter(pk__in=[old.pk, waits.pk]).update(ended_at=long_ago)
    assert list(ended_long_ago(timezone.now())) == [old]


def test_the_command_lists_them_and_takes_a_step_with_one(kind_of):
    def perform(run):
        raise JobFailedError("Row 7 has no code.")

    job = enqueue(kind_of(perform, pauses=()))
    for lane in JobLane:
        note_check(lane)
    told = io.StringIO()
    call_command("jobs", stdout=told, language="en")
    assert re.fullmatch(rf"{job.pk} · made-up · waiting since [\d :-]+\n", told.getvalue())
    worked("made-up")
    told = io.StringIO()
    call_command("jobs", stdout=told, language="en")
    assert told.getvalue() == f"{job.pk} · made-up · failed · Row 7 has no code.\n"
    call_command("jobs", retry=job.pk)
    call_command("jobs", cancel=job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    with pytest.raises(CommandError):
        call_command("jobs", cancel=job.pk)
    with pytest.raises(CommandError):
        call_command("jobs", retry=10**17)
