"""`Idempotency-Key`: a POST that is sent again is carried out once and answered the same."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from portfolio.models import ApiToken
from projects.history.revisions import create_revision
from projects.models import AnsweredCall, Prefecture, Project, Revision
from projects.models.answered_call import LIFETIME
from tests.description import get_parameters, read_description

from .conftest import ROOT, assert_problem

CODE = "HN-EI-2024-01"
NEW = {"code": CODE, "name_zh": "长沙先进计算产业园二期", "sector": "advanced-computing", "prefecture": "430100"}
KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def added() -> int:
    return Project.objects.filter(code=CODE).count()


def test_a_repeated_call_is_carried_out_once_and_answered_the_same(system_of, changsha_writer):
    system = system_of(changsha_writer)
    assert_problem(system.post("/projects/", NEW | {"sector": "nothing"}, **KEY), 400)
    assert not AnsweredCall.objects.exists()
    first = system.post("/projects/", NEW, **KEY)  # mended
    newest = Revision.objects.newest_number()
    second = system.post("/projects/", NEW, **KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert (second["ETag"], second["Location"]) == (first["ETag"], first["Location"])
    assert ("Idempotency-Replayed" in first, second["Idempotency-Replayed"]) == (False, "true")
    assert (added(), Revision.objects.newest_number()) == (1, newest)


@pytest.mark.parametrize("change", ["body", "query", "address"])
def test_a_key_that_came_with_something_else_is_refused(change, system_of, changsha_writer):
    system = system_of(changsha_writer)
    system.post("/projects/", NEW, **KEY)
    path = {"query": "/projects/?lang=en", "address": "/milestones/"}.get(change, "/projects/")
    body = NEW | {"name_en": "another"} if change == "body" else NEW
    told = assert_problem(system.post(path, body, **KEY), 422)
    assert told["code"] == "key_reused"
    assert added() == 1


def test_a_key_is_of_one_user_and_one_token(system_of, changsha_writer, zhuzhou_writer):
    system_of(changsha_writer).post("/projects/", NEW, **KEY)
    assert_problem(system_of(changsha_writer).post("/projects/", NEW, **KEY), 400)
    theirs = NEW | {"code": "HN-EI-2024-02", "prefecture": "430200"}
    assert system_of(zhuzhou_writer).post("/projects/", theirs, **KEY).data["code"] == "HN-EI-2024-02"


@pytest.mark.parametrize("key", ["", " ", "with blank", "x" * 256, "密"])
def test_what_is_no_key_is_refused(key, system_of, changsha_writer):
    sent = {"Idempotency-Key": key.encode().decode("latin-1")}
    assert_problem(system_of(changsha_writer).post("/projects/", NEW, **sent), 400)
    assert added() == 0


@pytest.mark.permission
def test_whose_grants_have_changed_gets_no_answer_of_before_and_it_is_not_carried_out_again(system_of, changsha_writer):
    system = system_of(changsha_writer)
    system.post("/projects/", NEW, **KEY)
    with create_revision(reason="another office"):
        grant = changsha_writer.grants.get()
        grant.prefecture = Prefecture.objects.get(adcode="430200")
        grant.save()
    told = assert_problem(system.post("/projects/", NEW, **KEY), 403)
    assert "what you may see has changed since" in told["detail"]
    assert CODE not in json.dumps(told)
    assert added() == 1


def test_after_a_day_a_key_is_new_again_and_the_old_is_forgotten(system_of, changsha_writer):
    system = system_of(changsha_writer)
    system.post("/projects/", NEW, **KEY)
    AnsweredCall.objects.update(created_at=timezone.now() - LIFETIME - dt.timedelta(minutes=1))
    other = NEW | {"code": "HN-EI-2024-02"}
    assert system.post("/projects/", other, **KEY).data["code"] == "HN-EI-2024-02"
    assert AnsweredCall.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_calls_at_the_same_moment_one_is_carried_out(live_register, changsha_writer):
    key = ApiToken.objects.create(user=changsha_writer, scope="write")[1]
    start, answers = threading.Barrier(4), []

    def call() -> None:
        client = Client(headers={"Authorization": f"Token {key}"} | KEY)
        start.wait(60)
        try:
            answers.append(client.post(f"{ROOT}/projects/", NEW, content_type="application/json"))
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer for answer in answers) == 3
    assert added() == 1


def test_the_description_offers_a_key_for_every_post():
    described = read_description()
    for path, operations in described["paths"].items():
        if "post" in operations:
            names = {parameter["name"] for parameter in get_parameters(described, operations["post"])}
            assert "Idempotency-Key" in names, path
