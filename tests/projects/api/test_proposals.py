"""/api/v1/proposals/"""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import Project, Proposal, Revision, Source
from projects.workflows import proposals
from tests.projects.workflows.proposals_made import (
    ELSEWHERE,
    INVESTMENT,
    LETTER,
    MORE,
    OTHER_OWN,
    OWN,
    PLAN,
    in_state,
    move_base,
    project,
    proposed,
    returned,
)

from .conftest import System, assert_problem, version_in
from .lists import assert_constant_queries, assert_is_a_list

BODY = {
    "project": OWN,
    "changes": [
        {"field": "project.total_investment", "value": MORE},
        {"field": "entry.planned_disbursement", "programme": 2023, "value": 700_000_000},
    ],
    "reason": "追加设备投资",
    "reported_by": LETTER,
}
FIGURE = "project.total_investment"


def path_of(proposal: Proposal, step: str = "") -> str:
    return f"/proposals/{proposal.pk}/{step}/" if step else f"/proposals/{proposal.pk}/"


def test_a_change_is_proposed(system_of: Any, changsha_writer: Any) -> None:
    system, before = system_of(changsha_writer), project().total_investment
    answer = system.post("/proposals/", BODY)
    assert answer.status_code == 201
    assert answer["Location"] == answer.data["url"]
    shown = system.get(answer["Location"])
    assert shown.data == answer.data
    assert version_in(shown["ETag"]) == version_in(answer["ETag"])
    [first, second] = answer.data["changes"]
    assert first == {
        "field": FIGURE,
        "programme": None,
        "original": before,
        "proposed": MORE,
        "current": before,
        "moved": False,
        "taken": None,
    }
    assert (second["field"], second["programme"]) == ("entry.planned_disbursement", 2023)
    assert (answer.data["state"], answer.data["reported_by"], answer.data["source"]) == ("submitted", LETTER, None)
    assert (answer.data["proposed_by"], answer.data["may"]) == ("李湘", ["comment", "withdraw"])
    [step] = answer.data["discussion"]
    assert (step["action"], step["state"], step["who"], step["comment"]) == (
        "submit",
        "submitted",
        "李湘",
        BODY["reason"],
    )
    assert project().total_investment == before
    assert (Revision.objects.first().door, Revision.objects.first().user) == ("api", changsha_writer)


def test_a_new_source_is_registered_with_the_proposal(system_of: Any, changsha_writer: Any) -> None:
    source = {"url": "https://a.example/new", "published": "2023-09"}
    answer = system_of(changsha_writer).post("/proposals/", BODY | {"source": source, "reported_by": ""})
    assert answer.data["source"]["url"] == "https://a.example/new"
    assert Source.objects.filter(url="https://a.example/new").exists()


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"project": ELSEWHERE}, ["project"]),
        ({"project": "NOWHERE"}, ["project"]),
        ({"reason": ""}, ["reason"]),
        ({"reported_by": ""}, ["source"]),
        ({"reported_by": "x" * 201}, ["reported_by"]),
        ({"changes": []}, ["changes"]),
        ({"changes": {}}, ["changes"]),
        ({"changes": [{"field": "project.county_zh", "value": "x"}]}, ["changes.0.field"]),
        ({"changes": [{"field": "project.name_zh", "value": ""}]}, ["project.name_zh"]),
        ({"changes": [{"field": "project.name_zh", "value": "x" * 201}]}, ["changes.0.value"]),
        ({"changes": [{"field": "project.basis", "value": "real"}]}, ["project.basis"]),
        ({"changes": [{"field": FIGURE}]}, ["changes.0.value"]),
        ({"changes": [{"field": FIGURE, "value": 1.5}]}, ["changes.0.value"]),
        ({"changes": [{"field": FIGURE, "value": [1]}]}, ["changes.0.value"]),
        ({"changes": [{"field": FIGURE, "value": "5亿"}]}, [FIGURE]),
        ({"changes": [{"field": FIGURE, "value": -1}]}, [FIGURE]),
        ({"changes": [{"field": FIGURE, "value": 10**400}]}, [FIGURE]),
        ({"changes": [{"field": FIGURE, "value": 5}] * 2}, ["record"]),
        ({"changes": [{"field": "project.sector", "value": "a\x00"}]}, ["changes.0.value"]),
        ({"changes": [{"field": "project.sector", "value": "ships"}]}, ["project.sector"]),
        ({"changes": [{"field": "entry.left", "value": "2023-12-31"}]}, ["entry.left"]),
        ({"changes": [{"field": "entry.left", "programme": 2023, "value": "9999-12-31"}]}, ["entry.left:2023"]),
        ({"changes": [{"field": "entry.left", "programme": 2024, "value": "2024-12-31"}]}, ["entry.left:2024"]),
        ({"state": "accepted"}, ["state"]),
    ],
)
def test_what_cannot_be_proposed_is_refused_at_its_field(
    system_of: Any, changsha_writer: Any, change: dict[str, Any], fields: list[str]
) -> None:
    assert_problem(system_of(changsha_writer).post("/proposals/", BODY | change), 400, *fields)
    assert not Proposal.objects.exists()


def test_only_a_prefecture_proposes_and_only_its_own(
    system_of: Any,
    province: Any,
    changsha_reader: Any,
    analyst: Any,
    zhuzhou_writer: Any,
    stranger: Any,
    register: None,
) -> None:
    for user in (province, changsha_reader, analyst, stranger):
        assert_problem(system_of(user).post("/proposals/", BODY), 403)
    assert_problem(system_of(zhuzhou_writer).post("/proposals/", BODY), 400, "project")
    assert_problem(System().post("/proposals/", BODY), 401)
    assert not Proposal.objects.exists()


def test_a_token_that_reads_proposes_nothing(system_of: Any, changsha_writer: Any, province: Any) -> None:
    made = proposed(changsha_writer)
    assert_problem(system_of(changsha_writer, scope="read").post("/proposals/", BODY), 403)
    assert_problem(system_of(province, scope="read").post(path_of(made, "accept"), {}), 403)
    assert system_of(province, scope="read").get(path_of(made)).data["may"] == []


def test_proposals_are_listed_and_filtered(
    system_of: Any, changsha_writer: Any, zhuzhou_writer: Any, province: Any
) -> None:
    first = returned(changsha_writer, province)
    proposed(changsha_writer, code=OTHER_OWN)
    proposed(zhuzhou_writer, code=ELSEWHERE)
    system = system_of(province)
    records = assert_is_a_list(system, "/proposals/", count=3, key="id")
    assert {each["project"]["code"] for each in records} == {OWN, OTHER_OWN, ELSEWHERE}
    assert [each["id"] for each in system.all("/proposals/", state="returned")] == [first.pk]
    assert [each["project"]["code"] for each in system.all("/proposals/", project=OTHER_OWN)] == [OTHER_OWN]
    assert len(system.all("/proposals/", prefecture="430100")) == 2
    assert len(system.all("/proposals/", waiting="true")) == 2
    assert [each["id"] for each in system.all("/proposals/", waiting="false")] == [first.pk]
    assert [each["id"] for each in system_of(changsha_writer).all("/proposals/", waiting="true")] == [first.pk]
    assert_problem(system.get("/proposals/", state="lost"), 400, "state")


def test_a_prefecture_sees_its_own_proposals_and_the_public_none(
    system_of: Any, changsha_writer: Any, zhuzhou_writer: Any, changsha_reader: Any, public: System
) -> None:
    made = proposed(changsha_writer)
    assert system_of(changsha_reader).get("/proposals/").data["count"] == 1
    assert system_of(zhuzhou_writer).get("/proposals/").data["count"] == 0
    assert public.get("/proposals/").data["count"] == 0
    for system in (public, system_of(zhuzhou_writer)):
        assert_problem(system.get(path_of(made)), 404)
    assert_problem(system_of(zhuzhou_writer).post(path_of(made, "withdraw"), {}), 404)
    assert_problem(public.post(path_of(made, "withdraw"), {}), 401)
    assert_problem(public.get("/proposals/99999999999999999999/"), 404)


def test_a_list_costs_the_same_whatever_its_length(
    system_of: Any, changsha_writer: Any, province: Any, queries_of: Any
) -> None:
    for code in (OWN, OTHER_OWN):
        proposals.comment(proposed(changsha_writer, code=code), user=province, comment="收到")
    assert_constant_queries(system_of(province), "/proposals/", queries_of)


def test_the_province_accepts_and_the_totals_say_so(system_of: Any, changsha_writer: Any, province: Any) -> None:
    system = system_of(province)

    def total() -> int:
        return system.get("/totals/", programme="2023").data["rows"][0]["figures"]["total_investment"]["value"]

    made, before, stored = proposed(changsha_writer), total(), project().total_investment
    assert before == total()
    accepted = system.post(
        path_of(made, "accept"), {"comment": "同意"}, **{"If-Match": system.get(path_of(made))["ETag"]}
    )
    assert accepted.status_code == 200
    assert (accepted.data["state"], accepted.data["answered_by"], accepted.data["may"]) == ("accepted", "周敏", [])
    assert [each["taken"] for each in accepted.data["changes"]] == [True]
    assert total() == before - stored + MORE
    assert Revision.objects.first().reason == f"proposal {made.pk}: {made.reason}"
    assert_problem(system.post(path_of(made, "accept"), {}), 409, "record")


def test_a_base_that_has_moved_is_409_until_it_is_chosen(system_of: Any, changsha_writer: Any, province: Any) -> None:
    system, made = system_of(province), proposed(changsha_writer, INVESTMENT, PLAN)
    seen = system.get(path_of(made))["ETag"]
    move_base(6)
    choices = {"choices": {FIGURE: "current"}}
    assert_problem(system.post(path_of(made, "accept"), {}), 409, FIGURE)
    assert_problem(system.post(path_of(made, "accept"), choices, **{"If-Match": None}), 428)
    assert_problem(system.post(path_of(made, "accept"), choices, **{"If-Match": seen}), 412)
    found = system.get(path_of(made))
    assert [each["moved"] for each in found.data["changes"]] == [True, False]
    accepted = system.post(path_of(made, "accept"), choices, **{"If-Match": found["ETag"]})
    assert [each["taken"] for each in accepted.data["changes"]] == [False, True]
    assert project().total_investment == 6


@pytest.mark.parametrize("choices", [{"project.sector": "proposed"}, {FIGURE: "both"}, {FIGURE: 1}, [], "current"])
def test_choices_that_are_none_are_refused(system_of: Any, changsha_writer: Any, province: Any, choices: Any) -> None:
    answer = system_of(province).post(path_of(proposed(changsha_writer), "accept"), {"choices": choices})
    assert answer.status_code == 400
    assert Project.objects.get(code=OWN).total_investment != MORE


def test_it_is_returned_discussed_and_handed_in_again(system_of: Any, changsha_writer: Any, province: Any) -> None:
    bureau, reviewer, made = system_of(changsha_writer), system_of(province), proposed(changsha_writer)
    assert_problem(reviewer.post(path_of(made, "return"), {"comment": ""}), 400, "comment")
    back = reviewer.post(path_of(made, "return"), {"comment": "请附来函"})
    assert (back.data["state"], back.data["comment"], back.data["has_news"]) == ("returned", "请附来函", True)
    assert_problem(bureau.post(path_of(made, "comment"), {}), 400, "comment")
    assert bureau.post(path_of(made, "comment"), {"comment": "稍后补"}).data["has_news"] is False
    again = {"changes": [{"field": FIGURE, "value": 9}], "reason": "更正"}
    answer = bureau.post(path_of(made, "resubmit"), again)
    assert (answer.data["state"], answer.data["reason"], answer.data["reported_by"]) == ("submitted", "更正", LETTER)
    assert [each["proposed"] for each in answer.data["changes"]] == [9]
    actions = [each["action"] for each in answer.data["discussion"]]
    assert actions == ["resubmit", "comment", "return", "submit"]
    assert_problem(bureau.post(path_of(made, "resubmit"), {}), 409, "record")


def test_it_is_withdrawn_refused_and_noted(system_of: Any, changsha_writer: Any, province: Any) -> None:
    bureau, reviewer = system_of(changsha_writer), system_of(province)
    withdrawn = proposed(changsha_writer)
    assert bureau.post(path_of(withdrawn, "withdraw"), None).data["state"] == "withdrawn"
    refused = proposed(changsha_writer)
    assert_problem(reviewer.post(path_of(refused, "refuse"), {}), 400, "comment")
    assert reviewer.post(path_of(refused, "refuse"), {"comment": "依据不足"}).data["state"] == "refused"
    assert bureau.get(path_of(refused)).data["may"] == ["note"]
    assert bureau.post(path_of(refused, "note"), {}).data["has_news"] is False


@pytest.mark.permission
def test_steps_are_taken_by_their_people_only(
    system_of: Any, changsha_writer: Any, province: Any, changsha_reader: Any, analyst: Any
) -> None:
    made = proposed(changsha_writer)
    words = {"comment": "x"}
    for step in ("accept", "return", "refuse"):
        assert_problem(system_of(changsha_writer).post(path_of(made, step), words), 403)
    for step in ("withdraw", "resubmit"):
        assert_problem(system_of(province).post(path_of(made, step), {}), 403)
    for user in (changsha_reader, analyst):
        for step in ("comment", "accept", "return", "refuse", "withdraw", "resubmit", "note"):
            assert_problem(system_of(user).post(path_of(made, step), words), 403)
    assert_problem(system_of(province).post(path_of(made, "note"), {}), 403)
    assert made.events.count() == 1


@pytest.mark.parametrize("state", ["withdrawn", "accepted", "refused"])
def test_what_is_done_with_is_read_as_it_was(system_of: Any, changsha_writer: Any, province: Any, state: str) -> None:
    made = in_state(state, changsha_writer, province)
    move_base(6)
    found = system_of(province).get(path_of(made)).data
    assert found["state"] == state
    assert [each["moved"] for each in found["changes"]] == [False]


def test_nothing_is_changed_or_deleted_here(system_of: Any, changsha_writer: Any) -> None:
    system, made = system_of(changsha_writer), proposed(changsha_writer)
    assert system.patch(path_of(made), {"reason": "x"}).status_code == 405
    assert system.put(path_of(made), BODY).status_code == 405
    assert system.client.delete(f"/api/v1{path_of(made)}").status_code == 405
