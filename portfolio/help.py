"""The page of help: the tasks of each role step by step, and the words of figures.

Its texts are templates, a folder for each language: `help/zh/` and `help/en/`, a file for each role and one for the words.
The pictures in `static/help/` are taken by tests/browser/test_help.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import lazy
from django.utils.translation import get_language, override

from projects.pages import links, search
from projects.pages.decorators import page
from projects.totals.figures import FIGURES

ROLES = ("bureau", "province", "readers", "administrator", "integrator")
_HEADING = re.compile(r'<h[23] id="([\w-]+)">(.+?)</h[23]>')

# the part that the '?' of a page leads to, by the name of its address, where the two are not called the same
_PARTS = {
    "tasks": "report",
    "overview": "overview",
    "programme": "overview",
    "programmes": "overview",
    "sectors": "overview",
    "sector": "overview",
    "prefectures": "overview",
    "prefecture": "overview",
    "chart": "overview",
    "chart-picture": "overview",
    "about": "words",
    "projects": "find",
    "project": "find",
    "search": "find",
    "figure": "figure",
    "compare": "past",
    "changes": "past",
    "revision": "past",
    "undo": "past",
    "attention": "lights",
    "league": "percent-of-plan",
    "forecast": "closed",
    "milestones": "keep",
    "milestone": "keep",
    "problems": "problems",
    "problem": "keep",
    "problem-add": "keep",
    "rounds": "close-month",
    "round": "report",
    "round-now": "report",
    "round-row": "report",
    "import-template": "import",
    "imports": "import",
    "import": "import",
    "import-refused": "import",
    "report": "figure",
    "review": "review",
    "propose": "propose",
    "proposals": "decide",
    "proposal": "decide",
    "claim": "decide",
    "tokens": "token",
    "token": "token",
    "webhooks": "follow",
    "webhook": "follow",
    "note": "find",
}


@dataclass(frozen=True)
class Chapter:
    """The help of a role: its HTML, and the anchor and title of the chapter and of each task."""

    html: str
    anchor: str
    title: str
    tasks: list[tuple[str, str]]


@page
def help_page(request: HttpRequest) -> HttpResponse:
    """Answer every role with the same page; the query travels through it, so that one comes back to the same question."""
    figures = [(figure.label, figure.definition) for figure in FIGURES.values()]
    context = {"chapters": get_chapters(), "words_template": f"help/{_get_folder()}/words.html", "figures": figures}
    return render(request, "help/help.html", context)


def get_chapters() -> list[Chapter]:
    """Return the help of each role in the active language; titles are read from the headings of its template."""
    chapters = []
    for role in ROLES:
        html = render_to_string(f"help/{_get_folder()}/{role}.html")
        (anchor, title), *tasks = [(anchor, unescape(text)) for anchor, text in _HEADING.findall(html)]
        chapters.append(Chapter(html, anchor, title, tasks))
    return chapters


def _get_folder() -> str:
    return "en" if get_language() == "en" else "zh"


def get_part(page: str) -> str:
    """Return the anchor that the '?' of a page leads to (for an action, that of its page); empty for the whole help."""
    while page:
        if page in _PARTS:
            return _PARTS[page]
        page = page.rpartition("-")[0]
    return ""


def iter_topics() -> Iterator[tuple[str, str]]:
    """Yield the title of each task, read in the language active at the time, and its address, for the search."""
    titles: dict[str, dict[str, str]] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            titles[_get_folder()] = dict(task for chapter in get_chapters() for task in chapter.tasks)
    get_title = lazy(lambda anchor: titles[_get_folder()][anchor], str)
    for anchor in titles["en"]:
        yield get_title(anchor), f"{links.page('help')}#{anchor}"


search.PARTS.append(iter_topics)  # the search is below help and cannot import it
