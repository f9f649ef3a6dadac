"""Every column of every table orders it by a link in its head, but for those that are named here, each with its reason."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.projects.pages.test_every_number_opens import LOOKED_AT, asked
from tests.quick_html import QuickParser

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]  # what an order is of records is asked of both elsewhere
DAYS = "/compare/?since=2023-05-01"
_CELLS = "several published numbers in a cell, each with its own unit and source"
_SMALL = "a small table of a page of figures"
_SUM = "the terms of a sum that is written out"
_FIRST = "the first lines of a longer list, which is ordered on its own page"
# what orders nothing: a table by the part of the page that it stands in, a column with that or wherever it stands
EXCEPTIONS: dict[str | tuple[str, str], str] = {
    "behind": _FIRST,
    "line": "a drawing, in the order of the table below it",
    "numbers": _CELLS,
    "against": "a figure beside each number that was published of it, the newest first; one or two",
    "formula": _SUM,
    "contradictions": "what is said together stands together",
    "claims": "what is said together stands together",
    **dict.fromkeys(("basis", "rules", "bands", "disb", "months", "rates"), _SMALL),
    ("main", "Field"): "the fields of a form, in its order",
    ("main", "What it says"): "the fields of a form, in its order",
    **{("prefectures", label): _CELLS for label in ("Figure", "Published", "List", "How they stand")},
    ("", "Plan and disbursed"): "drawn of the columns beside it",
    ("", "Reason and measure"): "up to eight things in a cell, which the lights and numbers beside it sum up",
}


class _Heads(QuickParser):
    """Heads of columns by the part of the page that their table stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.found: list[list[Any]] = []  # the part, the label, whether it orders
        self.in_head = self.in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in ("section", "main", "article"):
            self.parts.append(attributes.get("aria-labelledby") or tag)
        self.in_head = self.in_head or tag == "thead"
        if tag == "th" and self.in_head:
            self.found.append([self.parts[-1] if self.parts else "", "", False])
            self.in_cell = True
        if tag == "a" and self.in_cell and attributes.get("class") == "sort":
            self.found[-1][2] = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("section", "main", "article"):
            self.parts.pop()
        self.in_head = self.in_head and tag != "thead"
        self.in_cell = self.in_cell and tag != "th"

    def handle_data(self, data: str) -> None:
        if self.in_cell:
            self.found[-1][1] += data


def unsorted(client: Any, path: str) -> set[tuple[str, str]]:
    """Heads of a page that order nothing, each with its part of the page."""
    reader = _Heads()
    reader.feed(client.get(asked(path)).content.decode())
    return {(part, " ".join(label.split())) for part, label, sorts in reader.found if not sorts}


@pytest.fixture
def reader(analyst: Any, client_of: Any) -> Any:
    return client_of(analyst, headers={"accept-language": "en"})


def test_every_column_of_every_table_orders_it(reader: Any) -> None:
    met: set[tuple[str, str] | str] = set()
    for path in (*LOOKED_AT, DAYS):
        for part, label in unsorted(reader, path):
            named = next((each for each in ((part, label), part, ("", label)) if each in EXCEPTIONS), None)
            assert named, f"nothing orders {label!r} of {part} of {path}, and no reason is given"
            met.add(named)
    assert met == set(EXCEPTIONS), "an exception is needed no more"


# by address: the parameter of a table, a column of it and the part that it stands in
ORDERED = (
    (DAYS, "sort_figures", "records", "figures"),
    ("/forecast/", "sort_forecast", "year_end", ""),
    ("/projects/HN-EI-2023-36/", "sort_plans", "amount", "year"),
    ("/projects/HN-EI-2023-36/", "sort_milestones", "planned", "milestones"),
    ("/figures/disbursed/?sector=energy-electronics&through=2023-05", "sort_plans", "points", "plans"),
    (DAYS, "sort_figures", "difference", "figures"),
    ("/projects/HN-EI-2023-36/", "sort_months", "done", "reports"),
    ("/projects/HN-EI-2023-36/", "sort_problems", "description", "problems"),
    ("/figures/disbursed/?sector=energy-electronics&through=2023-05", "sort_since", "difference", "since"),
)


@pytest.mark.parametrize(("path", "parameter", "column", "part"), ORDERED)
def test_a_head_orders_turns_round_and_keeps_the_question(
    path: str, parameter: str, column: str, part: str, reader: Any
) -> None:
    def page(**more: str) -> str:
        answer = reader.get(path, {**dict(parse_qsl(urlsplit(path).query)), "lang": "en", **more})
        return b"".join(answer).decode()

    def files(order: str) -> list[str]:
        table = parameter.removeprefix("sort_")
        several = {} if path == "/forecast/" else {"table": table}
        rows: list[str] = page(**{parameter: order}, format="csv", **several).splitlines()[1:]
        return rows

    for order, said in ((column, "ascending"), (f"-{column}", "descending")):
        html = page(**{parameter: order})
        turned = f"-{column}" if said == "ascending" else column
        heads = re.findall(r'<th[^>]*aria-sort="(\w+)"[^>]*><a class="sort" href="([^"]*)"', html)
        here = [unescape(href) for how, href in heads if how == said and f"{parameter}={turned}" in href]
        assert len(here) == 1, heads
        assert urlsplit(here[0]).fragment == part
        assert set(parse_qsl(urlsplit(path).query)) <= set(parse_qsl(urlsplit(here[0]).query))
    assert sorted(files(column)) == sorted(files(f"-{column}"))
    assert reader.get(path, {parameter: "size"}).status_code == 400


def test_lines_stand_in_the_order_asked_for_what_has_no_value_last(reader: Any) -> None:
    def counts(order: str) -> list[int]:
        page = reader.get("/compare/", {"since": "2023-05-01", "sort_figures": order})
        return [line.figure.count for line in page.context["tables"]["figures"].lines]

    assert counts("records") == sorted(counts("")) != counts("")
    assert counts("-records") == sorted(counts(""), reverse=True)

    def year_ends(order: str) -> list[int | None]:
        page = reader.get("/forecast/", {"sort_forecast": order, "code": "HN-EI-2023-36"})
        return [each.value for each in page.context["table"].lines]

    assert year_ends("year_end")[-1] is None is year_ends("-year_end")[-1]
    assert year_ends("year_end")[:-1] == year_ends("-year_end")[-2::-1]


# orders by a column that another month or year does not show, with the question in which it is not shown
FALLEN = (
    ("/league/", "sort=-start_rate", "through=2023-07"),
    ("/league/?through=2023-07", "sort=held", "through=2023-06"),
    ("/sectors/", "sort_sectors=-share", "through=2023-07"),
    ("/forecast/", "sort_forecast=plan_2", "code=HN-EI-2023-36"),
    ("/figures/disbursed/", "sort=-month_6", "through=2023-05"),
)
WORD = "the table is in its usual order"


@pytest.mark.parametrize(("path", "order", "without"), FALLEN)
def test_an_order_by_what_a_month_does_not_show_falls_away_with_a_word(
    path: str, order: str, without: str, reader: Any
) -> None:
    address, question = urlsplit(path).path, dict(parse_qsl(urlsplit(path).query))
    (name, _column), asked = parse_qsl(order)[0], question | dict(parse_qsl(order))
    assert WORD not in reader.get(address, asked).content.decode()
    changed = asked | dict(parse_qsl(without))
    told = reader.get(address, changed)
    assert told.status_code == 200
    assert WORD in told.content.decode()
    assert WORD not in reader.get(address, {each: changed[each] for each in changed if each != name}).content.decode()
    assert reader.get(address, changed | {name: "size"}).status_code == 400
