"""Plausibility of what is proposed: the prefecture is asked when it proposes, not only the province when it accepts."""

from __future__ import annotations

from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Overruling, PlausibilityRule, Revision
from tests.projects.workflows.proposals_made import ProposedValue, returned

from .conftest import assert_problem
from .test_plausibility import BUREAU, OWN, WHY, asked

pytestmark = pytest.mark.usefixtures("plausible")

PROPOSED = {
    "project": OWN,
    "reason": "合同变更",
    "reported_by": BUREAU,
    "changes": [{"field": "project.total_investment", "value": 300_000_000}],
}


def test_a_prefecture_is_asked_when_it_proposes_as_when_it_types(system_of: Any, changsha_writer: Any) -> None:
    system, before = system_of(changsha_writer), Revision.objects.newest_number()
    found = asked(system.post("/proposals/", PROPOSED))
    assert ("floor", "project.total_investment") in found
    assert Revision.objects.newest_number() == before
    kinds = sorted({kind for kind, _field in found})
    done = system.post("/proposals/", PROPOSED | {"confirm": kinds, "confirm_reason": WHY})
    assert done.status_code == 201, done.content
    kept = Overruling.objects.filter(model="proposal", key=done.data["id"])
    assert {(each.rule.kind, each.field) for each in kept} == found
    assert {each.reason for each in kept} == {WHY}
    assert kept.get(rule__kind="floor").value == "300000000"
    assert {each.prefecture.adcode for each in kept} == {"430100"}


def test_what_a_rule_refuses_cannot_be_proposed(system_of: Any, changsha_writer: Any) -> None:
    rule = PlausibilityRule.objects.get(kind="floor")
    rule.importance = "refuse"
    with create_revision():
        rule.save()
    problem = assert_problem(system_of(changsha_writer).post("/proposals/", PROPOSED), 400)
    assert "is below the floor of the list" in str(problem["errors"]["project.total_investment"])
    assert problem.get("code") != "needs_confirmation"


def test_a_returned_proposal_is_asked_again(system_of: Any, changsha_writer: Any, province: Any) -> None:
    made = returned(changsha_writer, province, ProposedValue("project.total_investment", None, 300_000_000))
    system, path = system_of(changsha_writer), f"/proposals/{made.pk}/resubmit/"
    found = asked(system.post(path, {}))
    kinds = sorted({kind for kind, _field in found})
    assert system.post(path, {"confirm": kinds, "confirm_reason": WHY}).data["state"] == "submitted"
