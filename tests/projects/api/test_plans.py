"""/api/v1/plans/"""

from __future__ import annotations

from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Plan

from .conftest import assert_problem
from .lists import assert_is_a_list
from .reporting import ELSEWHERE, OWN, entry_of

AMOUNT = 600_000_000


def new(**more: Any) -> dict[str, Any]:
    body = {"entry": entry_of(OWN).pk, "amount": AMOUNT, "decided_on": "2023-07-20", "reason": "二期推迟"}
    return body | more


@pytest.fixture
def plans(register):
    """Two revised plans of one entry, of which the second is in force, and one monitored plan elsewhere."""
    rows = [
        (OWN, "revised", AMOUNT, "2023-05-01"),
        (OWN, "revised", AMOUNT + 1, "2023-06-01"),
        (ELSEWHERE, "monitored", 5 * AMOUNT, "2023-04-01"),
    ]
    with create_revision():
        for code, kind, amount, day in rows:
            values = {"kind": kind, "amount": amount, "decided_on": day, "reason": "r", "basis": "illustrative"}
            Plan(entry=entry_of(code), **values).save()


def test_plans_are_listed_with_which_is_in_force(public, plans):
    assert_is_a_list(public, "/plans/", count=3, key="id")

    def found(**query: str) -> set[int]:
        return {each["amount"] for each in public.all("/plans/", **query)}

    assert found(in_force="true") == {AMOUNT + 1, 5 * AMOUNT}
    assert found(in_force="false") == {AMOUNT}
    assert found(programme="2023", prefecture="430200") == {5 * AMOUNT}
    assert found(decided_on_min="2023-05-02") == {AMOUNT + 1}
    assert public.all("/plans/", ordering="-amount")[0]["amount"] == 5 * AMOUNT


def test_the_province_adds_a_plan_beside_those_before(system_of, province, plans):
    system = system_of(province)
    curve = [50_000_000] * 12
    added = system.post("/plans/", new(curve=curve, document="湘工信〔2023〕1号"))
    assert added.status_code == 201
    assert (added.data["kind"], added.data["curve"], added.data["in_force"]) == ("revised", curve, True)
    assert added.data["basis"] == "illustrative"
    assert len(system.all("/plans/", project=OWN)) == 3
    assert_problem(system.post("/plans/", new()), 400, "record")
    path = f"/plans/{added.data['id']}/"
    assert system.patch(path, {"document": "湘工信〔2023〕2号"}).data["amount"] == AMOUNT
    assert_problem(system.patch(path, {"amount": AMOUNT + 1}), 400, "curve")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "announced"}, "amount"),
        ({"reason": ""}, "reason"),
        ({"curve": [50_000_001] * 12}, "curve"),
        ({"curve": ["1"] * 12}, "curve.0"),
        ({"basis": "published"}, "source"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(system_of, province, body, field):
    problem = assert_problem(system_of(province).post("/plans/", new(**body)), 400)
    assert field in problem["errors"]
    assert not Plan.objects.exists()
