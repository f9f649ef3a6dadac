"""Roles in the order of the page of help, and the part of it that each page's '?' leads to."""

from __future__ import annotations

from .bureau import BUREAU
from .province import PROVINCE
from .readers import READERS
from .systems import ADMINISTRATOR, INTEGRATOR

ROLES = (BUREAU, PROVINCE, READERS, ADMINISTRATOR, INTEGRATOR)

WORDS_PART = "words"
# of pages that are not named for the part they belong to; by the name of their address
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
    "about": WORDS_PART,
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


def part_of(page: str) -> str:
    """The anchor that the '?' of a page leads to; of an action, that of the page it belongs to. Empty for the whole."""
    while page:
        if page in _PARTS:
            return _PARTS[page]
        page = page.rpartition("-")[0]
    return ""
