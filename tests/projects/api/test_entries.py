"""/api/v1/entries/"""

from __future__ import annotations

from projects.models import Entry, Revision

from .conftest import assert_problem
from .lists import assert_is_a_list

OWN, FOREIGN = "HN-EI-2023-01", "HN-EI-2023-05"
BY = {"planned_disbursement_reported_by": "长沙市工业和信息化局"}


def entry_of(code: str) -> str:
    return f"/entries/{Entry.objects.get(project__code=code).pk}/"


def test_entries_are_listed(public):
    records = assert_is_a_list(public, "/entries/", count=42, key="id")
    assert sum(each["planned_disbursement"] or 0 for each in records) == 47_300_000_000
    known = [each for each in records if each["planned_disbursement"] is not None]
    assert len(known) == 30
    assert public.all("/entries/", planned_disbursement_known="true") == known
    large = [each for each in known if each["planned_disbursement"] >= 2 * 10**9]
    assert large
    assert public.all("/entries/", planned_disbursement_min=str(2 * 10**9)) == large
    assert [each["project"]["code"] for each in public.all("/entries/", project=" hn-ei-2023-13")] == ["HN-EI-2023-13"]


def test_a_project_is_put_on_a_list(system_of, province):
    system = system_of(province)
    body = {"project": OWN, "programme": 2024, "planned_disbursement": 600_000_000, "status": "continuing"}
    for left_out in ({}, {"joined": None}):  # the year has begun
        assert_problem(system.post("/entries/", body | BY | left_out), 400, "joined")
    answer = system.post("/entries/", body | BY | {"joined": "2024-01-01"})
    assert answer.status_code == 201
    assert answer["Location"] == answer.data["url"]
    assert {name: answer.data[name] for name in body.keys() - {"project"}}.items() <= body.items()
    assert Revision.objects.first().user == province
    assert_problem(system.post("/entries/", body | BY | {"joined": "2024-01-01"}), 400, "record")


def test_a_prefecture_proposes_places_and_plans_and_writes_the_rest(system_of, changsha_writer):
    system, path = system_of(changsha_writer), entry_of(OWN)
    problem = assert_problem(system.post("/entries/", {"project": OWN, "programme": 2024}), 400, "programme")
    assert "/api/v1/proposals/" in problem["errors"]["programme"][0]
    for name, value in (("planned_disbursement", 5), ("joined", "2023-03-06"), ("left", "2023-12-31")):
        problem = assert_problem(system.patch(path, {name: value, "status": "new"}), 400, name)
        assert "/api/v1/proposals/" in problem["errors"][name][0]
    assert Entry.objects.get(project__code=OWN).status != "new"
    assert system.patch(path, {"disbursed_before": 7, "status": "new"}).data["disbursed_before"] == 7


def test_what_cannot_be_held_is_refused_at_its_field(system_of, province):
    system, path = system_of(province), entry_of(OWN)
    for name, value in (("planned_disbursement", -1), ("disbursed_before", 1.5), ("programme", 1999)):
        assert_problem(system.patch(path, {name: value}), 400, name)
    assert_problem(system.patch(path, {"joined": "2023-03-06", "left": "2023-03-05"}), 400, "left")
    assert_problem(system.patch(path, {"basis": "published", "source": None}), 400, "source")
