"""Plausibility at the API: what is doubted is asked for, confirmed with a reason, or refused; at every way to write."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from projects.changes.undo import undo
from projects.history.revisions import create_revision
from projects.models import Overruling, PlausibilityRule, Project, Revision
from tests.projects.workflows.proposals_made import ProposedValue, returned

from .conftest import assert_problem
from .reporting import JULY, draft, entry_of, path_of

pytestmark = pytest.mark.usefixtures("plausible")

BUREAU = "长沙市工业和信息化局"
OWN = "HN-EI-2023-25"
PATH = f"/projects/{OWN}/"
TINY = {"total_investment": 1, "total_investment_reported_by": BUREAU}
WHY = "合同已签，总投资由发改部门核定"
PLAN = {"entry": OWN, "kind": "monitored", "decided_on": "2023-07-01"}
PLAUSIBLE = {
    "code": "HN-EI-2023-77",
    "name_zh": "新项目",
    "sector": "energy-electronics",
    "prefecture": "430100",
    "total_investment": 1_800_000_000,
    "total_investment_reported_by": BUREAU,
}
PROPOSED = {
    "project": OWN,
    "reason": "合同变更",
    "reported_by": BUREAU,
    "changes": [{"field": "project.total_investment", "value": 300_000_000}],
}


def asked(answer: Any) -> set[tuple[str, str]]:
    """Code and field of what has to be confirmed."""
    problem = assert_problem(answer, 400)
    assert problem["code"] == "needs_confirmation"
    return {(error["rule"], error["pointer"].strip("/").replace("/", ".")) for error in answer.data["errors"]}


def named(body: Any) -> Any:
    """With the id of the entry, where a body is about one."""
    return body | {"entry": entry_of(OWN).pk} if "entry" in body else body


def spoken(kind: str) -> int:
    rule = PlausibilityRule.objects.select_related("tally").get(kind=kind)
    return rule.tally.spoke if hasattr(rule, "tally") else 0


def test_a_doubt_is_asked_for_and_confirmed_with_a_reason(system_of, province):
    system, before = system_of(province), Revision.objects.newest_number()
    rules = asked(system.patch(PATH, TINY))
    assert {"floor", "token-amount", "other-unit", "plan", "in-all", "revenue"} == {code for code, _field in rules}
    assert not system.patch(f"{PATH}?lang=zh-hans", TINY).data["errors"][0]["message"].isascii()
    assert Revision.objects.newest_number() == before
    assert spoken("floor") == 2
    codes = sorted(code for code, _field in rules)
    assert asked(system.patch(PATH, TINY | {"confirm": codes[1:], "reason": WHY})) == {(codes[0], "total_investment")}
    done = system.patch(PATH, TINY | {"confirm": codes, "reason": WHY})
    assert (done.status_code, done.data["total_investment"]) == (200, 1)
    found = list(Overruling.objects.select_related("rule", "revision"))
    assert sorted(each.rule.kind for each in found) == codes
    assert {(each.reason, each.user, each.revision.number) for each in found} == {(WHY, province, before + 1)}
    assert {each.value for each in found if each.field == "total_investment"} == {"1"}
    assert Revision.objects.first().reason == WHY


def test_what_was_overruled_is_sealed_with_its_revision_and_may_be_undone(system_of, province):
    system = system_of(province)
    body = PLAUSIBLE | {"code": "甲-1", "confirm": ["code"], "reason": WHY}
    assert system.post("/projects/", body).status_code == 201
    call_command("verify_history", verbosity=0)
    made = Revision.objects.first()
    assert "projects.Overruling" in made.seal.rows
    undo(made, user=province, reason="typed by mistake")
    assert not Project.objects.filter(code="甲-1").exists()
    assert Overruling.objects.count() == 1


def test_confirming_needs_a_reason_and_names_rules(system_of, province):
    system = system_of(province)
    assert_problem(system.patch(PATH, TINY | {"confirm": ["floor"]}), 400, "reason")
    assert_problem(system.patch(PATH, TINY | {"confirm": ["florr"], "reason": WHY}), 400, "confirm.0")
    assert_problem(system.patch(PATH, TINY | {"confirm": "floor", "reason": WHY}), 400, "confirm")
    assert_problem(system.post("/notes/", {"confirm": []}), 400, "confirm", "text")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/entries/", {"project": OWN, "programme": 2024, "joined": "1999-01-01"}, "joined"),
        ("/problems/", {"project": OWN, "kind": "land", "description": "缺料", "raised_on": "2099-01-01"}, "raised_on"),
        ("/plans/", PLAN | {"amount": 600_000_000, "decided_on": "2099-01-01"}, "decided_on"),
        ("/reports/", JULY | {"disbursed": 100_000_000, "enterprises_attracted": 500}, "enterprises_attracted"),
    ],
)
def test_what_is_never_right_is_refused_whatever_is_confirmed(path, body, field, system_of, province):
    system, body = system_of(province), named(body)
    assert assert_problem(system.post(path, body), 400, field)["code"] == "invalid"
    confirmed = body | {"confirm": ["enterprises", "raised", "decision", "membership"], "reason": WHY}
    assert_problem(system.post(path, confirmed), 400, field)


@pytest.mark.parametrize(
    ("path", "body", "rules"),
    [
        ("/projects/", PLAUSIBLE | {"code": "甲 1"}, {"code"}),
        ("/plans/", PLAN | {"amount": 0}, {"zero-plan"}),
        (
            "/entries/",
            {"project": OWN, "programme": 2024, "joined": "2024-01-01", "planned_disbursement": 5_000_000_000}
            | {"planned_disbursement_reported_by": BUREAU, "disbursed_before": 99_000_000_000},
            {"plan", "spent-before"},
        ),
    ],
)
def test_what_is_doubted_of_a_new_record_is_asked_for(path, body, rules, system_of, province):
    system, body = system_of(province), named(body)
    assert {code for code, _field in asked(system.post(path, body))} == rules
    told = {"confirm_reason": WHY} if path == "/plans/" else {"reason": WHY}
    assert system.post(path, body | {"confirm": sorted(rules)} | told).status_code == 201
    assert set(Overruling.objects.values_list("rule__kind", "reason")) == {(rule, WHY) for rule in rules}


def test_a_draft_says_what_it_likes_and_is_asked_when_it_is_submitted(system_of, changsha_writer):
    system = system_of(changsha_writer)
    body = JULY | {"disbursed": -3_000_000_000, "correction_reason": "误报", "reason": "缺料", "measure": "补料"}
    added = system.post("/reports/", body | {"stage": "preparation", "started_on": "2021-11-01"})
    assert added.status_code == 201
    path = f"/reports/{added.data['id']}/"
    rules = {code for code, _field in asked(system.post(f"{path}submit/", {}))}
    assert rules == {"year-to-date", "construction-start"}
    done = system.post(f"{path}submit/", {"confirm": sorted(rules), "reason": WHY})
    assert (done.status_code, done.data["state"]) == (200, "submitted")
    assert done["Pointed-Out"] == "outlier"
    assert Overruling.objects.count() == 2


def test_many_records_are_asked_by_place_and_each_confirms_its_own(system_of, province):
    system, before = system_of(province), Revision.objects.newest_number()
    odd = PLAUSIBLE | {"code": "甲-1"}
    fine = PLAUSIBLE | {"code": "HN-EI-2023-78", "name_zh": "别的项目"}
    assert asked(system.post("/projects/many/", {"records": [fine, odd]})) == {("code", "records.1.code")}
    assert Revision.objects.newest_number() == before
    confirmed = odd | {"confirm": ["code"], "reason": WHY}
    assert system.post("/projects/many/", {"records": [fine, confirmed]}).status_code == 201
    assert (Revision.objects.newest_number(), Overruling.objects.count()) == (before + 1, 1)


def test_reports_submitted_together_are_asked_by_place(system_of, changsha_writer):
    system = system_of(changsha_writer)
    report = draft(OWN, disbursed=-3_000_000_000, correction_reason="误报", reason="缺料", measure="补料")
    version = system.version_of(path_of(report)).strip('"')
    body = {"reports": [{"id": report.pk, "version": version}]}
    assert asked(system.post("/reports/submit/", body)) == {("year-to-date", "reports.0.disbursed")}
    assert system.post("/reports/submit/", body | {"confirm": ["year-to-date"], "reason": WHY}).status_code == 200


def test_permission_comes_before_any_doubt(system_of, zhuzhou_writer):
    assert system_of(zhuzhou_writer).patch(PATH, TINY).status_code == 404


def test_a_rule_that_is_off_or_begins_later_says_nothing(system_of, province):
    with create_revision():
        for rule, day in zip(PlausibilityRule.objects.all(), ["2149-01-01", None] * 50, strict=False):
            rule.on_from = day
            rule.save()
    assert system_of(province).patch(PATH, TINY).status_code == 200


def test_the_province_makes_a_rule_point_out_and_the_answer_says_so(system_of, province):
    system = system_of(province)
    assert system.patch("/plausibility-rules/code/", {"importance": "point-out"}).status_code == 200
    added = system.post("/projects/", PLAUSIBLE | {"code": "甲-1"})
    assert (added.status_code, added["Pointed-Out"]) == (201, "code")
    assert spoken("code") == 1


def test_a_prefecture_is_asked_when_it_proposes_as_when_it_types(system_of, changsha_writer):
    system, before = system_of(changsha_writer), Revision.objects.newest_number()
    found = asked(system.post("/proposals/", PROPOSED))
    assert ("floor", "project.total_investment") in found
    assert Revision.objects.newest_number() == before
    kinds = sorted({kind for kind, _field in found})
    done = system.post("/proposals/", PROPOSED | {"confirm": kinds, "confirm_reason": WHY})
    assert done.status_code == 201, done.content
    kept = Overruling.objects.filter(model="proposal", key=done.data["id"])
    assert {(each.rule.kind, each.field) for each in kept} == found
    assert {(each.reason, each.prefecture.adcode) for each in kept} == {(WHY, "430100")}
    assert kept.get(rule__kind="floor").value == "300000000"


def test_what_a_rule_refuses_cannot_be_proposed(system_of, changsha_writer):
    rule = PlausibilityRule.objects.get(kind="floor")
    rule.importance = "refuse"
    with create_revision():
        rule.save()
    problem = assert_problem(system_of(changsha_writer).post("/proposals/", PROPOSED), 400)
    assert "is below the floor of the list" in str(problem["errors"]["project.total_investment"])
    assert problem.get("code") != "needs_confirmation"


def test_a_returned_proposal_is_asked_again(system_of, changsha_writer, province):
    made = returned(changsha_writer, province, ProposedValue("project.total_investment", None, 300_000_000))
    system, path = system_of(changsha_writer), f"/proposals/{made.pk}/resubmit/"
    found = asked(system.post(path, {}))
    kinds = sorted({kind for kind, _field in found})
    assert system.post(path, {"confirm": kinds, "confirm_reason": WHY}).data["state"] == "submitted"
