"""No door takes a published figure away or lowers a basis before somebody has confirmed it with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import (
    Claim,
    Milestone,
    Overruling,
    Plan,
    Problem,
    Project,
    Revision,
    Source,
)

from .test_plausibility import asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plausible")]

CODE = "HN-EI-2023-01"  # published, in Changsha, 18 billion CNY
PATH = f"/projects/{CODE}/"
BUREAU = "长沙市工业和信息化局"
WHY = "公告已撤回"
BLANK = {"total_investment": None, "reason": WHY}
FIGURE, BASIS = "published-figure", "lower-basis"


@pytest.fixture
def system(system_of, province):
    return system_of(province)


def stored() -> Project:
    return Project.objects.get(code=CODE)


def test_the_api_takes_no_published_figure_away_unconfirmed(system):
    before = Revision.objects.newest_number()
    assert asked(system.patch(PATH, BLANK)) == {(FIGURE, "total_investment")}
    assert asked(system.patch(PATH, {"start": None, "reason": WHY})) == {(FIGURE, "start")}
    many = {"records": [BLANK | {"code": CODE, "version": system.version_of(PATH).strip('"')}]}
    assert asked(system.patch("/projects/many/", many)) == {(FIGURE, "records.0.total_investment")}
    assert Revision.objects.newest_number() == before
    done = system.patch(PATH, BLANK | {"confirm": [FIGURE]})
    assert (done.status_code, done.data["total_investment"]) == (200, None)
    assert [(each.rule.kind, each.reason) for each in Overruling.objects.all()] == [(FIGURE, WHY)]


def test_a_figure_of_an_adopted_claim_is_published_whatever_the_basis_of_its_project(system):
    claim = Claim.objects.filter(adopted=True, figure="total_investment").first()
    path = f"/projects/{claim.project.code}/"
    assert (FIGURE, "total_investment") in asked(system.patch(path, BLANK))


@pytest.mark.parametrize("model", [Milestone, Problem, Plan])
def test_the_api_lowers_no_basis_unconfirmed(system, model):
    values: dict[type[Any], dict[str, Any]] = {
        Milestone: {"project": stored(), "name_zh": "x", "planned": "2023-07-01"},
        Problem: {"project": stored(), "raised_on": "2023-07-01", "kind": "land", "description": "缺料"},
        Plan: {"entry": stored().entries.get(), "kind": "revised", "amount": 10**9, "decided_on": "2023-07-01"}
        | {"reason": "x"},
    }
    with create_revision(reason=WHY):
        record = model(basis="published", source=Source.objects.first(), **values[model])
        record.save()
    path, change = f"/{model._meta.model_name}s/{record.pk}/", {"basis": "illustrative", "confirm_reason": WHY}
    assert asked(system.patch(path, change)) == {(BASIS, "basis")}
    done = system.patch(path, change | {"confirm": [BASIS]})
    assert (done.status_code, done.data["basis"]) == (200, "illustrative")


def adopted() -> Claim:
    """A claim that a figure rests on and that none disputes."""
    return Claim.objects.get(project__code="HN-EI-2023-04", figure="total_investment", adopted=True)


def test_who_withdraws_a_claim_and_leaves_its_figure_blank_is_asked(system):
    path = f"/claims/{adopted().pk}/withdraw/"
    body = {"reason": WHY, "left_blank": True}
    assert asked(system.post(path, body)) == {(FIGURE, "total_investment")}
    assert system.post(path, body | {"confirm": [FIGURE]}).status_code == 200
    assert Project.objects.get(code="HN-EI-2023-04").total_investment is None


def test_who_proposes_and_who_accepts_are_asked(system, system_of, changsha_writer):
    bureau = system_of(changsha_writer)
    changes = [
        {"field": "project.total_investment", "value": None},
        {"field": "project.basis", "value": "illustrative"},
    ]
    body = {"project": CODE, "reason": WHY, "reported_by": BUREAU, "changes": changes}
    found = asked(bureau.post("/proposals/", body))
    assert found == {(FIGURE, "project.total_investment"), (BASIS, "project.basis")}
    confirmed = {"confirm": [FIGURE, BASIS], "confirm_reason": WHY}
    made = bureau.post("/proposals/", body | confirmed)
    assert made.status_code == 201, made.data
    accept = f"/proposals/{made.data['id']}/accept/"
    assert {rule for rule, _field in asked(system.post(accept, {}))} == {FIGURE, BASIS}
    assert stored().basis == "published"
    assert system.post(accept, {"confirm": [FIGURE, BASIS], "reason": WHY}).status_code == 200
    assert (stored().basis, stored().total_investment) == ("illustrative", None)
