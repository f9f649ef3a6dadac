"""Files with every field: the columns of the page first, in its order, and behind them all others known of a line."""

from __future__ import annotations

import csv
import io

import pytest

from projects.models import Project

PAGES = ("/attention/?show=all", "/league/?by=prefecture", "/forecast/", "/changes/")


def rows_of(client, address, **asked):
    said = "&".join(f"{name}={value}" for name, value in {"format": "csv", "lang": "en", **asked}.items())
    answer = client.get(f"{address}{'&' if '?' in address else '?'}{said}")
    assert answer.status_code == 200, answer.content
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


@pytest.mark.parametrize("address", PAGES)
def test_the_columns_of_the_page_come_first_and_all_others_on_request(province, client_of, address):
    client = client_of(province)
    page, every = rows_of(client, address), rows_of(client, address, fields="all")
    width = len(page[0])
    assert len(every[0]) > width
    assert len(set(every[0])) == len(every[0])
    assert [row[:width] for row in every] == page
    assert {len(row) for row in every} == {len(every[0])}
    assert any(any(row[width:]) for row in every[1:])


@pytest.mark.parametrize("address", PAGES)
def test_the_page_leads_to_them(province, client_of, address):
    shown = client_of(province).get(address).content.decode()
    assert "fields=all" in shown


def test_a_project_of_the_attention_list_says_what_the_register_does(province, client_of):
    head, *rows = rows_of(client_of(province), "/attention/?show=all", fields="all")
    by_code = {row[head.index("Project code")]: dict(zip(head, row, strict=True)) for row in rows}
    for project in Project.objects.select_related("sector", "enterprise").filter(code__in=by_code):
        said = by_code[project.code]
        assert said["Sector, code"] == project.sector.code
        assert said["Enterprise"] == (
            project.enterprise.name_en or project.enterprise.name_zh if project.enterprise else ""
        )
        amount = project.total_investment
        found = said["Total investment (billion CNY)"]
        assert found == "" if amount is None else float(found) * 10**9 == pytest.approx(amount)


def test_the_public_is_not_told_who_reported(client, province, settings):
    settings.PUBLIC_READ = True
    head = rows_of(client, "/attention/?show=all", fields="all")[0]
    assert not [each for each in head if "reported by" in each.lower()]


def test_another_word_than_all_is_refused(province, client_of):
    answer = client_of(province).get("/forecast/?format=csv&fields=some")
    assert answer.status_code == 400


@pytest.mark.parametrize("query", ["", "month=2023-07"])
def test_a_ranking_has_the_same_columns_in_both_languages(query, client_of, province):
    client = client_of(province)
    heads = [rows_of(client, f"/league/?{query}", fields="all", lang=lang)[0] for lang in ("zh-hans", "en")]
    assert len(heads[0]) == len(heads[1])
    for head in heads:
        assert len(set(head)) == len(head)
