"""Plans of an entry: kinds side by side, none erased, months that add up."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from projects.choices import PlanKind
from projects.models import Plan
from projects.totals.plans import YearPlan, plans_of

from ..models.reports_made import entry_of

JULY = dt.date(2023, 7, 1)


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def plan(**values):
    entry = values.pop("entry", None) or entry_of()
    made = Plan(**{"entry": entry, "kind": "revised", "decided_on": JULY, "reason": "Permits", "amount": 5} | values)
    made.save()
    return made


def test_the_list_itself_announces_the_first_plan(register):
    entry = entry_of()
    assert plans_of(entry) == {PlanKind.ANNOUNCED: YearPlan(PlanKind.ANNOUNCED, entry.planned_disbursement)}


def test_a_revision_stands_beside_the_announced_plan_and_the_one_before(register):
    entry = entry_of()
    plan(amount=700, decided_on=dt.date(2023, 4, 1))
    newest = plan(amount=600)
    found = plans_of(entry)
    assert [found[kind].amount for kind in found] == [entry.planned_disbursement, 600]
    assert found[PlanKind.REVISED].record == newest
    assert Plan.objects.filter(entry=entry).count() == 2


def test_a_plan_is_even_unless_it_gives_its_months(register):
    even = YearPlan(PlanKind.REVISED, 100)
    assert (even.get_due(range(1, 6)), even.of_month(5), even.is_even) == (Fraction(500, 12), Fraction(100, 12), True)
    curve = plan(amount=78, curve=list(range(1, 13)))
    shaped = plans_of(curve.entry)[PlanKind.REVISED]
    assert (shaped.get_due([]), shaped.get_due([1, 3]), shaped.get_due(range(1, 13))) == (0, 4, 78)
    assert (shaped.of_month(1), shaped.of_month(12), shaped.is_even) == (1, 12, False)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"curve": [1] * 11}, "curve", "twelve"),
        ({"curve": [1] * 11 + [-6]}, "curve", "twelve"),
        ({"curve": {"1": 5}}, "curve", "twelve"),
        ({"curve": [1] * 12}, "curve", "come to 12 CNY, but the plan is 5 CNY: a difference of 7 CNY"),
        ({"reason": " "}, "reason", "why"),
        ({"kind": "announced"}, "amount", "as a revised plan"),
        ({"amount": -1}, "amount", "negative"),
    ],
)
def test_a_wrong_plan_is_refused_at_its_field(register, values, field, said):
    with pytest.raises(ValidationError, match=said) as refused:
        plan(**values)
    assert list(refused.value.message_dict) == [field]


def test_the_announced_plan_cannot_be_changed_under_its_record(register):
    entry = entry_of()
    plan(kind="announced", amount=entry.planned_disbursement)
    entry.planned_disbursement += 1
    with pytest.raises(ValidationError) as refused:
        entry.save()
    assert list(refused.value.message_dict) == ["planned_disbursement"]
