"""Fencing: what a job stores is stored with its end, once, by the worker whose turn it is, or not at all."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from contextlib import closing

import pytest
from django.db import connection, connections

from projects.choices import JobState
from projects.history.revisions import create_revision
from projects.jobs import LeaseLostError, Run, enqueue
from projects.jobs.queue import cancel, take
from projects.jobs.worker import work
from projects.models import Job, Source
from tests.threads import call_at_once

from .conftest import lease_runs_out


def stored(run: Run) -> None:
    """What a job does to the register: a revision, which is the job's."""
    with create_revision() as draft, run.finish(draft=draft, outcome="stored"):
        Source(url=f"https://a.example/{uuid.uuid4()}").save()
        run.progress(1, 1)


def effects() -> int:
    return Source.objects.filter(url__startswith="https://a.example/").count()


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_stores_nothing(kind_of, register):
    kind = kind_of(lambda run: None)
    enqueue(kind)
    late = Run(take([kind.name]))
    lease_runs_out()
    stored(Run(take([kind.name])))
    with pytest.raises(LeaseLostError):
        stored(late)
    job = Job.objects.get()
    assert (effects(), job.state, job.turn) == (1, JobState.DONE, 2)


@pytest.mark.django_db
def test_a_job_names_the_revision_that_it_made(kind_of, register):
    enqueue(kind_of(stored))
    assert Run(take(["made-up"])).perform() == ""
    job = Job.objects.get()
    assert job.outcome == "stored"
    assert job.revision_made == Source.history.filter(url__startswith="https://a.example/").get().revision_id


@pytest.mark.django_db
def test_what_fails_while_it_stores_has_stored_nothing_and_is_not_done(kind_of, register):
    def perform(run: Run) -> None:
        with create_revision() as draft, run.finish(draft=draft):
            Source(url="https://a.example/").save()
            raise KeyError("amount")

    enqueue(kind_of(perform))
    Run(take(["made-up"])).perform()
    job = Job.objects.get()
    assert (effects(), job.state, job.error, job.revision_made) == (0, JobState.WAITING, "KeyError: 'amount'", None)


def test_while_one_stores_nobody_takes_its_job_up_or_cancels_it(kind_of, live_register):
    """Although its lease has run out: on PostgreSQL the row is passed over, on SQLite others wait for the writer."""
    kind = kind_of(lambda run: None)
    enqueue(kind)
    run, stores, said = Run(take([kind.name])), threading.Event(), []
    lease_runs_out()

    def meanwhile() -> None:
        try:
            stores.wait(30)
            said.append((take([kind.name]), cancel(run.job.pk)))
        finally:
            connection.close()

    other = threading.Thread(target=meanwhile)
    other.start()
    with create_revision() as draft, run.finish(draft=draft):
        Source(url="https://a.example/").save()
        stores.set()
        if connection.vendor == "postgresql":
            other.join(30)
        else:
            other.join(0.5)
    other.join(30)
    assert said == [(None, False)]
    assert (effects(), Job.objects.get().state) == (1, JobState.DONE)


def test_two_workers_never_have_the_same_job(kind_of, live_register):
    kind, taken = kind_of(lambda run: None), []
    for _number in range(30):
        enqueue(kind)

    def take_all() -> None:
        while (job := take([kind.name])) is not None:
            taken.append(job.pk)

    assert call_at_once(*[take_all] * 3) == [None] * 3
    assert sorted(taken) == sorted(Job.objects.values_list("pk", flat=True))


@pytest.mark.no_database  # of SQLite alone
def test_a_database_that_is_locked_is_not_the_end_of_a_worker(kind_of, live_register, monkeypatch, caplog):
    ending = threading.Event()
    enqueue(kind_of(lambda run: ending.set()))
    options = connections.settings["default"]["OPTIONS"]
    monkeypatch.setitem(options, "timeout", 0.05)

    def worker() -> None:
        try:
            work(["made-up"], ending=ending, pause=0.05)
        finally:
            connection.close()

    thread = threading.Thread(target=worker)
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        thread.start()
        thread.join(0.5)
        assert (thread.is_alive(), Job.objects.get().turn) == (True, 0)
        other.execute("ROLLBACK")
    thread.join(30)
    assert Job.objects.get().state == JobState.DONE
    assert "jobs_put_off" in caplog.text
