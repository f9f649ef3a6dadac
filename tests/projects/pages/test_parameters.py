"""Query parameters of pages: each page refuses what it does not read, and every value that is none; what others hang on to a
link is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from projects.models import Milestone, Problem
from projects.pages.parameters import parameters_of, takes_several, unknown_in
from projects.pages.return_address import BACK
from projects.totals.filters import ProjectFilterSet
from tests.pages import PATHS
from tests.projects.workbook_imports.sent import REGISTER, begun

FILES = ("/sectors/", "/attention/", "/league/", "/rounds/", "/problems/", "/milestones/")
PROJECT = "/projects/HN-EI-2023-13/"
WORK = (
    *("/tasks/", "/compare/", "/figures/disbursed/", "/proposals/", "/rounds/2023-06/", "/review/", "/webhooks/"),
    *("/webhooks/add/", "/tokens/", "/tokens/add/", "/imports/", "/imports/template.xlsx?kind=register", "/changes/1/"),
    *("/charts/prefectures.svg", "/milestones/add/", "/notes/add/?programme=2023&figure=disbursed", "/changes/1/undo/"),
    *("/rounds/2023-06/HN-EI-2023-13/", f"{PROJECT}reports/2023-06/reopen/"),
)
EVERY = (*PATHS, *WORK)
LONG = "x" * 300  # what is wrong with a text
TEXTS = {"code", "project", "record", "search", "who"}
# of a record that the address names there is none: it is not found
NAMES = {"proposal", "report", "figure", "cell", "project", "programme", "sector", "prefecture", "record"}
SOME_FILTERS = {"prefecture", "light", "disbursed_min", "search"}
ANYWHERE = {BACK, "open"}  # leads back, to a page of this site alone; the review says that it does not wait

pytestmark = pytest.mark.no_database


@pytest.fixture
def reader(public_read: None, register: None, province: Any, client_of: Any) -> Client:
    found: Client = client_of(province)
    return found


class Asking(HTMLParser):
    """The links of a page, and its forms that ask: each with the names of its fields."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self.names: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            query = urlsplit(given["href"]).query
            self.found.append((given["href"], [name for name, _value in parse_qsl(query, keep_blank_values=True)]))
        elif tag == "form":
            self.names = [] if given.get("method", "get").lower() == "get" else None
            self.found += [(given.get("action", ""), self.names)] if self.names is not None else []
        elif tag in ("input", "select", "button") and self.names is not None and given.get("name"):
            self.names.append(given["name"])


def known_at(path: str) -> frozenset[str]:
    match = resolve(urlsplit(path).path)
    return parameters_of(match.func, match.url_name or "")


def own_of(path: str) -> set[str]:
    declared = getattr(resolve(urlsplit(path).path).func, "reads", None)
    return set(declared.names) - ANYWHERE if declared else set()


def with_query(path: str, name: str, value: str) -> str:
    """The address of a page with one more parameter, in the place of one that it has."""
    address = urlsplit(path)
    pairs = dict(parse_qsl(address.query)) | {name: value}
    return f"{address.path}?{'&'.join(f'{key}={text}' for key, text in pairs.items())}"


def wrong_values(path: str) -> Iterator[tuple[str, str]]:
    """Of each parameter; filters, of which one form holds all, whole at one page and by some at the others."""
    left_out = set() if path == "/projects/" else set(ProjectFilterSet.base_filters) - SOME_FILTERS
    for name in sorted((known_at(path) - ANYWHERE - left_out) | own_of(path)):
        yield name, LONG if name in TEXTS else "no-such-value"


def of_one_value(path: str) -> list[str]:
    """The parameters that a page reads one value of; those of every page at some of them."""
    match = resolve(urlsplit(path).path)
    names = known_at(path) - ANYWHERE - {name for name, _value in parse_qsl(urlsplit(path).query)}
    if path not in ("/", "/projects/", "/changes/"):
        names &= {"programme", "lang", *own_of(path)}
    return sorted(name for name in names if not takes_several(name, match.func, match.url_name or ""))


def test_every_page_refuses_a_mistyped_condition_and_names_what_was_meant(reader):
    for path in PATHS:
        page = reader.get(path, {"lang": "en", "sectr": "energy-electronics", "through": "2023-05"})
        text = page.content.decode()
        assert page.status_code == 400, path
        assert "“sectr” is not a parameter of this page. Did you mean “sector”?" in text
        assert f'href="{path.partition("?")[0]}?through=2023-05"' in text  # the same page without it, in one step


def test_every_page_refuses_what_only_another_page_reads(reader):
    everywhere = frozenset[str]().union(*map(known_at, EVERY))
    assert {"state", "sort", "page", "unit", "by", "sort_sectors", "mine", "since", "record"} <= everywhere
    for path in EVERY:
        foreign = everywhere - known_at(path) - {"from"}  # what WeChat hangs on
        assert foreign, path
        page = reader.get(with_query(path, sorted(foreign)[0], "1") + "".join(f"&{name}=1" for name in foreign))
        text = page.content.decode()
        assert page.status_code == 400, path
        assert [name for name in foreign if f"“{name}”" not in text] == [], path


def test_no_page_passes_over_a_wrong_value_of_what_it_reads(reader):
    passed_over = []
    values = [(path, name, value) for path in EVERY for name, value in wrong_values(path)]
    for path, name, value in values[::3]:
        page = reader.get(with_query(path, name, value), HTTP_ACCEPT_LANGUAGE="en")
        refused = page.status_code == 400 and f'<span class="mono">{name}</span>' in page.content.decode()
        if not refused and not (page.status_code == 404 and name in NAMES):
            passed_over.append((path, name, page.status_code))
    assert passed_over == [], passed_over


def test_no_page_takes_one_of_two_values_of_what_can_have_one(reader):
    taken = []
    pairs = [(path, name) for path in EVERY for name in of_one_value(path)]
    for path, name in pairs[::3]:
        sign = "&" if "?" in path else "?"
        page = reader.get(f"{path}{sign}{name}=&{name}=", HTTP_ACCEPT_LANGUAGE="en")
        if page.status_code != 400 or f"“{name}” is given twice." not in page.content.decode():
            taken.append((path, name, page.status_code))
    assert taken == [], taken


@pytest.mark.parametrize(
    "query",
    [
        "light=red&light=yellow",
        "sector=new-display&sector=energy-electronics",
        "utm_source=a&utm_source=b",
        "scene=1&scene=2",
    ],
)
def test_what_can_have_several_values_and_what_others_hang_on_stays_free(reader, query):
    assert reader.get(f"/projects/?{query}").status_code == 200


def test_a_filter_that_a_page_means_as_one_thing_is_refused_twice(reader):
    for path in ("/changes/?kind=project&kind=entry", "/notes/add/?project=HN-EI-2023-13&sector=a&sector=b"):
        told = reader.get(path, HTTP_ACCEPT_LANGUAGE="zh-hans")
        assert told.status_code == 400, path
        assert "重复" in told.content.decode() or "两次" in told.content.decode()


@pytest.mark.parametrize(("model", "name"), [(Milestone, "programme"), (Problem, "sector"), (Problem, "through")])
def test_the_form_of_a_record_refuses_a_wrong_value_of_the_question_that_travels(reader, model, name):
    path = f"/{model._meta.model_name}s/{model.objects.order_by('pk')[0].pk}/"
    assert reader.get(path).status_code == 200
    assert reader.get(path, {name: "no-such-value"}).status_code == 400


def test_a_page_without_a_project_refuses_a_wrong_value_too(reader):
    for path in ("/", "/sectors/", "/projects/", "/attention/", "/league/", "/milestones/", "/problems/", "/forecast/"):
        for name in known_at(path) & {"page", "format", "table", "sort", "map", "sort_sectors"}:
            assert reader.get(path, {"search": "zzzz", name: "abc"}).status_code == 400, (path, name)


def test_an_import_refuses_a_wrong_value_wherever_it_stands(reader, province):
    made = begun(province, [REGISTER])
    for name in ("step", "cells", "field", "page"):
        assert reader.get(f"/imports/{made.pk}/", {name: "abc"}).status_code == 400, name


def test_every_page_passes_over_what_others_hang_on_to_a_link(reader):
    for path in PATHS:
        foreign = {"utm_source": "mail", "fbclid": "x", "from": "timeline", "isappinstalled": "0", "scene": "1"}
        assert reader.get(path, foreign).status_code == 200, path


def test_every_link_and_field_of_every_page_is_of_a_parameter_that_its_page_reads(reader):
    looked_at = 0
    for path in EVERY:
        page = reader.get(path)
        if page.streaming or not page.get("Content-Type", "").startswith("text/html"):
            continue
        for href, names in Asking(page.content.decode()).found:
            address = urlsplit(urljoin(path, href))
            if not address.netloc and not address.path.startswith(("/api/", "/admin/", "/login/", "/static/")):
                looked_at += len(names)
                match = resolve(address.path)
                twice = {name for name in names if names.count(name) > 1 and href.partition("?")[2]}
                assert not [name for name in twice if not takes_several(name, match.func, match.url_name or "")], (
                    path,
                    href,
                )
                assert unknown_in(names, known_at(address.path)) == [], (path, href)
    assert looked_at > 1000


def test_a_page_that_there_is_not_is_refused_by_the_page_and_by_its_file(reader):
    for path in FILES:
        for number in ("2", "x"):
            assert reader.get(path, {"format": "csv", "page": number}).status_code == 400, path
        told = reader.get(path, {"lang": "en", "format": "csv", "page": "1"}).content.decode()
        reason = "A file has all pages" if "page" in known_at(path) else "“page” is not a parameter of this page"
        assert reason in told, path
        assert reader.get(path, {"format": "csv"}).status_code == 200, path


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ({"through": "1999-13"}, "月份 through"),
        ({"as_of": "never"}, "数据时点 as_of"),
        ({"sector": "nothing"}, "行业 sector"),
    ],
)
def test_a_refusal_names_a_condition_as_the_page_does(reader, query, label):
    response = reader.get("/projects/", {"lang": "zh-hans"} | query)
    text = " ".join(re.sub(r"<[^>]+>", "", response.content.decode()).split())
    assert (response.status_code, label in text) == (400, True)
