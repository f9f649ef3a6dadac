"""What clients do with what they read: send it back, take it away, read it by its keys and since a moment."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from projects.models import Milestone, MonthlyReport, Note, Revision

from .conftest import ROOT, System, assert_problem
from .reporting import draft, path_of, submitted

PROJECT = "/projects/HN-EI-2023-01/"
WRITTEN = (
    "projects",
    "entries",
    "claims",
    "reports",
    "milestones",
    "problems",
    "rounds",
    "light-rules",
    "plausibility-rules",
)


def first_of(system: System, name: str) -> tuple[str, dict[str, Any]]:
    """Path and members of the first record of a list."""
    [record] = system.get(f"/{name}/", page_size=1).data["results"]
    return record["url"].partition(ROOT)[2], record


@pytest.mark.parametrize("name", WRITTEN)
def test_a_record_is_sent_as_it_was_read_and_nothing_changes(plausible, system_of, province, name):
    system, before = system_of(province), Revision.objects.newest_number()
    path, record = first_of(system, name)
    answer = system.patch(path, record)
    assert (answer.status_code, answer.data) == (200, record)
    assert Revision.objects.newest_number() == before


def test_computed_members_are_passed_over_and_stored_ones_refused_where_they_differ(system_of, province):
    system = system_of(province)
    read = system.get(PROJECT).data
    assert (
        system.patch(PROJECT, read | {"disbursed": 7, "links": None, "url": "x", "note_en": "new"}).status_code == 200
    )
    assert system.get(PROJECT).data == read | {"note_en": "new", "updated_at": system.get(PROJECT).data["updated_at"]}
    assert assert_problem(system.patch(PROJECT, read | {"planned_disbursement": 7}), 400, "planned_disbursement")[
        "detail"
    ].endswith("It is written at entries/.")
    path, report = first_of(system, "reports")
    for member, value in (("month", "2023-02"), ("project", {"code": "HN-EI-2023-01"}), ("state", "draft")):
        told = system.patch(path, report | {member: value})
        assert_problem(told, 400, member)
        assert told.data["code"] == "read_only"


def test_every_record_says_when_it_was_written_and_is_found_since_then(system_of, province):
    system = system_of(province)
    before = system.get(PROJECT).data["updated_at"]
    since = timezone.localtime().isoformat()
    assert system.get("/projects/", updated_at_min=since).data["count"] == 0
    after = system.patch(PROJECT, {"note_en": "new"}).data["updated_at"]
    assert before < since < after
    found = system.get("/projects/", updated_at_min=since, ordering="-updated_at").data["results"]
    assert [each["code"] for each in found] == ["HN-EI-2023-01"]
    assert system.all("/projects/", ordering="-updated_at")[0]["updated_at"] == after
    assert system.get(PROJECT, as_of="r1").data["updated_at"] == before
    assert_problem(system.get("/projects/", updated_at_min="yesterday"), 400, "updated_at_min")


def test_several_records_are_read_by_their_keys_and_missing_ones_named(public):
    codes = public.all("/projects/", code="HN-EI-2023-01, hn-ei-2023-03", fields="code")
    assert codes == [{"code": "HN-EI-2023-01"}, {"code": "HN-EI-2023-03"}]
    told = assert_problem(public.get("/projects/?code=HN-EI-2023-01,A&code=B"), 400, "code")
    assert told["errors"]["code"] == ["There is no “A”.", "There is no “B”."]
    assert len(public.all("/entries/", id="1,2")) == 2
    assert_problem(public.get("/entries/", id="1,999999"), 400, "id")
    assert_problem(public.get("/programmes/", year="none"), 400, "year")


def test_users_delete_their_own_draft_note_and_milestone(system_of, changsha_writer, zhuzhou_writer, province):
    system, other = system_of(changsha_writer), system_of(zhuzhou_writer)
    report = draft()
    note = system.post("/notes/", {"text": "x", "project": "HN-EI-2023-25", "programme": 2023}).data["id"]
    milestone = Milestone.objects.filter(project__prefecture__adcode="430100").first().pk
    own = ((path_of(report), MonthlyReport), (f"/notes/{note}/", Note), (f"/milestones/{milestone}/", Milestone))
    for path, model in own:
        version = system.version_of(path)
        assert_problem(delete(system, path), 428)
        assert_problem(delete(system, path, '"another"'), 412)
        assert_problem(delete(other, path, version), 404)
        assert delete(system, path, version).status_code == 204
        key = int(path.strip("/").split("/")[1])
        assert [each.history_type for each in model.history.filter(id=key)[:1]] == ["-"]
    theirs = submitted(changsha_writer)
    assert_problem(delete(system, path_of(theirs), system.version_of(path_of(theirs))), 409)
    foreign = (
        system_of(province).post("/notes/", {"text": "x", "project": "HN-EI-2023-25", "programme": 2023}).data["id"]
    )
    assert_problem(delete(system, f"/notes/{foreign}/", system.version_of(f"/notes/{foreign}/")), 403)
    assert delete(system, PROJECT, system.version_of(PROJECT)).status_code == 405


def delete(system: System, path: str, version: str = "") -> Any:
    headers = {"If-Match": version} if version else {}
    return System._with_data(system.client.delete(ROOT + path, headers=headers))


def test_a_change_takes_no_idempotency_key(system_of, province):
    told = system_of(province).patch(PROJECT, {"note_en": "x"}, **{"Idempotency-Key": "k"})
    assert assert_problem(told, 400, "Idempotency-Key")["code"] == "unknown_parameter"


def test_pages_are_linked_and_methods_told(public):
    answer = public.get("/projects/", page_size=20, page=2)
    assert answer["Link"] == f'<{answer.data["next"]}>; rel="next", <{answer.data["previous"]}>; rel="prev"'
    answer = public.client.options(f"{ROOT}/projects/")
    assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")


def test_pages_of_named_origins_may_read(public, settings):
    theirs, others = "https://data.example", "https://else.example"
    settings.CORS_ALLOWED_ORIGINS = [theirs]
    for origin, allowed in ((theirs, theirs), (others, None)):
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        assert public.client.options(f"{ROOT}/projects/", headers=asked).get("Access-Control-Allow-Origin") == allowed
        assert public.client.get(f"{ROOT}/projects/", headers=asked).get("Access-Control-Allow-Origin") == allowed
    assert "Access-Control-Allow-Origin" not in public.client.get("/projects/", headers={"Origin": theirs})
