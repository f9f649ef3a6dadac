"""/api/v1/claims/"""

from __future__ import annotations

from typing import Any

from projects.models import Claim, Source

from .conftest import System, assert_problem
from .lists import assert_constant_queries, assert_is_a_list

OWN = "HN-EI-2023-01"
AMOUNT = {
    "project": OWN,
    "figure": "expected_revenue",
    "amount": 20_000_000_000,
    "source": {"url": "https://a.example/x"},
}


def test_claims_are_listed_with_their_sources(public: System) -> None:
    records = assert_is_a_list(public, "/claims/", count=Claim.objects.count(), key="id")
    assert all(each["source"]["url"] for each in records)
    assert all((each["amount"] is None) != (each["unit"] == "CNY") for each in records)


def test_claims_are_filtered(public: System) -> None:
    records = public.all("/claims/")
    adopted = [each for each in records if each["adopted"]]
    assert adopted
    assert public.all("/claims/", adopted="true") == adopted
    assert len(public.all("/claims/", adopted="false")) == len(records) - len(adopted)
    assert {each["project"]["code"] for each in public.all("/claims/", project=OWN)} == {OWN}
    large = [each for each in records if (each["amount"] or 0) >= 10**10]
    assert large
    assert public.all("/claims/", amount_min=str(10**10)) == large
    figures = {each["figure"] for each in records}
    assert sum(len(public.all("/claims/", figure=figure)) for figure in figures) == len(records)
    assert public.all("/claims/", programme="2023") == records
    assert public.all("/claims/", programme="2022") == []
    problem = assert_problem(public.get("/claims/", figure="colour"), 400, "figure")
    assert "total_investment" in problem["detail"]


def test_a_claim_is_added_with_a_new_source(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    source = {"url": "https://a.example/x", "published": "2023-09", "publisher_zh": "某报"}
    answer = system.post("/claims/", AMOUNT | {"source": source})
    assert answer.status_code == 201
    assert answer.data["source"] == {
        "id": Source.objects.get(url="https://a.example/x").pk,
        "url": "https://a.example/x",
        "published": "2023-09",
        "publisher": "某报",
    }
    again = system.post("/claims/", AMOUNT | {"source": {"url": "https://a.example/x", "published": "2023-09"}})
    assert again.data["source"]["id"] == answer.data["source"]["id"]
    assert Source.objects.filter(url="https://a.example/x").count() == 1
    other_date = system.post("/claims/", AMOUNT | {"source": {"url": "https://a.example/x"}})
    assert other_date.data["source"]["id"] != answer.data["source"]["id"]


def test_a_refused_claim_leaves_no_source_behind(system_of: Any, changsha_writer: Any) -> None:
    assert_problem(system_of(changsha_writer).post("/claims/", AMOUNT | {"amount": None}), 400, "amount")
    assert not Source.objects.filter(url="https://a.example/x").exists()


def test_wrong_sources_are_refused_at_their_part(system_of: Any, province: Any) -> None:
    def refused(source: Any) -> set[str]:
        return set(assert_problem(system_of(province).post("/claims/", AMOUNT | {"source": source}), 400)["errors"])

    assert refused({"url": "no address"}) == {"source.url"}
    assert refused({"url": "https://a.example/", "published": "yesterday"}) == {"source.published"}
    assert refused({"url": "https://a.example/", "author": "x"}) == {"source.author"}
    assert refused({"published": "2023"}) == {"source.url"}
    assert refused({"url": 5}) == {"source.url"}
    for source in (None, "1", 999_999, -1, True, 10**30, []):
        assert refused(source) == {"source"}


def test_claims_hold_what_their_figure_is_measured_in(system_of: Any, province: Any) -> None:
    system = system_of(province)
    date = {"project": OWN, "figure": "start", "stated": "2022-q3", "source": Source.objects.first().pk}
    answer = system.post("/claims/", date)
    assert (answer.status_code, answer.data["stated"], answer.data["unit"]) == (201, "2022-Q3", "date")
    assert_problem(system.post("/claims/", date | {"stated": "soon"}), 400, "stated")
    assert_problem(system.post("/claims/", date | {"amount": 5}), 400, "stated")
    assert_problem(system.post("/claims/", date | {"through_month": 13}), 400, "through_month")


def test_a_claim_is_adopted_by_the_act_and_not_by_a_field(system_of: Any, province: Any) -> None:
    system = system_of(province)
    for name, value in (("adopted", True), ("adopted_because", "x")):
        assert_problem(system.post("/claims/", AMOUNT | {name: value}), 400, name)
    made = system.post("/claims/", AMOUNT)
    assert_problem(system.patch(f"/claims/{made.data['id']}/", {"adopted": True}), 400, "adopted")
    assert made.data["adopted"] is False


def test_claims_elsewhere_stay_as_they_are(system_of: Any, zhuzhou_writer: Any, analyst: Any) -> None:
    claim = Claim.objects.filter(project__code=OWN).first()
    system = system_of(zhuzhou_writer)
    assert_problem(system.get(f"/claims/{claim.pk}/"), 404)
    assert_problem(system.patch(f"/claims/{claim.pk}/", {"note_en": "x"}), 404)
    assert_problem(system.post("/claims/", AMOUNT), 400, "project")
    assert_problem(system_of(analyst).patch(f"/claims/{claim.pk}/", {"note_en": "x"}), 403)
    assert_problem(system_of(analyst).post("/claims/", AMOUNT), 403)


def test_the_list_costs_the_same_whatever_the_rows(system_of: Any, province: Any, queries_of: Any) -> None:
    assert_constant_queries(system_of(province), "/claims/", queries_of)
