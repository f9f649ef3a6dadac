"""/api/v1/changes/"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from projects.history.revisions import create_revision
from projects.models import Entry, Project, Revision
from tests.people import CHANGSHA, ZHUZHOU, person
from tests.projects.changes.asking import claim, deleted, saved, undone

from .conftest import assert_problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(system_of, province):
    return system_of(province)


def newest() -> int:
    return Revision.objects.newest_number()


def project_in(adcode: str) -> Project:
    return Project.objects.filter(prefecture__adcode=adcode).order_by("code")[0]


def followed(system: Any, **query: Any) -> list[dict[str, Any]]:
    """Every change on every page."""
    answer = system.get("/changes/", **query)
    found = []
    while True:
        assert answer.status_code == 200, answer.data
        found += answer.data["results"]
        if answer.data["next"] is None:
            return found
        answer = system.get(answer.data["next"])


def test_a_change_says_who_when_why_and_what(system, province):
    project, start = project_in(CHANGSHA), newest()
    before = project.total_investment or 0
    with create_revision(user=province, reason="核对后更正"):
        project.total_investment = before + 7
        project.save()
    answer = system.get("/changes/", after=start).data
    [change] = [each for each in answer["results"] if each["kind"] == "project"]
    assert (change["event"], change["kind"], change["project"]) == ("changed", "project", project.code)
    assert (change["user"], change["reason"], change["revision"]) == ("province", "核对后更正", start + 1)
    assert change["changes"] == [{"field": "total_investment", "before": before, "after": before + 7}]
    assert system.get(change["url"]).data["total_investment"] == before + 7
    assert (answer["after"], answer["newest"], answer["next"]) == (start + 1, start + 1, None)


def test_what_was_restored_or_entered_can_be_asked_for_alone(system, system_of, province, changsha_reader):
    gone, others, start = claim(), project_in(ZHUZHOU), newest()
    key, here = gone.pk, project_in(CHANGSHA).prefecture
    deleted(gone)
    undone(newest(), province)
    saved(others, prefecture=here)
    saved(others, name_en="Of Changsha")
    every = followed(system, after=start)
    told = [(each["event"], each["kind"], each["id"]) for each in every]
    assert told[:2] == [("deleted", "claim", key), ("restored", "claim", key)]
    assert every[0]["url"] is None
    assert [each["revision"] for each in every] == sorted(each["revision"] for each in every)
    bureau = system_of(changsha_reader)
    for reader in (system, bureau):
        every = followed(reader, after=start)
        for event, parts in {
            "created": {"created", "restored"},
            "restored": {"restored"},
            "changed": {"changed", "entered"},
            "entered": {"entered"},
            "restored,entered,left": {"restored", "entered", "left"},
        }.items():
            found = followed(reader, after=start, event=event, page_size=1)
            assert found == [each for each in every if each["event"] in parts], event
    assert [each["event"] for each in followed(bureau, after=start, event="entered")] == ["entered"]
    assert_problem(system.get("/changes/", event="moved"), 400, "event")


@pytest.mark.parametrize("size", [1, 7])
def test_pages_of_any_size_tell_each_change_once_also_within_a_revision(system, size):
    whole = followed(system, page_size=500, kind="programme,target,sector")
    assert len(whole) > 10
    assert followed(system, page_size=size, kind="programme,target,sector") == whole


def test_resuming_at_after_never_loses_the_rest_of_a_revision(system):
    first = system.get("/changes/", page_size=5, kind="target").data
    assert first["after"] == 0
    assert first["next"] is not None
    start = newest()
    saved(project_in(CHANGSHA), name_en="One")
    saved(project_in(ZHUZHOU), name_en="Two")
    page = system.get("/changes/", after=start, page_size=1).data
    assert page["after"] == start + 1
    assert [each["revision"] for each in followed(system, after=page["after"])] == [start + 2]


def test_one_who_is_ahead_of_the_register_is_told_the_newest_revision(system):
    """As a copy is whose register was put back to an older state."""
    assert system.get("/changes/", after=newest()).status_code == 200
    told = assert_problem(system.get("/changes/", after=newest() + 1), 400, "after")
    assert f"The newest is {newest()}" in told["detail"]
    assert_problem(system.get("/changes/", after=0, position=f"{newest() + 1}.claim.1"), 400, "position")


def test_a_replica_that_lags_does_not_refuse_what_the_primary_has_told(system, monkeypatch):
    real, asked = type(Revision.objects).newest_number, []

    def lagging(manager):
        asked.append(1)
        return real(manager) - (len(asked) != 2)

    monkeypatch.setattr(type(Revision.objects), "newest_number", lagging)
    answer = system.get("/changes/", after=real(Revision.objects))
    assert (answer.status_code, answer.data["results"], len(asked)) == (200, [], 2)


def test_a_project_or_prefecture_that_one_cannot_be_told_of_is_refused(system_of, province, changsha_reader, stranger):
    bureau, own, others = system_of(changsha_reader), project_in(CHANGSHA), project_in(ZHUZHOU)
    start, there = newest(), others.prefecture
    for reader in (system_of(province), bureau):
        assert_problem(reader.get("/changes/", project="NOPE", prefecture="999999"), 400, "project", "prefecture")
        assert reader.get("/changes/", project=own.code.lower(), prefecture=ZHUZHOU).status_code == 200
    unseen = assert_problem(bureau.get("/changes/", project=others.code), 400, "project")
    absent = assert_problem(bureau.get("/changes/", project="NOPE"), 400, "project")
    assert unseen["errors"] == {"project": [absent["errors"]["project"][0].replace("NOPE", others.code)]}
    assert_problem(system_of(stranger).get("/changes/", project=own.code), 400, "project")
    saved(own, prefecture=there)
    [left] = followed(bureau, after=start, project=own.code)
    assert left["event"] == "left"


def test_a_prefecture_follows_its_own_and_learns_what_came_and_left(system_of, changsha_reader):
    own, others, start = project_in(CHANGSHA), project_in(ZHUZHOU), newest()
    there, here = others.prefecture, own.prefecture
    bureau = system_of(changsha_reader)
    saved(others, name_en="Not for Changsha")
    nothing = bureau.get("/changes/", after=start).data
    assert (nothing["results"], nothing["after"]) == ([], newest())
    saved(others, prefecture=here)
    saved(own, prefecture=there, name_en="Unseen")
    came, went = followed(bureau, after=start)
    assert (came["event"], came["project"]) == ("entered", others.code)
    assert came["changes"]
    assert (went["event"], went["project"], went["url"]) == ("left", own.code, None)
    assert (went["changes"], went["name"], went["user"], went["reason"]) == ([], "", None, None)
    codes = {*Project.objects.visible_to(changsha_reader).values_list("code", flat=True)}
    assert {each["project"] for each in followed(bureau) if each["event"] != "left"} - {None} <= codes


def test_the_public_is_told_no_person_no_reason_and_no_contact(public, province):
    start, project = newest(), project_in(CHANGSHA)
    with create_revision(user=province, reason="与张三核实"):
        project.contact = "张三 13900000000"
        project.name_en = "A new name"
        project.save()
    [change] = public.get("/changes/", after=start).data["results"]
    assert (change["user"], change["reason"]) == (None, None)
    assert [each["field"] for each in change["changes"]] == ["name_en"]


def test_strangers_are_refused_and_people_without_a_grant_are_told_nothing(register, system_of, stranger):
    assert_problem(system_of(None).get("/changes/"), 401)
    assert system_of(stranger).get("/changes/").data["results"] == []


def test_filters_and_fields_narrow_it(system):
    start, project = newest(), project_in(CHANGSHA)
    saved(project, name_en="One")
    saved(Entry.objects.filter(project=project)[0], planned_disbursement=5_000_000)
    saved(project_in(ZHUZHOU), name_en="Two")
    of_project = followed(system, after=start, project=project.code.lower())
    assert [each["kind"] for each in of_project] == ["project", "entry"]
    assert len(followed(system, after=start, prefecture=ZHUZHOU)) == 1
    assert len(followed(system, after=start, door="code")) == 3
    assert followed(system, after=start, door="page") == []
    assert {*followed(system, after=start, fields="revision,id")[0]} == {"revision", "id"}
    for name, value in (("after", "-1"), ("kind", "nothing"), ("as_of", "r1")):
        assert_problem(system.get("/changes/", **{name: value}), 400, name)


def test_a_late_commit_is_never_skipped(live_register, system_of):
    """A writer that has its number and has not committed holds every later writer back, so no reader passes it."""
    system, start = system_of(person("platform", "province")), newest()
    system.get("/changes/", after=start)  # the use of a token is noted once a minute
    slow_has_number, let_go = threading.Event(), threading.Event()
    first, second = project_in(CHANGSHA), project_in(ZHUZHOU)

    def slow() -> None:
        try:
            with create_revision():
                first.name_en = "Slow"
                first.save()
                slow_has_number.set()
                let_go.wait(30)
        finally:
            connection.close()

    def fast() -> None:
        try:
            saved(second, name_en="Fast")
        finally:
            connection.close()

    threads = [threading.Thread(target=slow), threading.Thread(target=fast)]
    threads[0].start()
    assert slow_has_number.wait(30)
    threads[1].start()
    threads[1].join(0.5)
    assert threads[1].is_alive(), "the later writer waits for the earlier one"
    seen = system.get("/changes/", after=start).data
    assert (seen["results"], seen["after"]) == ([], start)
    let_go.set()
    for thread in threads:
        thread.join(30)
    told = followed(system, after=seen["after"])
    assert [each["revision"] for each in told] == [start + 1, start + 2]
    assert [each["project"] for each in told] == [first.code, second.code]
