"""/api/v1/claims/<id>/adopt/ and /withdraw/, and the origin of figures in what is written and shown"""

from __future__ import annotations

from typing import Any

from projects.models import Claim, Project, Revision, Source

from .conftest import System, assert_problem

LICO, WHOLE = "HN-EI-2023-08", "HN-EI-2023-04"  # four claims and none adopted; the only one
OF_CHANGSHA = "HN-EI-2023-03"  # one, and not adopted
REASON = {"reason": "企业公告为准"}


def claim_of(code: str) -> Claim:
    return Claim.objects.filter(project__code=code, figure="total_investment").order_by("pk").first()


def test_a_claim_is_adopted_and_withdrawn(system_of: Any, province: Any, public: System) -> None:
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


def test_withdrawing_the_only_claim_asks_what_the_figure_rests_on(
    system_of: Any, province: Any, public: System
) -> None:
    system, claim = system_of(province), claim_of(WHOLE)
    address = f"/claims/{claim.pk}/withdraw/"
    assert_problem(system.post(address, REASON), 400, "reported_by")
    assert system.post(address, REASON | {"reported_by": "长沙市工信局"}).status_code == 200
    assert system.get(f"/projects/{WHOLE}/").data["total_investment_reported_by"] == "长沙市工信局"
    assert public.get(f"/projects/{WHOLE}/").data["total_investment_reported_by"] is None
    again = system.post(f"/claims/{claim.pk}/adopt/", REASON)
    assert again.status_code == 200
    source = {"url": "https://a.example/x"}
    assert system.post(address, REASON | {"source": source}).status_code == 200
    assert system.get(f"/projects/{WHOLE}/").data["total_investment_source"]["url"] == source["url"]


def test_wrong_bodies_are_refused_at_their_field(system_of: Any, province: Any) -> None:
    system, claim = system_of(province), claim_of(LICO)
    for body in ({}, {"reason": ""}, {"reason": 5}, {"reason": "x" * 501}, {"reason": None}):
        assert_problem(system.post(f"/claims/{claim.pk}/adopt/", body), 400, "reason")
    assert_problem(system.post(f"/claims/{claim.pk}/adopt/", REASON | {"source": 1}), 400, "source")
    body = REASON | {"left_blank": "yes"}
    assert_problem(system.post(f"/claims/{claim_of(WHOLE).pk}/withdraw/", body), 400, "left_blank")
    assert_problem(system.post("/claims/999999/adopt/", REASON), 404)


def test_who_comes_second_gets_a_conflict(system_of: Any, province: Any) -> None:
    system, claim = system_of(province), claim_of(LICO)
    version = system.get(f"/claims/{claim.pk}/")["ETag"]
    assert system.post(f"/claims/{claim.pk}/adopt/", REASON, **{"If-Match": version}).status_code == 200
    assert_problem(system.post(f"/claims/{claim.pk}/adopt/", REASON), 409, "record")
    assert_problem(system.post(f"/claims/{claim.pk}/withdraw/", REASON, **{"If-Match": version}), 412)
    assert_problem(system.post(f"/claims/{claim_of(WHOLE).pk}/adopt/", REASON), 409, "record")


def test_only_the_province_decides(
    system_of: Any, changsha_writer: Any, zhuzhou_writer: Any, analyst: Any, province: Any, public: System
) -> None:
    address = f"/claims/{claim_of(OF_CHANGSHA).pk}/adopt/"
    assert Project.objects.get(code=OF_CHANGSHA).prefecture.adcode == "430100"
    assert_problem(system_of(changsha_writer).post(address, REASON), 403)
    assert_problem(system_of(analyst).post(address, REASON), 403)
    assert_problem(system_of(zhuzhou_writer).post(address, REASON), 404)
    assert_problem(system_of(province, scope="read").post(address, REASON), 403)
    assert_problem(public.post(address, REASON), 401)
    assert not Claim.objects.filter(project__code=OF_CHANGSHA, figure="total_investment", adopted=True).exists()


def test_a_changed_figure_needs_its_origin(system_of: Any, province: Any) -> None:
    system, own = system_of(province), f"/projects/{WHOLE}/"
    assert_problem(system.patch(own, {"total_investment": 5}), 400, "total_investment")
    assert_problem(system.patch(own, {"start": "2023-06", "finish": "2025"}), 400, "start", "finish")
    assert_problem(system.patch(own, {"total_investment": None}), 400, "total_investment")
    told = {"total_investment": 5, "total_investment_reported_by": " "}
    assert_problem(system.patch(own, told), 400, "total_investment_reported_by")
    both = {"total_investment_reported_by": "局", "total_investment_source": Source.objects.first().pk}
    assert_problem(system.patch(own, {"total_investment": 5} | both), 400, "total_investment_reported_by")
    assert Project.objects.get(code=WHOLE).total_investment == claim_of(WHOLE).amount


def test_a_claim_that_is_adopted_gives_way_to_a_reporter_for_a_reason(system_of: Any, province: Any) -> None:
    system, own, told = system_of(province), f"/projects/{WHOLE}/", {"total_investment_reported_by": "长沙市工信局"}
    assert_problem(system.patch(own, told), 400, "total_investment_reported_by")
    assert claim_of(WHOLE).adopted
    assert system.patch(own, told | REASON).status_code == 200
    assert not claim_of(WHOLE).adopted
    assert Revision.objects.first().reason == REASON["reason"]


def test_a_named_source_becomes_the_adopted_claim(system_of: Any, province: Any) -> None:
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


def test_an_adopted_claim_does_not_say_otherwise(system_of: Any, province: Any) -> None:
    claim = claim_of(WHOLE)
    assert_problem(system_of(province).patch(f"/claims/{claim.pk}/", {"amount": 5}), 400, "amount")
    assert system_of(province).patch(f"/claims/{claim.pk}/", {"note_en": "x"}).data["adopted"] is True


def test_a_source_without_its_figure_is_refused_where_it_stands(system_of: Any, province: Any) -> None:
    system, source = system_of(province), Source.objects.first().pk
    body = {"code": "HN-EI-2023-77", "name_zh": "新项目", "sector": "energy-electronics", "prefecture": "430100"}
    names = [f"{figure}_source" for figure in ("total_investment", "expected_revenue", "start", "finish")]
    for name in names:
        assert_problem(system.post("/projects/", body | {name: source}), 400, name)
    assert_problem(system.post("/projects/", body | dict.fromkeys(names, source)), 400, *names)
    assert_problem(
        system.post("/projects/many/", {"records": [body | {names[0]: source}]}), 400, f"records.0.{names[0]}"
    )
    entry = {"project": WHOLE, "programme": 2024, "joined": "2024-02-01", "planned_disbursement_source": source}
    assert_problem(system.post("/entries/", entry), 400, "planned_disbursement_source")
    taken_away = {"total_investment": None, "total_investment_source": source} | REASON
    assert_problem(system.patch(f"/projects/{WHOLE}/", taken_away), 400, "total_investment_source")
    assert not Project.objects.filter(code=body["code"]).exists()
    given = {"total_investment": 5, "start": "2024", "total_investment_source": source, "start_source": source}
    assert system.post("/projects/", body | given).status_code == 201
