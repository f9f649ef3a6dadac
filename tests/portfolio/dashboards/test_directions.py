"""Directions of the announcement at page, filter and API: three are groups of sectors, one is what comes from elsewhere."""

from __future__ import annotations

import pytest
from django.db.models import Q

from projects.history.revisions import create_revision
from projects.models import Project, Revision
from sectors.models import Direction, Sector
from tests.pages import opened

pytestmark = pytest.mark.django_db

SECTORS = {
    "strengthen": ("advanced-computing", "power-semiconductors"),
    "shore-up": ("new-display", "5g-electronic-circuits"),
    "lay-out": ("energy-electronics",),
    "none": ("smart-terminals",),
}


def by_direction(client, **query):
    answer = client.get("/api/v1/totals/", {"programme": "2023", "by": "direction", "lang": "en"} | query)
    assert answer.status_code == 200, answer.content
    return {row["key"]: row for row in answer.json()["rows"]}


def test_totals_are_broken_down_by_direction_and_add_up(public_read, register, client):
    rows = by_direction(client)
    assert list(rows) == list(SECTORS)
    whole = client.get("/api/v1/totals/", {"programme": "2023"}).json()["rows"][0]["figures"]
    for key, codes in SECTORS.items():
        found = Project.objects.filter(sector__code__in=codes, entries__programme__year=2023)
        figures = rows[key]["figures"]
        assert figures["project_count"]["value"] == found.count()
        known = [each.total_investment for each in found if each.total_investment is not None]
        assert (figures["total_investment"]["value"], figures["total_investment"]["known"]) == (sum(known), len(known))
    for name in ("project_count", "total_investment", "planned_disbursement", "transferred_count"):
        assert sum(row["figures"][name]["value"] or 0 for row in rows.values()) == whole[name]["value"]
    assert rows["none"]["name_en"] == "none of the three"
    assert rows["strengthen"]["name_zh"] == "锻长板"


@pytest.mark.parametrize("key", SECTORS)
def test_each_row_opens_to_its_records(key, public_read, register, client):
    row = by_direction(client)[key]
    found = client.get(row["records"]).json()
    assert found["count"] == row["figures"]["project_count"]["value"]
    assert {each["sector"]["code"] for each in found["results"]} == set(SECTORS[key])
    page = opened(client, "/projects/", programme="2023", direction=key, lang="en")
    assert f"{found['count']} project" in page.text


def test_it_is_a_filter_like_the_others(public_read, register, client):
    two = client.get("/api/v1/projects/?programme=2023&direction=strengthen&direction=none&page_size=500").json()
    wanted = Q(sector__direction__code="strengthen") | Q(sector__direction=None)
    assert two["count"] == Project.objects.filter(wanted).count()
    wrong = client.get("/api/v1/projects/?direction=attract&lang=en")
    assert wrong.status_code == 400
    assert "lay-out" in wrong.json()["detail"]
    text = opened(client, "/projects/", programme="2023", direction="none", lang="en").text
    assert "Direction: none of the three" in text
    files = client.get("/api/v1/projects/?programme=2023&direction=lay-out&format=csv&lang=en")
    assert b"".join(files.streaming_content).count(b"energy-electronics") == 12


def test_the_page_of_sectors_has_the_three_and_beside_them_what_was_transferred(public_read, register, client):
    page = opened(client, "/sectors/", programme="2023", lang="en")
    for name in ("Build on strengths", "Shore up weak links", "Lay out new fields", "none of the three"):
        assert name in page.text
    assert "Attract investment" in page.text
    assert "projects transferred from other provinces" in page.text
    assert page.value("transferred_count") == 23
    assert any("direction=lay-out" in anchor.href for anchor in page.anchors)
    assert any("chinadaily" in anchor.href for anchor in page.anchors)
    chinese = opened(client, "/sectors/", programme="2023", lang="zh-hans").text
    for name in ("锻长板", "补短板", "谋布局", "强招商", "未列入"):
        assert name in chinese


def test_without_directions_the_page_says_nothing_of_them(public_read, register, client):
    with create_revision():
        for sector in Sector.objects.all():
            sector.direction = None
            sector.save()
        for direction in Direction.objects.all():
            direction.delete()
    assert "Directions of the announcement" not in opened(client, "/sectors/", programme="2023", lang="en").text


def test_a_sector_says_its_direction(public_read, register, client):
    assert client.get("/api/v1/sectors/energy-electronics/").json()["direction"]["code"] == "lay-out"
    assert client.get("/api/v1/sectors/smart-terminals/").json()["direction"] is None
    found = client.get("/api/v1/sectors/?direction=shore-up").json()
    assert {each["code"] for each in found["results"]} == set(SECTORS["shore-up"])


def test_a_past_is_grouped_by_the_directions_of_then(public_read, province, client_of):
    then = f"r{Revision.objects.newest_number()}"
    with create_revision():
        sector = Sector.objects.get(code="smart-terminals")
        sector.direction = Direction.objects.get(code="lay-out")
        sector.save()
    browser = client_of(province)
    assert "none" not in by_direction(browser)
    assert by_direction(browser, as_of=then)["none"]["figures"]["project_count"]["value"] > 0
