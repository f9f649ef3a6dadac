"""Every table of every page: files of it at its head, or the reason why it has none."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest
from django.urls import resolve

from tests.pages import PATHS
from tests.quick_html import QuickParser

from . import addresses, walking

pytestmark = pytest.mark.django_db

# by the name of the page and the label of the table
_SMALL = "a small table of a page of figures"
WITHOUT = {
    **{
        ("about", label): _SMALL
        for label in (
            "Claims about projects",
            "Contradictions",
            "Figures by basis",
            "Size bands",
            "The rule of every figure",
        )
    },
    ("sector", "Compared with the whole list"): _SMALL,
    ("prefecture", "Compared with the whole list"): _SMALL,
    ("overview", "Disbursed and plans by month"): _SMALL,
    ("programmes", "Contradictions"): _SMALL,
    ("overview", "By prefecture"): "its files are in the menu of its section",
    ("programme", "By prefecture"): "the same",
    ("claim-adopt", "What is said"): "part of a decision; the project's page has the statements as a file",
    ("claim-withdraw", "What is said"): "the same",
    ("figure", "Beside what was published"): "the page of the programmes has every published number as a file",
    ("import", "How the columns are read"): "a form",
    ("import", "The file as it is"): "the first lines of the file itself, which its sender has",
    ("import", "Cell by cell"): "cells of a workbook, of which those that are refused come back as one",
    ("import", "Effect on the headline figures"): "part of a decision; the comparison has what became of it as a file",
    ("imports", "Imports"): "one's own workbooks, each of which is at hand",
    ("milestones", "Timeline"): "a picture; the same in figures, with its files, is below",
    ("overview", "behind"): "without a row where no month counts yet; the list of attention has files",
    ("round-row", ""): "one row to type in; the whole sheet has files",
    ("tokens", "Tokens"): "means of access, no data",
    ("webhook", "Messages"): "what was sent to one system, which a list of the API has",
    ("webhooks", "Webhooks"): "means of access, no data",
}


@dataclass
class Heads(QuickParser):
    """The tables of a page by their labels: the addresses of the files that stand before each, after the one before it."""

    tables: list[tuple[str, list[str]]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    label: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "download" in given and re.match(r"(?!/api/).*[?&]format=", given["href"]):
            self.files.append(given["href"])
        if tag in ("div", "section"):
            self.label = given.get("aria-label") or given.get("aria-labelledby") or self.label
        if tag == "table":
            self.tables.append((self.label, self.files))
            self.files = []


def heads_of(html: str) -> list[tuple[str, list[str]]]:
    reader = Heads()
    reader.feed(html)
    return reader.tables


def forms(files: list[str]) -> list[str]:
    return [found[1] for each in files if (found := re.search(r"[?&]format=(\w+)", each))]


def rows_of(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200, (answer.request["PATH_INFO"], answer.request["QUERY_STRING"], answer.content)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_every_table_has_files_at_its_head_or_a_reason(people: dict[str, Any], client_of: Any) -> None:
    browser, bare, opened = client_of(people["province"]), {}, set()
    administration = [each.pattern for each in addresses.routes() if each.pattern.startswith("admin/")]
    walked = walking.pages(browser, people["province"], language="en", most=2, but=administration)
    named = ((path, browser.get(path, headers={"accept-language": "en"})) for path in PATHS)
    for address, answer in chain(named, walked):
        if answer.status_code != 200 or not walking.is_page(answer):
            continue
        page = resolve(urlsplit(address).path).url_name or ""
        for label, files in heads_of(answer.content.decode()):
            if forms(files)[-2:] != ["xlsx", "csv"]:  # what is no table may have some before
                bare[page, label] = address
            for url in {each for each in files if forms([each]) == ["xlsx"]} - opened:
                opened.add(url)
                rows = rows_of(browser.get(url))
                place = next(place for place, row in enumerate(rows) if None not in row)  # below what it is of
                head, *lines = rows[place:]
                assert lines, url
                assert len(set(head)) == len(head) > 1, (url, head)
    assert (
        sorted(
            f"{page} · {label}: {address}" for (page, label), address in bare.items() if (page, label) not in WITHOUT
        )
        == []
    )
    assert set(WITHOUT) <= set(bare), "of these there are files, or no such table"
