"""Files of the whole list, from the pages that show it."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import Any

import pytest

from projects.history.revisions import create_revision
from projects.models import Project
from tests.pages import opened

LINK = re.compile(r'<a href="(/api/[^"]+format=(csv|xlsx)[^"]*)" rel="nofollow" download>')
CODE = re.compile(r"/projects/([^/?]+)/")


def links_on(client: Any, address: str) -> dict[str, str]:
    """The addresses of the files of all fields that a page offers, by form."""
    answer = client.get(address)
    assert answer.status_code == 200
    return {form: unescape(url) for url, form in LINK.findall(answer.content.decode())}


def records_at(client: Any, page: str) -> list[dict[str, Any]]:
    """The records of the files of a page."""
    answer = client.get(links_on(client, page)["csv"].replace("format=csv", "format=ndjson"))
    assert answer.status_code == 200, answer.content
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def test_a_file_of_projects_has_exactly_the_rows_of_the_page(province, client_of):
    client = client_of(province)
    asked = "/projects/?sector=advanced-computing&transferred=yes&ordering=-total_investment"
    found = [CODE.match(anchor.href) for anchor in opened(client, asked).anchors]
    shown = list(dict.fromkeys(each[1] for each in found if each))
    records = records_at(client, asked)
    assert [record["code"] for record in records] == shown
    assert len(shown) > 3


@pytest.mark.no_database
def test_a_file_is_in_the_language_of_the_page(province, client_of):
    client = client_of(province)
    heads = {}
    for lang in ("zh-hans", "en"):
        answer = client.get(links_on(client, f"/projects/?lang={lang}")["csv"])
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        heads[lang] = next(csv.reader(io.StringIO(text)))
    assert "total_investment (CNY)" in heads["en"]
    assert "总投资（元）" in heads["zh-hans"]


def test_a_file_of_a_past_page_is_of_the_past(province, client_of):
    client = client_of(province)
    before = records_at(client, "/projects/")
    with create_revision(reason="later"):
        project = Project.objects.get(code=before[0]["code"])
        project.county_zh = "后来"
        project.save()
    assert "as_of=r1" in links_on(client, "/projects/?as_of=r1")["csv"]
    assert records_at(client, "/projects/?as_of=r1") == before


@pytest.mark.parametrize("shown", ["all", "overdue", "ahead"])
def test_a_file_of_milestones_has_those_that_are_shown(province, client_of, shown):
    client = client_of(province)
    for asked in (f"/milestones/?show={shown}", f"/milestones/?show={shown}&sector=advanced-computing"):
        groups = client.get(asked).context["groups"]
        if groups:
            keys = {each.record.pk for group in groups for each in group.milestones}
            assert {record["id"] for record in records_at(client, asked)} == keys


@pytest.mark.parametrize("shown", ["all", "overdue", "unsolved"])
def test_a_file_of_problems_has_those_that_are_shown(province, client_of, shown):
    client = client_of(province)
    for asked in (f"/problems/?state={shown}", f"/problems/?state={shown}&problem_kind=land&sector=advanced-computing"):
        answer = client.get(asked)
        rows = answer.context["table"].records if answer.status_code == 200 else ()
        if rows:
            keys = {row.problem.pk for row in rows}
            assert {record["id"] for record in records_at(client, asked)} == keys


def test_the_public_never_reads_a_name_in_a_file(register, public_read, client_of):
    client = client_of(None)
    records = records_at(client, "/problems/")
    assert {record["solver"] for record in records} == {None}
