"""Every column of every table orders it by a link in its head, but for those that are named here, each with its reason."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.projects.views.test_every_number_opens import LOOKED_AT, asked
from tests.quick_html import QuickParser

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]  # what an order is of records is asked of both elsewhere
DAYS = "/compare/?since=2023-05-01"
_TIME = "a year or steps in time, in which each line goes on from the line before"
_UNITS = "numbers of several units, of which none is larger than another"
_SUM = "the terms of a sum that is written out"
_FIRST = "the first lines of a longer list, which is ordered on its own page"
_WORDS = "sentences"
_LOOKED_UP = "looked up for the records of a page alone, once these have been ordered"
# what orders nothing: a table by the part of the page that it stands in, a column with that or wherever it stands
EXCEPTIONS: dict[str | tuple[str, str], str] = {
    "behind": _FIRST,
    "since": _FIRST,
    "disb": _TIME,
    "months": _TIME,
    "reports": _TIME,
    "line": "drawn along an axis of time",
    "numbers": _UNITS,
    "basis": _UNITS,
    "against": "a figure beside each number that was published of it, the newest first; one or two",
    "formula": _SUM,
    "bands": "bands of size, each from where the one before ends",
    "contradictions": "what is said together stands together",
    "claims": "what is said together stands together",
    ("main", "Field"): "the fields of a form, in its order",
    ("main", "What it says"): "the fields of a form, in its order",
    ("rules", "Rule"): _WORDS,
    ("rules", "Now"): _UNITS,
    ("figures", "then"): _UNITS,
    ("figures", "now"): _UNITS,
    ("figures", "Difference"): _UNITS,
    **{("prefectures", label): _UNITS for label in ("Figure", "Published", "List", "How they stand")},
    ("", "Plan and disbursed"): "drawn of the columns beside it",
    ("", "Reason and measure"): _WORDS,
    ("", "Description"): _WORDS,
    ("", "Last step"): _WORDS,
    ("", "Reason of the last move"): _WORDS,
    ("records", "Sorted otherwise"): _WORDS,
    ("records", "% of the whole"): "the order of the column beside it, of which it is a share",
    ("records", "Where it comes from"): _LOOKED_UP,
    ("records", "Last changed"): _LOOKED_UP,
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
    return {(part, label) for part, label, sorts in reader.found if not sorts}


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
    ("/sectors/energy-electronics/", "sort_rates", "part", "rates"),
    ("/about/", "sort_rules", "known", "rules"),
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
