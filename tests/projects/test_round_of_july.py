"""The round of July, walked from none to all of its thirty reports, over pages, API and files; held against plain SQL."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client

from projects.choices import Measure
from projects.models import MonthlyReport
from tests.pages import opened

from .july import ASKED, approve, order, stage

OPEN = [(0, False), (6, False)]
STAGES = [*OPEN, (27, True), (30, False)]
JULY = {"through": "2023-07"}
PAGES = (
    "/",
    "/attention/",
    "/league/",
    "/forecast/",
    "/sectors/",
    "/prefectures/",
    "/projects/",
    "/figures/disbursed/",
)
PARTS = ("/sectors/energy-electronics/", "/prefectures/430100/", "/projects/HN-EI-2023-14/")


def fetched(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def get_disbursed(through: int) -> int:
    """What all entries of 2023 have disbursed from January to a month, CNY, as plain SQL says it."""
    [(disbursed,)] = fetched(
        "SELECT SUM(r.disbursed) FROM projects_monthlyreport r JOIN projects_entry e ON e.id = r.entry_id"  # noqa: S608
        " JOIN projects_programme y ON y.id = e.programme_id AND y.year = 2023"
        f" WHERE r.state = 'approved' AND r.month <= {through}"
    )
    return int(disbursed)


def asked(user: Any, path: str, **query: str) -> dict[str, Any]:
    client = Client()
    client.force_login(user)
    response = client.get(f"/api/v1{path}", query)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


@pytest.mark.parametrize(("number", "closed"), STAGES)
def test_pages_api_and_files_begin_with_the_same_month_and_its_sum(province, client_of, number, closed):
    stage(number, closed=closed)
    month = 7 if (number, closed) not in OPEN else 6
    disbursed = get_disbursed(month)
    answer = asked(province, "/totals/", programme="2023", fields="disbursed")
    assert (answer["through"], answer["month"]["state"] == "open") == (f"2023-{month:02}", False)
    assert answer["rows"][0]["figures"]["disbursed"]["value"] == disbursed
    assert opened(client_of(province), "/", lang="en").value(Measure.DISBURSED) == disbursed
    assert asked(province, "/projects/", programme="2023")["results"][0]["disbursed_through"] == f"2023-{month:02}"


def test_every_page_of_the_open_month_says_how_many_are_approved(province, client_of):
    stage(6)
    client = client_of(province)
    for path in (*PAGES, *PARTS):
        page = opened(client, path, lang="en", **JULY)
        assert "July is open: 6 of 30 reports are approved, due 2023-08-10." in page.text, path
        by_itself = opened(client, path, lang="en")
        assert "July: 6/30 approved" in by_itself.text, path
        assert any("through=2023-07" in anchor.href for anchor in by_itself.anchors), path


def test_a_closed_month_says_its_gaps_and_a_complete_one_nothing(province, client_of):
    stage(27, closed=True)
    client = client_of(province)
    for path in (*PAGES, *PARTS):
        text = opened(client, path, lang="en").text
        assert "July has closed with 27 of 30 reports approved; what is missing is not counted as zero." in text, path
    stage(30)
    assert "reports approved" not in opened(client, "/", lang="en").text
    stage(20, closed=True)
    text = opened(client, "/league/", lang="en", **JULY).text
    assert "July has closed with 20 of 30 reports approved, too few to count." in text


@pytest.mark.parametrize(("number", "closed"), OPEN)
def test_the_api_says_how_many_have_reported_an_open_month(province, number, closed):
    stage(number, closed=closed)
    answer = asked(province, "/totals/", programme="2023", fields="disbursed,planned_disbursement", **JULY)
    assert answer["month"] == {
        "month": "2023-07",
        "state": "open",
        "approved": number,
        "asked": ASKED,
        "due": "2023-08-10",
        "closes": "2023-08-20",
    }
    figure = answer["rows"][0]["figures"]["disbursed"]
    assert figure["value"] == get_disbursed(7)
    coverage = figure["coverage"]
    assert [coverage[word]["count"] for word in ("complete", "gaps", "none")] == [number, ASKED - number, 12]
    assert coverage["gaps"]["months"] == ASKED - number
    for word in coverage.values():
        assert asked(province, word["records"].split("/api/v1")[1])["count"] == word["count"]
    explained = asked(province, "/explain/", figure="disbursed", **JULY)
    assert (explained["month"], explained["coverage"]) == (answer["month"], coverage)
    project = asked(province, "/projects/", programme="2023", fields="code,open_month", **JULY)["results"][0]
    assert project["open_month"] == f"{number}/30"


def test_a_gap_of_long_ago_is_said_and_opens_to_its_records(province, client_of):
    codes = order()[:3]
    reports = QuerySet(MonthlyReport).filter(entry__project__code__in=codes)
    reports.filter(month=3)._raw_delete("default")
    reports.filter(month=5, entry__project__code=codes[0])._raw_delete("default")
    page = opened(client_of(province), "/", lang="en")
    said = " ".join(page.text.split())
    for words in ("complete 27", "with gaps 3 (4 months missing)", "none 12"):
        assert words in said, words
    gaps = next(anchor for anchor in page.anchors if anchor.data.get("coverage") == "gaps")
    found = opened(client_of(province), f"{gaps.href}&lang=en")
    assert [code for code in order() if code in found.text] == sorted(codes, key=order().index)


def test_a_closed_month_with_gaps_is_named_though_the_next_one_is_nearly_complete(register, public_read, client):
    stage(28, closed=True)
    approve(25, month=6)
    page = opened(client, "/", lang="zh-hans").text
    assert page.count("报送已截止但月报未报齐：6月25/30、7月28/30；自其中首月起不计入。") == 3  # bar, due, conclusions
    assert "不能据此认定6月、7月进度滞后" in page
    assert "审核通过28份，过少" not in page
    assert "前月未报齐 28/30" in page
