"""`many/`: records added or changed together, all or none, with errors by place."""

from __future__ import annotations

import re
from typing import Any

import pytest

from projects.api.urls import router
from projects.models import Project, Revision
from projects.models.fields import ADDRESSES

from .conftest import assert_problem, version_in

NEW = {"name_zh": "长沙先进计算产业园", "sector": "advanced-computing", "prefecture": "430100"}
OWN = ("HN-EI-2023-01", "HN-EI-2023-03")


def new(number: int, **more: Any) -> dict[str, Any]:
    return NEW | {"code": f"HN-EI-2024-{number:02}", "name_zh": f"产业园 {number}"} | more


def versions(system: Any, path: str = "/projects/", key: str = "code") -> dict[Any, str]:
    return {each[key]: each["version"] for each in system.all(path, fields=f"{key},version")}


def test_many_records_are_added_in_one_revision(system_of, changsha_writer):
    system, before = system_of(changsha_writer), Revision.objects.newest_number()
    answer = system.post("/projects/many/", {"records": [new(3), new(1), new(2)]})
    assert answer.status_code == 201
    assert [each["code"] for each in answer.data["records"]] == ["HN-EI-2024-03", "HN-EI-2024-01", "HN-EI-2024-02"]
    assert Revision.objects.newest_number() == before + 1
    assert answer.data["records"][0] == system.get("/projects/HN-EI-2024-03/").data


@pytest.mark.parametrize("body", [{}, {"records": []}, [], {"records": [new(1)], "x": 1}, {"records": [new(1)] * 51}])
def test_what_is_no_list_of_records_is_refused(body, system_of, changsha_writer):
    assert_problem(system_of(changsha_writer).post("/projects/many/", body), 400)
    assert_problem(system_of(changsha_writer).patch("/projects/many/", body), 400)


def test_another_prefectures_record_keeps_out_all_and_is_named(system_of, changsha_writer):
    system = system_of(changsha_writer)
    told = assert_problem(system.post("/projects/many/", {"records": [new(1), new(2, prefecture="430200")]}), 403)
    message = "You may add records only in your own prefecture."
    assert (told["detail"], told["errors"]) == (f"records.1: {message}", {"records.1": [message]})
    assert not Project.objects.filter(code="HN-EI-2024-01").exists()


def test_many_records_are_changed_in_one_revision(system_of, changsha_writer):
    system = system_of(changsha_writer)
    known, before = versions(system), Revision.objects.newest_number()
    parts = [{"code": code.lower(), "version": known[code], "county_en": f"New {code}"} for code in OWN]
    answer = system.patch("/projects/many/", {"records": parts})
    assert answer.status_code == 200, answer.data
    assert [each["county_en"] for each in answer.data["records"]] == [f"New {code}" for code in OWN]
    assert Revision.objects.newest_number() == before + 1
    assert versions(system)[OWN[0]] != known[OWN[0]]


def test_the_version_of_a_list_is_that_of_the_record(system_of, changsha_writer):
    system = system_of(changsha_writer)
    for path, key in (("/projects/", "code"), ("/entries/", "id"), ("/claims/", "id")):
        named, version = next(iter(versions(system, path, key).items()))
        assert version_in(system.version_of(f"{path}{named}/")) == version
        assert "version" not in system.get(path).data["results"][0]


@pytest.mark.parametrize("written", ['"{}-0123456789abcdef01234567"', '"{}"', "{}-0123456789abcdef01234567"])
def test_the_whole_etag_of_a_record_is_as_good_as_its_version(written, system_of, changsha_writer):
    system = system_of(changsha_writer)
    parts = [{"code": OWN[0], "version": written.format(versions(system)[OWN[0]]), "county_en": "New"}]
    assert system.patch("/projects/many/", {"records": parts}).status_code == 200


def test_one_stale_version_keeps_out_all_and_is_told_by_its_place(system_of, changsha_writer):
    system = system_of(changsha_writer)
    known = versions(system)
    parts = [{"code": code, "version": known[code], "county_en": "Mine"} for code in OWN]
    assert system.patch(f"/projects/{OWN[1]}/", {"county_en": "Theirs"}).status_code == 200
    assert_problem(system.patch("/projects/many/", {"records": parts}), 412, "records.1")
    assert not Project.objects.filter(county_en="Mine").exists()


def test_no_kind_of_fault_hides_another(system_of, changsha_writer):
    system = system_of(changsha_writer)
    known, before = versions(system), Revision.objects.newest_number()
    own = {"code": OWN[0], "version": known[OWN[0]]}
    told = assert_problem(
        system.post("/projects/many/", {"records": [None, new(1, sector="x"), new(2, name_zh=None), new(3), []]}),
        400,
        *("records.0", "records.1.sector", "records.2.name_zh", "records.4"),
    )
    assert told["errors"]["records.0"] == ["A record is an object with its fields."]
    changes = [
        None,
        {"version": "x", "name_en": "x"},
        own | {"name_zh": "", "sector": "none-such"},
        {"code": "NONE", "version": "x"},
        {"code": OWN[1], "version": "stale", "name_en": "x"},
        own,
    ]
    told = assert_problem(
        system.patch("/projects/many/", {"records": changes}),
        400,
        *("records.0", "records.1.code", "records.2.name_zh", "records.2.sector"),
        *("records.3", "records.4", "records.5"),
    )
    assert told["errors"]["records.4"] == ["It has changed since you read it: read it again, then repeat your change."]
    assert told["detail"].startswith("records.0: ")
    assert Revision.objects.newest_number() == before


def test_every_word_at_the_place_of_a_code_is_refused_as_one():
    words = {re.fullmatch(r"\^[a-z-]+/([a-z]+)/\$", str(each.pattern)) for each in router.urls}
    of_lists_by_code = {
        found[1] for found in words if found and found.string.startswith(("^projects/", "^light-rules/", "^sectors/"))
    }
    assert of_lists_by_code == {"many"} == {each.lower() for each in ADDRESSES}
