"""/api/v1/projects/, writing"""

from __future__ import annotations

from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Project, Revision, Source

from .conftest import System, assert_problem, version_in

NEW = {
    "code": "hn-ei-2024-01 ",
    "name_zh": "长沙先进计算产业园二期",
    "sector": "advanced-computing",
    "prefecture": "430100",
}
OWN = "/projects/HN-EI-2023-01/"
BUREAU = "长沙市工业和信息化局"
BY = {"total_investment_reported_by": BUREAU}
CHANGSHA, ZHUZHOU = "430100", "430200"


def foreign() -> Project:
    return Project.objects.filter(prefecture__adcode=ZHUZHOU).first()


def test_a_project_is_added(system_of: Any, changsha_writer: Any) -> None:
    system = system_of(changsha_writer)
    more = {"total_investment": 1_800_000_000, "start": "2024-03", "finish": "2025-Q2", "transferred": "yes"}
    told = BY | {"start_reported_by": BUREAU, "finish_reported_by": BUREAU}
    answer = system.post("/projects/", NEW | more | told | {"source_province": "44"})
    assert answer.status_code == 201
    assert answer["Location"].endswith("/api/v1/projects/HN-EI-2024-01/")
    assert answer.data["code"] == "HN-EI-2024-01"
    shown = system.get(answer["Location"])
    assert shown.data == answer.data
    assert version_in(shown["ETag"]) == version_in(answer["ETag"])
    assert {name: shown.data[name] for name in more | told} == more | told
    assert shown.data["source_province"] == "44"
    assert shown.data["basis"] == "reported"


def test_a_prefecture_proposes_what_is_a_headline_and_writes_the_rest(system_of: Any, changsha_writer: Any) -> None:
    system, stored = system_of(changsha_writer), Project.objects.filter(code="HN-EI-2023-01").values().get()
    for name, value in {
        "total_investment": 5,
        "expected_revenue": 5,
        "sector": "smart-terminals",
        "chain_link": None,
        "transferred": "unknown" if stored["transferred"] != "unknown" else "no",
        "basis": "reported",
        "name_zh": "x",
    }.items():
        problem = system.patch(OWN, {name: value, "county_en": "x"})
        assert problem.status_code == 400, name
        assert "/api/v1/proposals/" in problem.data["errors"][name][0]
    assert Project.objects.filter(code="HN-EI-2023-01").values().get() == stored
    assert system.patch(OWN, {"county_en": "x"}).data["county_en"] == "x"
    assert system.patch(OWN, {"total_investment": stored["total_investment"], "county_en": "y"}).status_code == 200


def test_history_says_who_wrote_by_which_door(system_of: Any, province: Any) -> None:
    assert system_of(province).patch(OWN, {"total_investment": 20_000_000_000} | BY).status_code == 200
    revision = Revision.objects.first()
    assert (revision.user, revision.username, revision.door) == (province, "province", "api")
    row = Project.history.filter(code="HN-EI-2023-01").first()
    assert (row.revision_id, row.history_user, row.total_investment) == (revision.number, province, 20_000_000_000)


def test_a_change_that_changes_nothing_makes_no_revision(system_of: Any, province: Any) -> None:
    system, before = system_of(province), Revision.objects.newest_number()
    assert system.patch(OWN, {"name_zh": Project.objects.get(code="HN-EI-2023-01").name_zh}).status_code == 200
    assert system.patch(OWN, {}).status_code == 200
    assert Revision.objects.newest_number() == before


def test_a_change_is_seen_in_the_total_at_once(system_of: Any, province: Any, public: System) -> None:
    before = public.get("/totals/", programme="2023").data["rows"][0]["figures"]["total_investment"]["value"]
    stored = public.get(OWN).data["total_investment"]
    assert system_of(province).patch(OWN, {"total_investment": stored + 5} | BY).status_code == 200
    after = public.get("/totals/", programme="2023").data["rows"][0]["figures"]["total_investment"]["value"]
    assert after == before + 5


@pytest.mark.parametrize("kind", ["projects", "entries", "claims"])
def test_no_record_is_replaced_as_a_whole(system_of: Any, province: Any, kind: str) -> None:
    """What a PUT left out went back to its default: the amount, the day and the source of a published project."""
    system = system_of(province)
    path = system.get(f"/{kind}/").data["results"][0]["url"].partition("/api/v1")[2]
    shown = system.get(path).data
    answer = system.put(path, shown)
    assert_problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD, PATCH"
    assert system.get(path).data == shown


def test_only_fields_that_may_be_written_are_taken(system_of: Any, province: Any) -> None:
    system = system_of(province)
    for name in (
        "id",
        "url",
        "disbursed",
        "planned_disbursement",
        "sector_id",
        "start_precision",
        "history",
        "prefecture_id",
    ):
        problem = assert_problem(system.patch(OWN, {name: 1}), 400, name)
        assert "total_investment" in problem["errors"][name][0]
    assert_problem(system.patch(OWN, {"code": "HN-EI-2023-77"}), 400, "code")
    assert system.patch(OWN, {"code": "hn-ei-2023-01"}).status_code == 200
    assert_problem(system.patch(f"{OWN}?fields=code", {}), 400, "fields")


@pytest.mark.parametrize("value", [-1, 500 * 10**9, 10**400, 1.5, 1.0, "5", "5亿", True, [], {}])
def test_amounts_are_whole_cny_or_refused(system_of: Any, province: Any, value: Any) -> None:
    assert_problem(system_of(province).patch(OWN, {"expected_revenue": value}), 400, "expected_revenue")


def test_the_largest_amount_comes_back_as_it_was_sent(system_of: Any, province: Any) -> None:
    system = system_of(province)
    assert system.patch(OWN, {"total_investment": 499_999_999_999} | BY).data["total_investment"] == 499_999_999_999
    blank = {"total_investment": None, "reason": "taken back by the bureau"}
    assert system.patch(OWN, blank).data["total_investment"] is None
    assert system.patch(OWN, {"total_investment": 0} | BY).data["total_investment"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name_zh": ""}, "name_zh"),
        ({"name_zh": 5}, "name_zh"),
        ({"name_zh": None}, "name_zh"),
        ({"name_zh": "长" * 201}, "name_zh"),
        ({"name_en": "a\x00b"}, "name_en"),
        ({"sector": "ships"}, "sector"),
        ({"sector": None}, "sector"),
        ({"sector": 1}, "sector"),
        ({"chain_link": "cathode-materials"}, "chain_link"),
        ({"prefecture": "999999"}, "prefecture"),
        ({"prefecture": 430100}, "prefecture"),
        ({"enterprise": "1"}, "enterprise"),
        ({"enterprise": 10**30}, "enterprise"),
        ({"kind": "ship"}, "kind"),
        ({"kind": ["park"]}, "kind"),
        ({"transferred": "no", "source_province": "44"}, "source_province"),
        ({"start": "2024", "finish": "2023", "start_reported_by": "a", "finish_reported_by": "a"}, "finish"),
        ({"start": "soon"}, "start"),
        ({"start": 2023}, "start"),
        ({"basis": "published", "source": None}, "source"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    system_of: Any, province: Any, body: dict[str, Any], field: str
) -> None:
    assert_problem(system_of(province).patch(OWN, body), 400, field)


def test_an_unknown_sector_is_answered_with_the_known_ones(system_of: Any, province: Any) -> None:
    problem = assert_problem(system_of(province).patch(OWN, {"sector": "ships"}), 400, "sector")
    assert "energy-electronics" in problem["errors"]["sector"][0]


def test_a_code_that_exists_is_refused(system_of: Any, province: Any) -> None:
    assert_problem(system_of(province).post("/projects/", NEW | {"code": "ｈn-ei-2023-01"}), 400, "code")


def test_nobody_unknown_writes(public: System) -> None:
    for answer in (public.post("/projects/", NEW), public.patch(OWN, {})):
        assert_problem(answer, 401)
        assert answer["WWW-Authenticate"] == 'Token realm="api"'


def test_who_reads_does_not_write(
    system_of: Any, analyst: Any, changsha_reader: Any, administrator: Any, stranger: Any, province: Any
) -> None:
    for user in (analyst, changsha_reader, administrator):
        assert_problem(system_of(user).post("/projects/", NEW), 403)
        assert_problem(system_of(user).patch(OWN, {"name_en": "x"}), 403)
    assert_problem(system_of(stranger).patch(OWN, {"name_en": "x"}), 404)
    assert_problem(system_of(province, scope="read").patch(OWN, {"name_en": "x"}), 403)
    assert_problem(system_of(province, scope="read").post("/projects/", NEW), 403)


@pytest.mark.permission
def test_a_prefecture_writes_its_own_rows_only(system_of: Any, changsha_writer: Any, changsha_reader: Any) -> None:
    system = system_of(changsha_writer)
    assert_problem(system.patch(f"/projects/{foreign().code}/", {"name_en": "x"}), 404)
    assert_problem(system_of(changsha_reader).patch(f"/projects/{foreign().code}/", {"name_en": "x"}), 404)
    assert_problem(system.post("/projects/", NEW | {"prefecture": ZHUZHOU}), 403)
    assert_problem(system.post("/projects/", NEW | {"prefecture": None}), 403)
    assert_problem(system.post("/projects/", {name: NEW[name] for name in ("code", "name_zh", "sector")}), 403)
    assert_problem(system.patch(OWN, {"prefecture": ZHUZHOU}), 403)
    assert_problem(system.patch(OWN, {"prefecture": None}), 403)
    assert Project.objects.get(code="HN-EI-2023-01").prefecture.adcode == CHANGSHA
    assert not Project.objects.filter(code="HN-EI-2024-01").exists()


def test_a_refused_write_leaves_nothing_behind(system_of: Any, changsha_writer: Any) -> None:
    before = Revision.objects.newest_number()
    source = {"url": "https://a.example/new"}
    assert_problem(system_of(changsha_writer).post("/projects/", NEW | {"prefecture": ZHUZHOU, "source": source}), 403)
    assert not Source.objects.filter(url="https://a.example/new").exists()
    assert Revision.objects.newest_number() == before


def test_the_province_may_move_a_project(system_of: Any, province: Any) -> None:
    assert system_of(province).patch(OWN, {"prefecture": ZHUZHOU}).data["prefecture"]["adcode"] == ZHUZHOU


def test_an_enterprise_of_another_prefecture_cannot_be_named(system_of: Any, changsha_writer: Any) -> None:
    hidden = Project.objects.filter(prefecture__adcode=ZHUZHOU, enterprise__isnull=False).first().enterprise
    assert_problem(system_of(changsha_writer).patch(OWN, {"enterprise": hidden.pk}), 400, "enterprise")


def test_a_change_of_an_older_version_is_refused(system_of: Any, province: Any) -> None:
    system = system_of(province)
    version = system.get(OWN)["ETag"]
    changed = system.patch(OWN, {"name_en": "first"}, **{"If-Match": version})
    assert changed.status_code == 200
    assert changed["ETag"] != version
    stale = system.patch(OWN, {"name_en": "second"}, **{"If-Match": version})
    problem = assert_problem(stale, 412)
    assert system.get(OWN).data["name_en"] == "first"
    assert (problem["current"], stale["ETag"]) == (system.get(OWN).data, changed["ETag"])
    assert system.patch(OWN, {"name_en": "second"}, **{"If-Match": stale["ETag"]}).status_code == 200
    several = f'"another", {system.version_of(OWN)}'
    assert system.patch(OWN, {"name_en": "third"}, **{"If-Match": several}).status_code == 200


@pytest.mark.parametrize("named", [None, "", "*", "no quotes", "W/*", '""', 'W/""'])
def test_a_change_that_names_no_version_is_refused_and_told_how_to_get_it(
    named: str | None, system_of: Any, province: Any
) -> None:
    system, before = system_of(province), Revision.objects.newest_number()
    problem = assert_problem(system.patch(OWN, {"name_en": "x"}, **{"If-Match": named}), 428)
    assert "ETag" in problem["detail"]
    assert Revision.objects.newest_number() == before


def test_a_tag_that_compression_made_weak_names_the_same_version(system_of: Any, province: Any) -> None:
    system = system_of(province)
    current = system.version_of(OWN)
    assert system.patch(OWN, {"name_en": "x"}, **{"If-Match": f"W/{current}"}).status_code == 200
    assert_problem(system.patch(OWN, {"name_en": "y"}, **{"If-Match": f"W/{current}"}), 412)


def test_a_change_that_wants_nothing_to_be_there_is_refused_for_what_is(system_of: Any, province: Any) -> None:
    system = system_of(province)
    current = system.version_of(OWN)
    for unwanted in ("*", current, f"W/{current}", f'"another", {current}'):
        for named in (current, None):
            headers = {"If-Match": named, "If-None-Match": unwanted}
            problem = assert_problem(system.patch(OWN, {"name_en": "x"}, **headers), 412)
            assert problem["current"] == system.get(OWN).data
    assert system.patch(OWN, {"name_en": "x"}, **{"If-Match": current, "If-None-Match": '"o"'}).status_code == 200


def test_who_may_not_see_or_change_a_record_is_not_asked_for_its_version(
    system_of: Any, zhuzhou_writer: Any, changsha_reader: Any
) -> None:
    unnamed = {"If-Match": None}
    assert_problem(system_of(zhuzhou_writer).patch(OWN, {"name_en": "x"}, **unnamed), 404)
    assert_problem(system_of(changsha_reader).patch(OWN, {"name_en": "x"}, **unnamed), 403)


def test_every_answer_of_one_record_tells_its_version(system_of: Any, province: Any) -> None:
    system = system_of(province)
    added = system.post("/projects/", NEW)
    path = "/projects/HN-EI-2024-01/"
    read, head = system.get(path), system.client.head(f"/api/v1{path}")
    changed = system.patch(path, {"name_en": "x"})
    restored = system.patch(path, {"name_en": added.data["name_en"]})
    versions = [version_in(answer["ETag"]) for answer in (added, read, head, restored, changed)]
    assert versions == [versions[0]] * 4 + [version_in(changed["ETag"])]
    assert versions[-1] != versions[0]
    assert not read["ETag"].startswith("W/")


def test_the_lock_comes_before_the_row_is_read(system_of: Any, province: Any, monkeypatch: Any) -> None:
    seen = []

    def noticed(view: Any, record: Any) -> None:
        with create_revision() as draft:  # joins the one that is open
            seen.append(draft.number)

    monkeypatch.setattr("projects.api.viewsets.RecordViewSet.refuse_stale", noticed)
    assert system_of(province).patch(OWN, {"name_en": "x"}).status_code == 200
    assert seen == [Revision.objects.newest_number()]


def test_nothing_is_deleted(system_of: Any, province: Any) -> None:
    answer = system_of(province).client.delete(f"/api/v1{OWN}")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, PATCH"
