"""A project that leaves the list, and one that joins late: what pages, the API and files say."""

from __future__ import annotations

import csv
import datetime as dt
import io
from fractions import Fraction
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from projects.choices import Light, PlanKind
from projects.history.revisions import create_revision
from projects.models import Entry, Project
from projects.totals.plans import plans_of
from projects.totals.totals import totals
from tests.pages import opened

from ..asking import get_standings, scope_of

LEFT, LATE = "HN-EI-2023-13", "HN-EI-2023-99"
JUNE = {"programme": 2023, "through": "2023-06"}


def entry_of(code: str) -> Entry:
    return Entry.objects.get(project__code=code, programme__year=2023)


@pytest.fixture
def changed(province: Any) -> Any:
    """One left on 15 March, one joined in June, one joins in July."""
    with create_revision(user=province, reason="of the second day"):
        leaving = entry_of(LEFT)
        leaving.left = dt.date(2023, 3, 15)
        leaving.save()
        like = leaving.project
        for code, joined in ((LATE, dt.date(2023, 6, 10)), ("HN-EI-2023-98", dt.date(2023, 7, 3))):
            project = Project(
                code=code, name_zh=f"新增{code}", sector=like.sector, prefecture=like.prefecture, basis="reported"
            )
            project.save()
            Entry(project=project, programme=leaving.programme, joined=joined, basis="reported").save()
    return province


def signed_in(user: Any) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


def test_a_page_says_who_was_there_who_left_and_who_is_there_each_opening_to_its_records(changed):
    client = signed_in(changed)
    with translation.override("en"):
        page = opened(client, "/", **JUNE)
        opening = [each for each in page.anchors if "listed=" in each.href]
        said = {each.text: each.href for each in opening if not each.text.isdigit()}  # others say it as a sum
        assert [each.text for each in opening if each.text.isdigit()] == ["42", "1", "1", "42"]
        assert list(said) == ["42 at the start of the year", "1 joined", "1 left", "42 now", "1 joining later"]
        for text, href in said.items():
            number = int(text.split()[0])
            assert opened(client, href).value("project_count") == number, text
    assert LEFT in client.get(said["1 left"]).content.decode()


def test_what_it_disbursed_stays_in_the_sum_is_said_beside_it_and_leaves_every_ratio(changed):
    client = signed_in(changed)
    assert "of 1 project that is off the list" in opened(client, "/", **JUNE).text
    page = opened(client, "/figures/disbursed/", **JUNE)
    assert "of it" in page.text
    assert "of 1 project that is off the list" in page.text
    answer = client.get("/api/v1/totals/", JUNE).json()
    [row] = answer["rows"]
    done, plan = row["figures"]["disbursed"], row["figures"]["planned_disbursement"]
    assert done["value"] == 15_890_000_000
    assert done["off_list_known"] == 1
    of_plan = next(
        each for each in done["targets"] if each["measure"] == "planned_disbursement" and each["kind"] == "announced"
    )
    assert of_plan["ratio"] == round((done["value"] - done["off_list"]) / of_plan["value"], 6)
    assert plan["value"] == 47_300_000_000 - entry_of(LEFT).planned_disbursement
    whole = totals(scope_of(changed, JUNE)).total_row
    paired = entry_of(LEFT).reports.filter(month__lte=2).added_up()  # while it was on the list
    assert whole.progress == Fraction(done["value"] - done["off_list"] + paired, 47_300_000_000)


def test_the_api_and_files_list_the_parts(changed):
    client = signed_in(changed)
    parts = client.get("/api/v1/totals/", JUNE).json()["list"]
    assert {name: part["projects"] for name, part in parts.items()} == {
        "now": 42,
        "start": 42,
        "joined": 1,
        "left": 1,
        "later": 1,
    }
    for name, part in parts.items():
        listed = client.get(part["records"]).json()
        assert listed["count"] == part["projects"], name
        rows = list(
            csv.DictReader(io.StringIO(client.get(f"{part['records']}&format=csv").getvalue().decode("utf-8-sig")))
        )
        assert len(rows) == part["projects"], name
    [left] = client.get(parts["left"]["records"]).json()["results"]
    assert left["code"] == LEFT
    assert left["planned_disbursement"] is None, "its plan counts no more"
    assert left["disbursed"] is not None


def test_a_list_that_did_not_change_says_nothing(province):
    client = signed_in(province)
    assert "listed=" not in client.get("/", JUNE).content.decode()
    assert client.get("/api/v1/totals/", JUNE).json()["list"] is None


def test_one_that_joined_late_is_not_late_for_what_came_before(changed):
    by_code = {each.project.code: each for each in get_standings(scope_of(changed, JUNE))}
    assert LEFT not in by_code, "of one that left nothing is asked any more"
    late = by_code[LATE]
    assert late.missing_count <= 1
    assert late.reports != Light.RED
    assert late.start is None or late.start != Light.RED
    entry = entry_of(LATE)
    entry.planned_disbursement = 7 * 10**9
    assert plans_of(entry)[PlanKind.ANNOUNCED].get_due(range(1, 7)) == 10**9, "an even plan begins when it joined"
    assert plans_of(entry)[PlanKind.ANNOUNCED].get_due(range(1, 6)) == 0
    assert plans_of(entry)[PlanKind.ANNOUNCED].get_due(range(1, 13)) == entry.planned_disbursement


def test_a_project_that_left_keeps_its_page(changed):
    page = opened(signed_in(changed), f"/projects/{LEFT}/", **JUNE)
    assert "2023-03-15" in page.text
    assert "from the start of the year" in page.text


def test_a_bureau_is_asked_for_the_day_when_it_proposes_a_place(changsha_writer):
    client = signed_in(changsha_writer)
    address = "/projects/HN-EI-2023-21/propose/"
    version = next(
        attributes["value"]
        for tag, attributes in opened(client, address).elements
        if attributes.get("name") == "version"
    )
    typed = {"version": version, "join": "2024", "reason": "on the list of 2024", "reported_by": "市工信局"}
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "say on which day it joined" in refused.content.decode()
