"""/api/v1/entries/"""

from __future__ import annotations

from typing import Any

from projects.models import Entry, Revision

from .conftest import System, assert_problem
from .lists import assert_constant_queries, assert_is_a_list

OWN, FOREIGN = "HN-EI-2023-01", "HN-EI-2023-05"
BY = {"planned_disbursement_reported_by": "长沙市工业和信息化局"}


def entry_of(code: str) -> str:
    return f"/entries/{Entry.objects.get(project__code=code).pk}/"


def test_entries_are_listed(public: System) -> None:
    records = assert_is_a_list(public, "/entries/", count=42, key="id")
    assert sum(each["planned_disbursement"] or 0 for each in records) == 47_300_000_000


def test_entries_are_filtered(public: System) -> None:
    records = public.all("/entries/")
    known = [each for each in records if each["planned_disbursement"] is not None]
    assert len(known) == 30
    assert public.all("/entries/", planned_disbursement_known="true") == known
    large = [each for each in known if each["planned_disbursement"] >= 2 * 10**9]
    assert large
    assert public.all("/entries/", planned_disbursement_min=str(2 * 10**9)) == large
    assert [each["project"]["code"] for each in public.all("/entries/", project=" hn-ei-2023-13")] == ["HN-EI-2023-13"]
    for name, value in (("basis", "illustrative"), ("status", "new")):
        assert public.all("/entries/", **{name: value}) == [each for each in records if each[name] == value] != []
    sectors = [len(public.all("/entries/", sector=each["code"])) for each in public.all("/sectors/")]
    assert sum(sectors) == 42


def test_wrong_values_are_refused(public: System) -> None:
    assert_problem(public.get("/entries/", programme="2018"), 400, "programme")
    assert_problem(public.get("/entries/", project="NOWHERE"), 400, "project")
    assert_problem(public.get("/entries/", joined_min="2023-13-01"), 400, "joined_min")
    assert_problem(public.get("/entries/", joined_min="2023-02-31"), 400, "joined_min")
    assert_problem(public.get("/entries/", planned_disbursement_min="1.5"), 400, "planned_disbursement_min")
    assert_problem(public.get("/entries/", source="99999999999999999999"), 400, "source")
    assert_problem(public.get("/entries/99999999999999999999/"), 404)


def test_a_reader_of_one_prefecture_sees_its_entries_only(system_of: Any, changsha_reader: Any) -> None:
    system = system_of(changsha_reader)
    expected = Entry.objects.filter(project__prefecture__adcode="430100")
    assert {each["id"] for each in system.all("/entries/")} == set(expected.values_list("pk", flat=True))
    foreign = Entry.objects.exclude(project__prefecture__adcode="430100").select_related("project").first()
    assert_problem(system.get(f"/entries/{foreign.pk}/"), 404)
    assert_problem(system.get("/entries/", project=foreign.project.code), 400, "project")


def test_a_project_is_put_on_a_list(system_of: Any, province: Any) -> None:
    system = system_of(province)
    body = {"project": OWN, "programme": 2024, "planned_disbursement": 600_000_000, "status": "continuing"} | BY
    answer = system.post("/entries/", body)
    assert answer.status_code == 201
    assert answer["Location"] == answer.data["url"]
    assert {name: answer.data[name] for name in ("programme", "planned_disbursement", "status")} == {
        "programme": 2024,
        "planned_disbursement": 600_000_000,
        "status": "continuing",
    }
    assert Revision.objects.first().user == province
    assert_problem(system.post("/entries/", body), 400, "record")


def test_an_entry_is_changed(system_of: Any, province: Any) -> None:
    system, path = system_of(province), entry_of(OWN)
    assert system.patch(path, {"planned_disbursement": 5} | BY).data["planned_disbursement"] == 5
    blank = {"planned_disbursement": None, "reason": "no plan was decided"}
    assert system.patch(path, blank).data["planned_disbursement"] is None
    assert system.patch(path, {"disbursed_before": 7}).data["disbursed_before"] == 7


def test_a_prefecture_proposes_places_and_plans_and_writes_the_rest(system_of: Any, changsha_writer: Any) -> None:
    system, path = system_of(changsha_writer), entry_of(OWN)
    problem = assert_problem(system.post("/entries/", {"project": OWN, "programme": 2024}), 400, "programme")
    assert "/api/v1/proposals/" in problem["errors"]["programme"][0]
    for name, value in (("planned_disbursement", 5), ("joined", "2023-03-06"), ("left", "2023-12-31")):
        problem = assert_problem(system.patch(path, {name: value, "status": "new"}), 400, name)
        assert "/api/v1/proposals/" in problem["errors"][name][0]
    assert Entry.objects.get(project__code=OWN).status != "new"
    assert system.patch(path, {"disbursed_before": 7, "status": "new"}).data["disbursed_before"] == 7


def test_entries_elsewhere_stay_as_they_are(system_of: Any, changsha_writer: Any, changsha_reader: Any) -> None:
    system = system_of(changsha_writer)
    foreign = Entry.objects.filter(project__prefecture__adcode="430200").select_related("project").first()
    assert_problem(system.patch(f"/entries/{foreign.pk}/", {"status": "new"}), 404)
    assert_problem(system.post("/entries/", {"project": foreign.project.code, "programme": 2024}), 400, "project")
    assert_problem(system.patch(entry_of(OWN), {"project": foreign.project.code}), 400, "project")
    assert_problem(system_of(changsha_reader).patch(f"/entries/{foreign.pk}/", {"status": "new"}), 404)
    assert_problem(system_of(changsha_reader).patch(entry_of(OWN), {"status": "new"}), 403)


def test_what_cannot_be_held_is_refused_at_its_field(system_of: Any, province: Any) -> None:
    system, path = system_of(province), entry_of(OWN)
    for value in (-1, 500 * 10**9, 1.5, 1.0, "5", True, [], {}):
        assert_problem(system.patch(path, {"planned_disbursement": value}), 400, "planned_disbursement")
        assert_problem(system.patch(path, {"disbursed_before": value}), 400, "disbursed_before")
    assert_problem(system.patch(path, {"joined": "2023-03-06", "left": "2023-03-05"}), 400, "left")
    assert_problem(system.patch(path, {"basis": "published", "source": None}), 400, "source")
    assert_problem(system.patch(path, {"programme": 1999}), 400, "programme")
    assert_problem(system.patch(path, {"programme": "2023"}), 400, "programme")
    assert_problem(system.patch(path, {"id": 7}), 400, "id")


def test_the_list_costs_the_same_whatever_the_rows(system_of: Any, province: Any, queries_of: Any) -> None:
    assert_constant_queries(system_of(province), "/entries/", queries_of)
