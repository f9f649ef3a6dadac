"""/api/v1/projects/"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Project, Revision, Source

from .conftest import assert_problem, version_in
from .lists import assert_is_a_list

SHARE = "disbursed_of_plan"
WITH_PLAN = "HN-EI-2023-24"
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
PUBLISHED = "HN-EI-2023-01"
CLAIMED = "HN-EI-2023-04"  # has adopted the only claim of its investment
REPORTED_BY, NAMED_SOURCE = "total_investment_reported_by", "total_investment_source"


def test_projects_are_listed(public):
    records = assert_is_a_list(public, "/projects/", count=42, key="code")
    assert sum(each["total_investment"] or 0 for each in records) == 138_500_000_000
    assert {each["basis"] for each in records} == {"published", "illustrative"}


def test_a_project_says_all_that_is_known_of_it(public):
    project = public.get("/projects/HN-EI-2023-13/").data
    assert project["sector"] == {"code": "advanced-computing", "name_zh": "先进计算", "name_en": "Advanced computing"}
    assert project["prefecture"]["adcode"] == "430700"
    assert project["total_investment"] == 1_047_340_000
    assert (project["start"], project["finish"]) == ("2023-02", None)
    assert (project["programme"], project["planned_disbursement"], project["status"]) == (2023, 896_160_000, "new")
    assert (project["disbursed_from"], project["disbursed_through"]) == ("2023-01", "2023-06")
    reports = public.all(project["links"]["reports"])
    assert sum(each["disbursed"] for each in reports) == project["disbursed"] == 256_390_000
    assert len(public.all(project["links"]["entries"])) == 1
    assert public.all(project["links"]["claims"]) == []


@pytest.mark.parametrize("code", ["hn-ei-2023-13", "ＨＮ-ei-2023-13", "HN-EI-%202023-13"])
def test_a_code_is_found_in_any_spelling(public, code):
    assert public.get(f"/projects/{code}/").data["code"] == "HN-EI-2023-13"
    for none in ("HN-EI-2023-99", "%00", "a/b", "x" * 500):
        assert_problem(public.get(f"/projects/{none}/"), 404)


def test_every_unknown_value_is_answered_with_the_known_ones(public):
    for name, known in {
        "sector": "energy-electronics",
        "prefecture": "430100",
        "transferred": "unknown",
        "missing": "total_investment",
        "source_province": "44",
        "ordering": "-total_investment",
        "programme": "2019",
    }.items():
        value = "1950" if name == "programme" else "wrong"
        problem = assert_problem(public.get("/projects/", **{name: value}), 400, name)
        assert known in problem["errors"][name][0], name
    assert_problem(public.get("/projects/", typo="x", page="y", basis="z"), 400, "typo", "page", "basis")


def test_no_answer_names_a_person(system_of, province, public):
    province.username = "zhou-min"
    province.save()
    assert system_of(province).patch("/projects/HN-EI-2023-13/", {"name_en": "changed"}).status_code == 200
    for path in ("/projects/HN-EI-2023-13/", "/projects/", "/entries/", "/claims/", "/reports/", "/totals/"):
        body = public.get(path).content.decode()
        assert "zhou-min" not in body
        assert f"{province.last_name}{province.first_name}" not in body


@pytest.mark.parametrize(
    ("done", "plan", "share"),
    [
        (1, 2000, 0.1),  # 0.05 is half, and goes up
        (-1, 2000, -0.1),
        (12_350, 100_000, 12.4),  # which a float would hold as a little less
        (499_999_999_999, 1, 49_999_999_999_900.0),
        (1, 0, None),
        (1, None, None),
        (None, 1000, None),
    ],
)
def test_it_is_rounded_half_up_and_blank_without_both(public, done, plan, share):
    entry = Entry.objects.get(project__code=WITH_PLAN, programme__year=2023)
    models.QuerySet(Entry).filter(pk=entry.pk).update(planned_disbursement=plan)
    reports = models.QuerySet(MonthlyReport).filter(entry=entry, month=1)
    reports.update(disbursed=done, correction_reason="x") if done is not None else reports._raw_delete(reports.db)
    assert public.get(f"/projects/{WITH_PLAN}/", programme=2023, through="2023-01").data[SHARE] == share


@pytest.mark.no_database
def test_a_project_is_added(system_of, changsha_writer):
    system = system_of(changsha_writer)
    more = {"total_investment": 1_800_000_000, "start": "2024-03", "finish": "2025-Q2", "transferred": "yes"}
    told = BY | {"start_reported_by": BUREAU, "finish_reported_by": BUREAU}
    answer = system.post("/projects/", NEW | more | told | {"source_province": "44"})
    assert answer.status_code == 201
    assert answer["Location"].endswith("/api/v1/projects/HN-EI-2024-01/")
    shown = system.get(answer["Location"])
    assert shown.data == answer.data
    assert {name: shown.data[name] for name in more | told} == more | told
    assert (shown.data["source_province"], shown.data["basis"]) == ("44", "reported")
    assert_problem(system.post("/projects/", NEW | {"code": "ｈn-ei-2024-01"}), 400, "code")


@pytest.mark.no_database
def test_a_prefecture_proposes_what_is_a_headline_and_writes_the_rest(system_of, changsha_writer):
    system, stored = system_of(changsha_writer), Project.objects.filter(code="HN-EI-2023-01").values().get()
    for name, value in {
        "total_investment": 5,
        "sector": "smart-terminals",
        "basis": "reported",
        "name_zh": "x",
    }.items():
        problem = assert_problem(system.patch(OWN, {name: value, "county_en": "x"}), 400)
        assert "/api/v1/proposals/" in problem["errors"][name][0]
    assert Project.objects.filter(code="HN-EI-2023-01").values().get() == stored
    body = {"total_investment": stored["total_investment"], "county_en": "y"}
    assert system.patch(OWN, body).data["county_en"] == "y"


@pytest.mark.no_database
def test_only_fields_that_may_be_written_are_taken(system_of, province):
    system = system_of(province)
    for name in ("id", "sector_id", "start_precision", "history"):
        problem = assert_problem(system.patch(OWN, {name: 1}), 400, name)
        assert "total_investment" in problem["errors"][name][0]
    assert_problem(system.patch(OWN, {"code": "HN-EI-2023-77"}), 400, "code")
    assert system.patch(OWN, {"code": "hn-ei-2023-01"}).status_code == 200
    assert_problem(system.patch(f"{OWN}?fields=code", {}), 400, "fields")
    for value in (-1, 500 * 10**9, 10**400, 1.5, "5", True):
        assert_problem(system.patch(OWN, {"expected_revenue": value}), 400, "expected_revenue")


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name_zh": "长" * 201}, "name_zh"),
        ({"name_en": "a\x00b"}, "name_en"),
        ({"chain_link": "cathode-materials"}, "chain_link"),
        ({"prefecture": "999999"}, "prefecture"),
        ({"enterprise": 10**30}, "enterprise"),
        ({"kind": "ship"}, "kind"),
        ({"start": "soon"}, "start"),
        ({"basis": "published", "source": None}, "source"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(system_of, province, body, field):
    assert_problem(system_of(province).patch(OWN, body), 400, field)


@pytest.mark.no_database
@pytest.mark.permission
def test_a_prefecture_writes_its_own_rows_only(system_of, changsha_writer):
    system, before = system_of(changsha_writer), Revision.objects.newest_number()
    for prefecture in (ZHUZHOU, None):
        source = {"url": "https://a.example/new"}
        assert_problem(system.post("/projects/", NEW | {"prefecture": prefecture, "source": source}), 403)
        assert_problem(system.patch(OWN, {"prefecture": prefecture}), 403)
    assert_problem(system.post("/projects/", {name: NEW[name] for name in ("code", "name_zh", "sector")}), 403)
    assert not Source.objects.filter(url="https://a.example/new").exists()
    assert Revision.objects.newest_number() == before


@pytest.mark.no_database
def test_an_enterprise_of_another_prefecture_cannot_be_named(system_of, changsha_writer):
    hidden = Project.objects.filter(prefecture__adcode=ZHUZHOU, enterprise__isnull=False).first().enterprise
    assert_problem(system_of(changsha_writer).patch(OWN, {"enterprise": hidden.pk}), 400, "enterprise")


@pytest.mark.no_database
def test_a_change_of_an_older_version_is_refused(system_of, province):
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


@pytest.mark.no_database
@pytest.mark.parametrize("named", [None, "", "*", "no quotes", 'W/""'])
def test_a_change_that_names_no_version_is_refused_and_told_how_to_get_it(named, system_of, province):
    system, before = system_of(province), Revision.objects.newest_number()
    problem = assert_problem(system.patch(OWN, {"name_en": "x"}, **{"If-Match": named}), 428)
    assert "ETag" in problem["detail"]
    assert Revision.objects.newest_number() == before


@pytest.mark.no_database
def test_every_answer_of_one_record_tells_its_version(system_of, province):
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


@pytest.mark.no_database
def test_the_lock_comes_before_the_row_is_read(system_of, province, monkeypatch):
    seen = []

    def noticed(view: Any, record: Any) -> None:
        with create_revision() as draft:  # joins the one that is open
            seen.append(draft.number)

    monkeypatch.setattr("projects.api.viewsets.RecordViewSet.refuse_stale", noticed)
    assert system_of(province).patch(OWN, {"name_en": "x"}).status_code == 200
    assert seen == [Revision.objects.newest_number()]


def origins_of(shown: dict[str, Any]) -> dict[str, Any]:
    """The origins of a record's figures as its address shows them, blank ones too."""
    return {name: value for name, value in shown.items() if name.endswith(("_reported_by", "_source"))}


@pytest.fixture
def reported(register):
    """Of a project and its entry it is known who reported each figure, of which the fixtures say nothing."""
    with create_revision(reason="x"):
        for record in (Project.objects.get(code=PUBLISHED), Entry.objects.get(project__code=PUBLISHED)):
            for figure in record.attributed:
                if record.figure(figure) is None:
                    record.set_figure(figure, "2023-02" if figure in ("start", "finish") else 5)
                setattr(record, f"{figure}_reported_by", BUREAU)
            record.save()


@pytest.mark.parametrize("kind", ["projects", "entries"])
def test_blank_origins_of_figures_that_stay_are_no_change(system_of, province, reported, kind):
    system, before = system_of(province), Revision.objects.newest_number()
    for record in system.all(f"/{kind}/"):
        path = record["url"].partition("/api/v1")[2]
        shown = system.get(path).data
        blanks = {name: value for name, value in origins_of(shown).items() if not value}
        assert system.patch(path, blanks).data == shown
    assert Revision.objects.newest_number() == before


def test_a_blank_that_takes_an_origin_away_is_refused(system_of, province, reported):
    system = system_of(province)
    for code, name, blank in ((PUBLISHED, REPORTED_BY, ""), (CLAIMED, NAMED_SOURCE, None)):
        path = f"/projects/{code}/"
        shown = system.get(path).data
        assert shown[name]
        assert_problem(system.patch(path, {name: blank}), 400, name)
        assert system.get(path).data == shown
    entry = f"/entries/{Entry.objects.get(project__code=PUBLISHED).pk}/"
    assert_problem(
        system.patch(entry, {"planned_disbursement_reported_by": ""}), 400, "planned_disbursement_reported_by"
    )
    assert_problem(system.patch(entry, {"planned_disbursement_source": None}), 400, "planned_disbursement_source")


@pytest.mark.no_database
@pytest.mark.parametrize("text", ["\u200b", "\uffff"])
def test_a_name_that_cannot_be_seen_is_refused(system_of, province, text):
    system = system_of(province)
    told = assert_problem(system.patch("/projects/HN-EI-2023-13/", {"name_zh": text}), 400, "name_zh")
    assert "character" in told["detail"]
    report = system.get("/reports/?state=approved&page_size=1").data["results"][0]["id"]
    assert_problem(system.post(f"/reports/{report}/reopen/", {"comment": text}), 400, "comment")
    assert_problem(system.post("/notes/", {"text": text, "programme": 2023, "figure": "disbursed"}), 400, "text")
