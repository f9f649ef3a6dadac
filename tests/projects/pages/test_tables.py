"""Every table of a list: its heads order it, and its files hold what the page says, in its order and its language."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils.translation import override

from projects.pages.tables import Column, MoneyColumn, NumberColumn, PointsColumn, ShareColumn, Table

from .tables_seen import body_of

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]
LISTS = (
    "/projects/",
    "/sectors/",
    "/prefectures/",
    "/sectors/energy-electronics/",
    "/prefectures/430100/",
    "/problems/?state=all",
    "/milestones/?show=all",
    "/attention/?show=all",
    "/league/",
    "/league/?by=prefecture&month=2023-07",
    "/rounds/",
    "/figures/disbursed/",
    "/figures/total_investment/",
    "/compare/?since=2023-05-01",
)


class Heads(HTMLParser):
    """The addresses of the heads of a page by which its tables are ordered, and how they are."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.sorted: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "a" and attributes.get("class") == "sort":
            self.urls.append(unescape(attributes["href"] or ""))
        if tag == "th" and attributes.get("aria-sort"):
            self.sorted.append(attributes["aria-sort"] or "")


def heads_of(client: Any, address: str) -> Heads:
    heads = Heads()
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: is the column in ORDERINGS of projects/totals/filters.py?"
    heads.feed(answer.content.decode())
    return heads


def lines_of(client: Any, address: str) -> list[list[str]]:
    """Return the rows of the first table of a page as its CSV file has them."""
    url = f"{address}{'&' if '?' in address else '?'}format=csv"
    return list(csv.reader(io.StringIO(body_of(client, url).decode("utf-8-sig"))))


@pytest.fixture
def reader(analyst: Any, client_of: Any) -> Any:
    return client_of(analyst, headers={"accept-language": "en"})


@pytest.mark.parametrize("address", LISTS)
def test_each_head_orders_its_table_turns_round_and_keeps_the_question(address, reader):
    urls = heads_of(reader, address).urls
    assert len(urls) >= 4
    question = set(parse_qsl(urlsplit(address).query))
    usual = sorted(lines_of(reader, address)[1:]) if "sectors/e" not in address else None
    for url in urls:
        assert question <= set(parse_qsl(urlsplit(url).query))
        ordered = heads_of(reader, url.partition("#")[0])
        assert len(ordered.sorted) >= 1, url
        turned = [other for other in ordered.urls if other not in urls]
        assert turned, url
    if usual is not None and len(urls) < 20:
        lines = lines_of(reader, urls[-1].partition("#")[0])
        assert sorted(lines[1:]) == usual


@pytest.mark.parametrize("address", LISTS)
def test_an_order_by_no_column_is_refused(address, reader):
    names = {name for url in heads_of(reader, address).urls for name, _value in parse_qsl(urlsplit(url).query)}
    for name in names & {"sort", "ordering", *(name for name in names if name.startswith("sort_"))}:
        wrong = f"{address}{'&' if '?' in address else '?'}{name}=nothing-like-it"
        assert reader.get(wrong).status_code == 400


def test_a_ratio_of_a_file_has_the_decimal_of_its_page_and_an_amount_every_digit():
    share, points = (kind(label="", value=None) for kind in (ShareColumn, PointsColumn))
    with override("en"):
        amount = MoneyColumn(label="", value=None)
    assert [str(share.number(value)) for value in (Fraction(1, 3), Fraction(200), Fraction(1))] == [
        "33.3",
        "20000",
        "100.0",
    ]
    assert [str(points.number(value)) for value in (Fraction("-0.0997"), Fraction(1, 7))] == ["-9.9", "14.3"]
    assert (str(amount.number(7_864_260_001)), amount.number_format) == ("7.864260001", "#,##0.000")


def test_what_has_no_value_comes_last_either_way(rf, analyst):
    rows = [{"name": "b", "number": None}, {"name": "c", "number": 2}, {"name": "a", "number": 1}]
    columns = [
        Column(name="name", label="Name", value=lambda row: row["name"]),
        NumberColumn(name="number", label="Number", value=lambda row: row["number"]),
    ]

    def names(query: str) -> str:
        request = rf.get(f"/?{query}")
        return "".join(row.record["name"] for row in Table(request, "t", "T", columns, rows).rows)

    assert [names(query) for query in ("", "sort=name", "sort=-name")] == ["bca", "abc", "cba"]
    assert [names(query) for query in ("sort=number", "sort=-number")] == ["acb", "cab"]
