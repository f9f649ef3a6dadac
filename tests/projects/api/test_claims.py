"""/api/v1/claims/: their list, what is asked of an amount that appears to be in another unit, and the acts of adopting"""

from __future__ import annotations

from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Claim, Overruling, Project, Revision, Source

from .conftest import assert_problem
from .lists import assert_is_a_list
from .test_plausibility import asked

OWN = "HN-EI-2023-01"  # of 18 billion CNY
AMOUNT = {
    "project": OWN,
    "figure": "expected_revenue",
    "amount": 20_000_000_000,
    "source": {"url": "https://a.example/x"},
}
LICO, WHOLE = "HN-EI-2023-08", "HN-EI-2023-04"  # four claims and none adopted; the only one
REASON = {"reason": "企业公告为准"}
WHY = "公告如此"
SOURCE = {"url": "https://a.example/x", "published": "2023-09"}


def test_claims_are_listed_with_their_sources(public):
    records = assert_is_a_list(public, "/claims/", count=Claim.objects.count(), key="id")
    assert all(each["source"]["url"] for each in records)
    assert all((each["amount"] is None) != (each["unit"] == "CNY") for each in records)


def test_claims_are_filtered(public):
    records = public.all("/claims/")
    adopted = [each for each in records if each["adopted"]]
    assert adopted
    assert public.all("/claims/", adopted="true") == adopted
    assert {each["project"]["code"] for each in public.all("/claims/", project=OWN)} == {OWN}
    large = [each for each in records if (each["amount"] or 0) >= 10**10]
    assert large
    assert public.all("/claims/", amount_min=str(10**10)) == large
    figures = {each["figure"] for each in records}
    assert sum(len(public.all("/claims/", figure=figure)) for figure in figures) == len(records)
    assert public.all("/claims/", programme="2022") == []


def test_a_claim_is_added_with_a_new_source(system_of, changsha_writer):
    system, source = system_of(changsha_writer), SOURCE | {"publisher_zh": "某报"}
    assert_problem(system.post("/claims/", AMOUNT | {"amount": None}), 400, "amount")
    assert not Source.objects.filter(url=SOURCE["url"]).exists()
    answer = system.post("/claims/", AMOUNT | {"source": source})
    assert answer.status_code == 201
    stored = Source.objects.get(url=SOURCE["url"])
    assert answer.data["source"] == SOURCE | {"id": stored.pk, "publisher": "某报"}
    again = system.post("/claims/", AMOUNT | {"source": SOURCE})
    assert again.data["source"]["id"] == stored.pk
    other_date = system.post("/claims/", AMOUNT | {"source": {"url": SOURCE["url"]}})
    assert other_date.data["source"]["id"] != stored.pk


def test_wrong_sources_are_refused_at_their_part(system_of, province):
    def refused(source: Any) -> set[str]:
        return set(assert_problem(system_of(province).post("/claims/", AMOUNT | {"source": source}), 400)["errors"])

    assert refused({"url": "no address"}) == {"source.url"}
    assert refused({"url": "https://a.example/", "published": "yesterday"}) == {"source.published"}
    assert refused({"url": "https://a.example/", "author": "x"}) == {"source.author"}
    for source in (None, "1", 10**30):
        assert refused(source) == {"source"}


def test_a_claim_is_adopted_by_the_act_and_not_by_a_field(system_of, province):
    system = system_of(province)
    assert_problem(system.post("/claims/", AMOUNT | {"adopted": True}), 400, "adopted")
    made = system.post("/claims/", AMOUNT)
    assert_problem(system.patch(f"/claims/{made.data['id']}/", {"adopted": True}), 400, "adopted")
    assert made.data["adopted"] is False


def claim_of(code: str) -> Claim:
    return Claim.objects.filter(project__code=code, figure="total_investment").order_by("pk").first()


@pytest.mark.no_database
def test_a_claim_is_adopted_and_withdrawn(system_of, province, public):
    system, claim = system_of(province), claim_of(LICO)
    answer = system.post(f"/claims/{claim.pk}/adopt/", REASON)
    assert answer.status_code == 200
    assert (answer.data["adopted"], answer.data["adopted_because"]) == (True, REASON["reason"])
    shown = public.get(f"/projects/{LICO}/").data
    assert (shown["total_investment"], shown["total_investment_source"]) == (claim.amount, answer.data["source"])
    assert Revision.objects.first().reason == REASON["reason"]
    answer = system.post(f"/claims/{claim.pk}/withdraw/", REASON)
    assert answer.data["adopted"] is False
    shown = public.get(f"/projects/{LICO}/").data
    assert (shown["total_investment"], shown["total_investment_source"]) == (None, None)


@pytest.mark.no_database
def test_withdrawing_the_only_claim_asks_what_the_figure_rests_on(system_of, province, public):
    system, claim = system_of(province), claim_of(WHOLE)
    address = f"/claims/{claim.pk}/withdraw/"
    assert_problem(system.post(address, REASON), 400, "reported_by")
    assert_problem(system.post(address, REASON | {"left_blank": "yes"}), 400, "left_blank")
    assert system.post(address, REASON | {"reported_by": "长沙市工信局"}).status_code == 200
    assert system.get(f"/projects/{WHOLE}/").data["total_investment_reported_by"] == "长沙市工信局"
    assert public.get(f"/projects/{WHOLE}/").data["total_investment_reported_by"] is None
    assert system.post(f"/claims/{claim.pk}/adopt/", REASON).status_code == 200
    assert system.post(address, REASON | {"source": {"url": SOURCE["url"]}}).status_code == 200
    assert system.get(f"/projects/{WHOLE}/").data["total_investment_source"]["url"] == SOURCE["url"]


@pytest.mark.no_database
def test_who_comes_second_gets_a_conflict(system_of, province):
    system, claim = system_of(province), claim_of(LICO)
    version = system.get(f"/claims/{claim.pk}/")["ETag"]
    assert system.post(f"/claims/{claim.pk}/adopt/", REASON, **{"If-Match": version}).status_code == 200
    assert_problem(system.post(f"/claims/{claim.pk}/adopt/", REASON), 409, "record")
    assert_problem(system.post(f"/claims/{claim.pk}/withdraw/", REASON, **{"If-Match": version}), 412)
    assert_problem(system.post(f"/claims/{claim_of(WHOLE).pk}/adopt/", REASON), 409, "record")


@pytest.mark.no_database
def test_a_named_source_becomes_the_adopted_claim(system_of, province):
    system = system_of(province)
    body = {"total_investment": 5, "total_investment_source": {"url": "https://a.example/x", "published": "2024-02"}}
    answer = system.patch(f"/projects/{WHOLE}/", body)
    assert answer.status_code == 200
    assert answer.data["total_investment_source"]["published"] == "2024-02"
    claims = system.all("/claims/", project=WHOLE, figure="total_investment", adopted="true")
    assert [(claim["amount"], claim["source"]["url"]) for claim in claims] == [(5, "https://a.example/x")]
    entry = system.get("/entries/", project=WHOLE).data["results"][0]["id"]
    plan = {"planned_disbursement": 5, "planned_disbursement_source": answer.data["total_investment_source"]["id"]}
    assert system.patch(f"/entries/{entry}/", plan).data["source"]["url"] == "https://a.example/x"


@pytest.fixture
def system(system_of, province):
    return system_of(province)


def claim(amount: int, **more: Any) -> dict[str, Any]:
    return {"project": OWN, "figure": "total_investment", "amount": amount, "source": SOURCE} | more


@pytest.mark.usefixtures("plausible")
def test_the_api_asks_about_an_amount_in_another_unit(system):
    before = Claim.objects.count()
    rules = {code for code, field in asked(system.post("/claims/", claim(12))) if field == "amount"}
    assert rules == {"token-amount", "other-unit"}
    many = {"records": [claim(12)]}
    assert ("token-amount", "records.0.amount") in asked(system.post("/claims/many/", many))
    assert Claim.objects.count() == before
    done = system.post("/claims/", claim(12, confirm=sorted(rules), reason=WHY))
    assert (done.status_code, done.data["amount"]) == (201, 12)
    assert set(Overruling.objects.values_list("rule__kind", "reason")) == {(rule, WHY) for rule in rules}


@pytest.mark.usefixtures("plausible")
def test_adopting_asks_at_the_project(system):
    with create_revision(reason=WHY):
        own = Project.objects.get(code=OWN)
        made = Claim(project=own, figure="total_investment", amount=180, source=Claim.objects.first().source)
        made.save()
    assert {field for _rule, field in asked(system.post(f"/claims/{made.pk}/adopt/", {"reason": WHY}))} == {
        "total_investment"
    }
