"""/api/v1/proposals/"""

from __future__ import annotations

from typing import Any

import pytest

from projects.models import Proposal, Revision
from projects.models.proposal import MEMBERSHIP, PROPOSABLE, is_of_entry
from projects.workflows import proposals
from tests.projects.workflows.proposals_made import (
    ELSEWHERE,
    INVESTMENT,
    LETTER,
    MORE,
    OTHER_OWN,
    OWN,
    PLAN,
    move_base,
    project,
    proposed,
    returned,
)

from .conftest import assert_problem, version_in
from .lists import assert_is_a_list

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
PROPOSABLE_FIELDS = sorted(PROPOSABLE.keys() - {MEMBERSHIP})


def path_of(proposal: Proposal, step: str = "") -> str:
    return f"/proposals/{proposal.pk}/{step}/" if step else f"/proposals/{proposal.pk}/"


def test_a_change_is_proposed(system_of, changsha_writer):
    system, before = system_of(changsha_writer), project().total_investment
    answer = system.post("/proposals/", BODY)
    assert answer.status_code == 201
    assert answer["Location"] == answer.data["url"]
    shown = system.get(answer["Location"])
    assert shown.data == answer.data
    assert version_in(shown["ETag"]) == version_in(answer["ETag"])
    [first, second] = answer.data["changes"]
    amounts = {"original": before, "proposed": MORE, "current": before}
    assert first == amounts | {"field": FIGURE, "programme": None, "moved": False, "taken": None}
    assert (second["field"], second["programme"]) == ("entry.planned_disbursement", 2023)
    assert (answer.data["state"], answer.data["reported_by"], answer.data["source"]) == ("submitted", LETTER, None)
    assert (answer.data["proposed_by"], answer.data["may"]) == ("李湘", ["comment", "withdraw"])
    [step] = answer.data["discussion"]
    assert [step[name] for name in ("action", "state", "who", "comment")] == [
        "submit",
        "submitted",
        "李湘",
        BODY["reason"],
    ]
    assert project().total_investment == before
    assert (Revision.objects.first().door, Revision.objects.first().user) == ("api", changsha_writer)


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"project": ELSEWHERE}, ["project"]),
        ({"reason": ""}, ["reason"]),
        ({"reported_by": ""}, ["source"]),
        ({"changes": []}, ["changes"]),
        ({"changes": [{"field": "project.county_zh", "value": "x"}]}, ["changes.0.field"]),
        ({"changes": [{"field": FIGURE}]}, ["changes.0.value"]),
        ({"changes": [{"field": FIGURE, "value": 10**400}]}, [FIGURE]),
        ({"changes": [{"field": "entry.left", "programme": 2024, "value": "2024-12-31"}]}, ["entry.left:2024"]),
        ({"state": "accepted"}, ["state"]),
    ],
)
def test_what_cannot_be_proposed_is_refused_at_its_field(system_of, changsha_writer, change, fields):
    assert_problem(system_of(changsha_writer).post("/proposals/", BODY | change), 400, *fields)
    assert not Proposal.objects.exists()


def test_proposals_are_listed_and_filtered(system_of, changsha_writer, zhuzhou_writer, province):
    first = returned(changsha_writer, province)
    proposed(changsha_writer, code=OTHER_OWN)
    proposed(zhuzhou_writer, code=ELSEWHERE)
    system = system_of(province)
    assert_is_a_list(system, "/proposals/", count=3, key="id")
    assert [each["project"]["code"] for each in system.all("/proposals/", project=OTHER_OWN)] == [OTHER_OWN]
    assert len(system.all("/proposals/", prefecture="430100")) == 2
    assert len(system.all("/proposals/", waiting="true")) == 2
    for own in (
        system.all("/proposals/", state="returned"),
        system.all("/proposals/", waiting="false"),
        system_of(changsha_writer).all("/proposals/", waiting="true"),
    ):
        assert [each["id"] for each in own] == [first.pk]


def test_the_province_accepts_and_the_totals_say_so(system_of, changsha_writer, province):
    system = system_of(province)

    def total() -> int:
        return system.get("/totals/", programme="2023").data["rows"][0]["figures"]["total_investment"]["value"]

    made, before, stored = proposed(changsha_writer), total(), project().total_investment
    accepted = system.post(path_of(made, "accept"), {"comment": "同意"})
    assert accepted.status_code == 200
    assert (accepted.data["state"], accepted.data["answered_by"], accepted.data["may"]) == ("accepted", "周敏", [])
    assert [each["taken"] for each in accepted.data["changes"]] == [True]
    assert total() == before - stored + MORE
    assert Revision.objects.first().reason == f"proposal {made.pk}: {made.reason}"
    assert_problem(system.post(path_of(made, "accept"), {}), 409, "record")


def test_a_base_that_has_moved_is_409_until_it_is_chosen(system_of, changsha_writer, province):
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


def test_it_is_returned_discussed_and_handed_in_again(system_of, changsha_writer, province):
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


def test_it_is_withdrawn_refused_and_noted(system_of, changsha_writer, province):
    bureau, reviewer = system_of(changsha_writer), system_of(province)
    withdrawn = proposed(changsha_writer)
    assert bureau.post(path_of(withdrawn, "withdraw"), None).data["state"] == "withdrawn"
    refused = proposed(changsha_writer)
    assert_problem(reviewer.post(path_of(refused, "refuse"), {}), 400, "comment")
    assert reviewer.post(path_of(refused, "refuse"), {"comment": "依据不足"}).data["state"] == "refused"
    assert bureau.get(path_of(refused)).data["may"] == ["note"]
    assert bureau.post(path_of(refused, "note"), {}).data["has_news"] is False


def body_of(field: str, value: Any) -> dict[str, Any]:
    change = {"field": field, "value": value} | ({"programme": 2023} if is_of_entry(field) else {})
    return {"project": OWN, "changes": [change], "reason": "更正", "reported_by": "x"}


@pytest.fixture
def writer(system_of, changsha_writer):
    return system_of(changsha_writer)


@pytest.mark.parametrize("field", PROPOSABLE_FIELDS)
def test_an_empty_text_is_the_same_as_null(writer, changsha_writer, field):
    """Refused alike, or proposed as the same value."""
    told = []
    for value in (None, ""):
        answer = writer.post("/proposals/", body_of(field, value))
        told.append((answer.status_code, answer.data.get("errors") or answer.data["changes"][0]["proposed"]))
        for each in Proposal.objects.open():
            proposals.withdraw(each, user=changsha_writer)
    assert told[0] == told[1]
    assert told[0][0] in (201, 400)
