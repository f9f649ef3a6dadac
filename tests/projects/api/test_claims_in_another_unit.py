"""A claim that appears to be in another unit is asked about when it is posted, as the amounts of projects are."""

from __future__ import annotations

from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Claim, Overruling, Project
from tests.projects.admin.forms import change_url, filled, url

from .conftest import System
from .test_plausibility import asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plausible")]

CODE = "HN-EI-2023-01"  # of 18 billion CNY
WHY = "公告如此"
SOURCE = {"url": "https://a.example/x", "published": "2023-09"}


@pytest.fixture
def system(system_of: Any, province: Any) -> System:
    return system_of(province)


def claim(amount: int, **more: Any) -> dict[str, Any]:
    return {"project": CODE, "figure": "total_investment", "amount": amount, "source": SOURCE} | more


@pytest.mark.parametrize("amount", [12, 180, 200, 180_000])
def test_the_api_asks_about_an_amount_in_another_unit(system: System, amount: int) -> None:
    before = Claim.objects.count()
    rules = {code for code, field in asked(system.post("/claims/", claim(amount))) if field == "amount"}
    assert rules == {"token-amount", "other-unit"}
    many = {"records": [claim(amount)]}
    assert ("token-amount", "records.0.amount") in asked(system.post("/claims/many/", many))
    assert Claim.objects.count() == before
    done = system.post("/claims/", claim(amount, confirm=sorted(rules), reason=WHY))
    assert (done.status_code, done.data["amount"]) == (201, amount)
    assert set(Overruling.objects.values_list("rule__kind", "reason")) == {(rule, WHY) for rule in rules}


def test_an_amount_in_tens_of_thousands_is_held_against_the_project(system: System) -> None:
    assert asked(system.post("/claims/", claim(1_800_000))) == {("other-unit", "amount")}
    phase = {"scope_zh": "一期", "scope_en": "first phase"}  # a part may be a tenth of the whole
    assert system.post("/claims/", claim(1_800_000_000, **phase)).status_code == 201
    assert system.post("/claims/", claim(17_000_000_000)).status_code == 201


def test_a_claim_that_changes_is_held_against_itself(system: System) -> None:
    posted = system.post("/claims/", claim(17_000_000_000)).data
    path = f"/claims/{posted['id']}/"
    assert asked(system.patch(path, {"amount": 1_700_000})) == {("other-unit", "amount")}
    assert asked(system.patch(path, {"amount": 17})) == {("other-unit", "amount"), ("token-amount", "amount")}
    assert system.patch(path, {"amount": 16_000_000_000}).status_code == 200


def test_the_form_of_the_administration_asks(province: Any, client_of: Any) -> None:
    browser = client_of(province)
    page = browser.get(url(Claim, "add"), {"lang": "en"})
    existing = Claim.objects.filter(figure="total_investment", adopted=False).first()
    named = {"project": existing.project_id, "figure": "total_investment", "source": existing.source_id}
    data = filled(page, amount="0.000012", **named)  # billion CNY
    held = browser.post(url(Claim, "add") + "?lang=en", data)
    assert held.status_code == 200
    assert 'name="_confirm-token-amount"' in held.content.decode()
    change = filled(browser.get(change_url(existing), {"lang": "en"}), amount="0.000012")
    assert 'name="_confirm-token-amount"' in browser.post(change_url(existing) + "?lang=en", change).content.decode()
    confirmed = {"_confirm-token-amount": "1", "_confirm-other-unit": "1", "_confirm_reason": WHY}
    assert browser.post(url(Claim, "add") + "?lang=en", data | confirmed).status_code == 302
    assert Claim.objects.filter(amount=12_000).exists()


def test_the_claim_that_a_confirmed_figure_rests_on_is_not_asked_about_again(system: System) -> None:
    """Who names the source of a figure has confirmed its amount at the project."""
    change = {"total_investment": 300_000, "total_investment_source": SOURCE, "reason": WHY}
    project, rules = f"/projects/{CODE}/", {"floor", "token-amount", "other-unit", "revenue"}
    found = asked(system.patch(project, change))
    assert {field for _rule, field in found} <= {"total_investment", "expected_revenue"}
    done = system.patch(project, change | {"confirm": sorted({rule for rule, _field in found})})
    assert done.status_code == 200, (done.data, rules)
    assert Claim.objects.get(adopted=True, figure="total_investment", project__code=CODE).amount == 300_000
    assert not Overruling.objects.filter(model="claim").exists()


def test_adopting_asks_at_the_project(system: System) -> None:
    with create_revision(reason=WHY):
        own = Project.objects.get(code=CODE)
        made = Claim(project=own, figure="total_investment", amount=180, source=Claim.objects.first().source)
        made.save()
    assert {field for _rule, field in asked(system.post(f"/claims/{made.pk}/adopt/", {"reason": WHY}))} == {
        "total_investment"
    }
