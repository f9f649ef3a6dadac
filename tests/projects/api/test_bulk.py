"""`many/`: records added or changed together, all or none, with errors by place."""

from __future__ import annotations

import re
from typing import Any

import pytest

from projects.api.urls import router
from projects.models import Entry, Milestone, Project, Revision
from projects.models.fields import ADDRESSES

from .conftest import assert_problem

NEW = {"name_zh": "长沙先进计算产业园", "sector": "advanced-computing", "prefecture": "430100"}
OWN = ("HN-EI-2023-01", "HN-EI-2023-03")


def new(number: int, **more: Any) -> dict[str, Any]:
    return NEW | {"code": f"HN-EI-2024-{number:02}", "name_zh": f"产业园 {number}"} | more


def versions(system: Any, path: str = "/projects/", key: str = "code") -> dict[Any, str]:
    return {each[key]: each["version"] for each in system.all(path, fields=f"{key},version")}


def test_many_records_are_added_in_one_revision(system_of: Any, changsha_writer: Any) -> None:
    system, before = system_of(changsha_writer), Revision.objects.newest_number()
    answer = system.post("/projects/many/", {"records": [new(3), new(1), new(2)]})
    assert answer.status_code == 201
    assert [each["code"] for each in answer.data["records"]] == ["HN-EI-2024-03", "HN-EI-2024-01", "HN-EI-2024-02"]
    assert Revision.objects.newest_number() == before + 1
    assert answer.data["records"][0] == system.get("/projects/HN-EI-2024-03/").data


def test_one_that_is_wrong_keeps_out_all_and_every_fault_is_told_by_its_place(
    system_of: Any, changsha_writer: Any
) -> None:
    system, before = system_of(changsha_writer), Project.objects.count()
    wrong = [new(1), new(2, sector="nothing"), new(3, colour="red"), 7, new(1), new(4)]
    told = assert_problem(
        system.post("/projects/many/", {"records": wrong}),
        400,
        "records.1.sector",
        "records.2.colour",
        "records.3.record",
        "records.4.code",
    )
    assert told["detail"].startswith("records.1.sector: ")
    assert Project.objects.count() == before


def test_what_a_later_record_refers_to_may_be_added_before_it(system_of: Any, province: Any) -> None:
    system = system_of(province)
    told = {"source": {"url": "https://a.example/list", "published": "2024-01"}}
    answer = system.post("/projects/many/", {"records": [new(1, **told), new(2, **told)]})
    assert answer.status_code == 201, answer.data
    assert len({each["source"]["id"] for each in answer.data["records"]}) == 1


@pytest.mark.parametrize(
    "body", [{}, {"records": []}, {"records": {}}, {"records": [None]}, [], {"records": [new(1)], "x": 1}]
)
def test_what_is_no_list_of_records_is_refused(body: Any, system_of: Any, changsha_writer: Any) -> None:
    assert_problem(system_of(changsha_writer).post("/projects/many/", body), 400)
    assert_problem(system_of(changsha_writer).patch("/projects/many/", body), 400)


def test_more_than_50_are_refused(system_of: Any, changsha_writer: Any) -> None:
    records = [new(1)] * 51
    assert_problem(system_of(changsha_writer).post("/projects/many/", {"records": records}), 400, "records")


def test_another_prefectures_record_keeps_out_all_and_is_named(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    told = assert_problem(system.post("/projects/many/", {"records": [new(1), new(2, prefecture="430200")]}), 403)
    message = "You may add records only in your own prefecture."
    assert (told["detail"], told["errors"]) == (f"records.1: {message}", {"records.1.record": [message]})
    assert not Project.objects.filter(code="HN-EI-2024-01").exists()


def test_many_records_are_changed_in_one_revision(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    known, before = versions(system), Revision.objects.newest_number()
    parts = [{"code": code.lower(), "version": known[code], "county_en": f"New {code}"} for code in OWN]
    answer = system.patch("/projects/many/", {"records": parts})
    assert answer.status_code == 200, answer.data
    assert [each["county_en"] for each in answer.data["records"]] == [f"New {code}" for code in OWN]
    assert Revision.objects.newest_number() == before + 1
    assert versions(system)[OWN[0]] != known[OWN[0]]


def test_the_version_of_a_list_is_that_of_the_record(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    for path, key in (("/projects/", "code"), ("/entries/", "id"), ("/claims/", "id"), ("/milestones/", "id")):
        named, version = next(iter(versions(system, path, key).items()))
        assert system.version_of(f"{path}{named}/").strip('"').partition("-")[0] == version
        assert "version" not in system.get(path).data["results"][0]


@pytest.mark.parametrize("written", ['"{}-0123456789abcdef01234567"', '"{}"', "{}-0123456789abcdef01234567"])
def test_the_whole_etag_of_a_record_is_as_good_as_its_version(
    written: str, system_of: Any, changsha_writer: Any
) -> None:
    system = system_of(changsha_writer)
    parts = [{"code": OWN[0], "version": written.format(versions(system)[OWN[0]]), "county_en": "New"}]
    assert system.patch("/projects/many/", {"records": parts}).status_code == 200


@pytest.mark.parametrize("written", ['""', "-{}", '"', "W/"])
def test_a_tag_that_names_no_version_is_told_at_its_place(written: str, system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    parts = [{"code": OWN[0], "version": written.format(versions(system)[OWN[0]]), "county_en": "New"}]
    assert_problem(system.patch("/projects/many/", {"records": parts}), 400, "records.0.version")


def test_one_stale_version_keeps_out_all_and_is_told_by_its_place(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    known = versions(system)
    parts = [{"code": code, "version": known[code], "county_en": "Mine"} for code in OWN]
    assert system.patch(f"/projects/{OWN[1]}/", {"county_en": "Theirs"}).status_code == 200
    assert_problem(system.patch("/projects/many/", {"records": parts}), 412, "records.1.record")
    assert not Project.objects.filter(county_en="Mine").exists()


def test_faults_of_changes_are_told_by_their_places(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    known = versions(system)
    own = {"code": OWN[0], "version": known[OWN[0]]}
    other = Project.objects.filter(prefecture__adcode="430200").first()

    def send(*parts: Any) -> Any:
        return system.patch("/projects/many/", {"records": parts})

    assert_problem(send({"code": OWN[0], "name_en": "x"}), 400, "records.0.version")
    assert_problem(send({"version": "x"}, 7), 400, "records.0.code", "records.1.record")
    assert_problem(send(own, own), 400, "records.1.record")
    assert_problem(send(own, {"code": other.code, "version": "x"}), 400, "records.1.record")
    assert_problem(
        send(own | {"name_zh": ""}, {"code": "NONE", "version": "x"}), 400, "records.0.name_zh", "records.1.record"
    )
    assert_problem(send(own | {"name_zh": "", "colour": 1}), 400, "records.0.colour")
    assert_problem(send(own | {"id": 1}), 400, "records.0.id")
    assert "/proposals/" in assert_problem(send(own | {"total_investment": 5}), 400)["detail"]


def test_no_kind_of_fault_hides_another(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    known, before = versions(system), Revision.objects.newest_number()
    own = {"code": OWN[0], "version": known[OWN[0]]}
    told = assert_problem(
        system.post("/projects/many/", {"records": [None, new(1, sector="x"), new(2, name_zh=None), new(3), []]}),
        400,
        *("records.0.record", "records.1.sector", "records.2.name_zh", "records.4.record"),
    )
    assert told["errors"]["records.0.record"] == ["A record is an object with its fields."]
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
        *("records.0.record", "records.1.code", "records.2.name_zh", "records.2.sector"),
        *("records.3.record", "records.4.record", "records.5.record"),
    )
    assert told["errors"]["records.4.record"] == ["The record has changed since you read it."]
    assert told["detail"].startswith("records.0.record: ")
    assert Revision.objects.newest_number() == before


def test_records_with_an_id_are_changed_by_it(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    named, version = next(iter(versions(system, "/milestones/", "id").items()))
    answer = system.patch("/milestones/many/", {"records": [{"id": named, "version": version, "name_en": "Checked"}]})
    assert answer.status_code == 200, answer.data
    assert Milestone.objects.get(pk=named).name_en == "Checked"


def test_of_reports_the_submitted_one_is_named(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    reports = {each["id"]: each for each in system.all("/reports/")}
    fixed = next(each for each in reports.values() if each["state"] == "approved")
    told = system.patch(
        "/reports/many/", {"records": [{"id": fixed["id"], "version": fixed["version"], "disbursed": 1}]}
    )
    assert_problem(told, 403)
    assert told.data["detail"].startswith("records.0: ")


def test_readers_and_the_public_change_nothing(system_of: Any, changsha_reader: Any, public: Any) -> None:
    for method in ("post", "patch"):
        assert_problem(getattr(system_of(changsha_reader), method)("/projects/many/", {"records": [new(1)]}), 403)
        assert_problem(getattr(public, method)("/projects/many/", {"records": [new(1)]}), 401)


@pytest.mark.parametrize("code", ["many", " Many", "ｍａｎｙ"])
def test_no_project_has_the_code_that_is_the_address_of_many(system_of: Any, changsha_writer: Any, code: str) -> None:
    system = system_of(changsha_writer)
    for lang, told in (
        ("en", "“many” cannot be a code: at its address many records are written."),
        ("zh-hans", "“many”不能用作编号：该地址用于批量写入。"),
    ):
        answer = system.post(f"/projects/?lang={lang}", new(1) | {"code": code})
        assert assert_problem(answer, 400, "code")["errors"]["code"] == [told]


def test_every_word_at_the_place_of_a_code_is_refused_as_one() -> None:
    words = {re.fullmatch(r"\^[a-z-]+/([a-z]+)/\$", str(each.pattern)) for each in router.urls}
    of_lists_by_code = {
        found[1] for found in words if found and found.string.startswith(("^projects/", "^light-rules/", "^sectors/"))
    }
    assert of_lists_by_code == {"many"} == {each.lower() for each in ADDRESSES}


@pytest.mark.parametrize("path", ["/ratings/many/", "/proposals/many/", "/sectors/many/"])
def test_what_has_no_changes_of_many_says_so(path: str, system_of: Any, province: Any) -> None:
    assert system_of(province).patch(path, {"records": []}).status_code in (404, 405)


def test_a_repeated_call_of_many_is_carried_out_once(system_of: Any, changsha_writer: Any) -> None:
    system, key = system_of(changsha_writer), {"Idempotency-Key": "many"}
    first = system.post("/projects/many/", {"records": [new(1), new(2)]}, **key)
    assert system.post("/projects/many/", {"records": [new(1), new(2)]}, **key).content == first.content
    assert Project.objects.filter(code__startswith="HN-EI-2024-").count() == 2


def test_a_whole_list_is_put_on_a_programme(system_of: Any, province: Any) -> None:
    system = system_of(province)
    codes = list(Project.objects.order_by("code").values_list("code", flat=True))
    parts = [{"project": code, "programme": 2024, "status": "continuing"} for code in codes]
    answer = system.post("/entries/many/", {"records": parts})
    assert answer.status_code == 201, answer.data
    assert Entry.objects.filter(programme__year=2024).count() == len(codes)
