"""Reading a page as a person does: its figures, where they lead, what it says."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from portfolio.dashboards import urls as dashboards
from projects.choices import Basis, ReportState
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Prefecture, Programme, Project
from projects.pages import urls as views
from sectors.models import Sector
from tests.inserting import insert

_ASKED_OTHERWISE = {"/compare/", "/proposals/", "/search/"}  # they say a day or a word, or want a sign-in


def _needing_nothing() -> Iterator[str]:
    """The addresses of pages for reading that have nothing to be filled in, so that one that is added is among them."""
    for route in (*dashboards.urlpatterns, *views.urlpatterns):
        source = inspect.getsource(inspect.unwrap(route.callback))
        is_page = re.search(r"^@(form_)?page\s*(#.*)?$", source, re.MULTILINE)
        if is_page and not route.pattern.converters and f"/{route.pattern}" not in _ASKED_OTHERWISE:
            yield f"/{route.pattern}"


# what the tests of all pages open
PATHS = (
    *_needing_nothing(),
    "/programmes/2022/",
    "/programmes/2023/",
    "/sectors/energy-electronics/",
    "/prefectures/430100/",
    "/projects/HN-EI-2023-08/",
    "/projects/HN-EI-2023-13/",
    "/projects/HN-EI-2023-13/reports/2023-06/",
    "/charts/disbursement/",
    "/charts/prefectures/",
    "/league/?by=prefecture",
    "/search/?search=a",
    "/help/",
)


@dataclass
class Anchor:
    """A link: its address, its `data-` attributes, its text."""

    href: str
    data: dict[str, str]
    text: str = ""


@dataclass
class Page:
    """What a page holds: links, text without tags, the attributes of its elements."""

    anchors: list[Anchor] = field(default_factory=list)
    text: str = ""
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def figures(self) -> list[Anchor]:
        """The links that say which figure they show."""
        return [anchor for anchor in self.anchors if "figure" in anchor.data]

    def missing(self) -> list[Anchor]:
        """The links to the records that lack a figure."""
        return [anchor for anchor in self.anchors if "missing" in anchor.data]

    def having(self) -> list[Anchor]:
        """The links to the records that have a figure."""
        return [anchor for anchor in self.anchors if "having" in anchor.data]

    def value(self, figure: str) -> int | None:
        """The value of a figure of the foot of a list: the last that the page shows."""
        found = [anchor for anchor in self.figures() if anchor.data["figure"] == figure]
        return int(found[-1].data["value"]) if found else None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page, self.open, self.texts = Page(), [], []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.page.elements.append((tag, attributes))
        if tag == "a":
            data = {name.removeprefix("data-"): value for name, value in attributes.items() if name.startswith("data-")}
            self.page.anchors.append(Anchor(attributes.get("href", ""), data))
            self.open.append(self.page.anchors[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        for anchor in self.open:
            anchor.text += data


def read(content: bytes) -> Page:
    reader = _Reader()
    reader.feed(content.decode())
    reader.page.text = " ".join("".join(reader.texts).split())  # templates are indented
    for anchor in reader.page.anchors:
        anchor.text = " ".join(anchor.text.split())
    return reader.page


def opened(client: Client, path: str, **query: Any) -> Page:
    """The page at an address, which must be there."""
    response = client.get(path, query or None)
    assert response.status_code == 200, (path, response.status_code)
    return read(response.content)


def more_projects(count: int, *, year: int = 2023, months: int = 6) -> None:
    """So many more projects on a year's list, with reports: pages must not ask more of the database for them.

    They are valid as they stand, so they are inserted without being checked; the database still looks.
    """
    sectors = list(Sector.objects.prefetch_related("chain_links"))
    prefectures = list(Prefecture.objects.all())
    programme = Programme.objects.get(year=year)
    projects = [
        Project(
            code=f"MORE-{number:04}",
            name_zh=f"更多项目{number}",
            sector=(sector := sectors[number % len(sectors)]),
            chain_link=sector.chain_links.first(),
            prefecture=prefectures[number % len(prefectures)],
            total_investment=10**9 + number,
            basis=Basis.REPORTED,
        )
        for number in range(count)
    ]
    with create_revision(reason="more projects") as draft:
        insert(projects, draft)
        about = {"programme": programme, "planned_disbursement": 10**8, "basis": Basis.REPORTED}
        entries = [Entry(project=project, **about) for project in projects]
        insert(entries, draft)
        reported = {"state": ReportState.APPROVED, "basis": Basis.ILLUSTRATIVE}
        reports = [
            MonthlyReport(entry=entry, month=month, disbursed=10**6 * month, **reported)
            for entry in entries
            for month in range(1, months + 1)
        ]
        if reports:
            insert(reports, draft)
