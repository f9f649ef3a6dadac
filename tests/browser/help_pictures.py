"""The pictures of help and of the README: of which page each is, as whom, and how one is known to be out of date.

A picture is of what the top of a page said when it was taken. That is compared with what it says now, figures and days left
out: letters are drawn in another way on another machine, and a picture that only differs in this is as good.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

FOLDER = Path(settings.BASE_DIR) / "static" / "help"
KNOWN = Path(__file__).with_name("help_pictures.json")
LANGUAGES = {"zh": "zh-hans", "en": "en"}
WIDTH, HEIGHT = 1100, 620
MOST_BYTES = 220_000
_TEXT = "() => document.querySelector('main, #content-main').innerText.slice(0, 900)"


@dataclass(frozen=True)
class Shot:
    """A picture: who sees which page; `focus` is given the focus first, as by somebody at work."""

    name: str
    who: str
    path: str
    focus: str = ""


SHOTS = (
    Shot("sheet", "changsha", "/rounds/2023-07/", focus="main [inputmode=decimal] >> nth=1"),
    Shot("propose", "changsha", "/projects/HN-EI-2023-24/propose/"),
    Shot("problems", "changsha", "/problems/"),
    Shot("review", "province", "/review/"),
    Shot("rounds", "province", "/rounds/?programme=2023"),
    Shot("overview", "", "/"),
    Shot("figure", "", "/figures/disbursed/"),
    Shot("projects", "", "/projects/?sector=new-display"),
    Shot("administration", "province", "/admin/"),
)


def shown(page: Page, shot: Shot, language: str) -> str:
    """Open the page of a picture; a digest of what its top says."""
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    mark = "&" if "?" in shot.path else "?"
    page.goto(f"{shot.path}{mark}lang={LANGUAGES[language]}")
    if shot.focus and page.locator(shot.focus).count():
        page.locator(shot.focus).focus()
    words = " ".join(re.sub(r"\d+", "0", page.evaluate(_TEXT)).split())
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def known() -> dict[str, str]:
    """What each picture said when it was taken."""
    return json.loads(KNOWN.read_text("utf-8")) if KNOWN.exists() else {}


def remember(digests: dict[str, str]) -> None:
    KNOWN.write_text(json.dumps(digests, indent=1, sort_keys=True) + "\n", "utf-8")


def place(shot: Shot, language: str) -> Path:
    return FOLDER / language / f"{shot.name}.png"


def take(page: Any, path: Path, *, height: int = HEIGHT) -> None:
    """What is on the screen, without what moves."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height}
    page.screenshot(path=path, animations="disabled", caret="hide", clip=size)
