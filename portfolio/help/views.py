"""The page of help."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from projects.pages import links, search
from projects.pages.decorators import page
from projects.totals.figures import FIGURES

from .roles import ROLES
from .tasks import Picture
from .words import WORDS


@dataclass(frozen=True)
class PlacedPicture:
    """A picture in the language of the page, with the room that it takes."""

    address: str
    alt: str
    width: int
    height: int


@page
def help_page(request: HttpRequest) -> HttpResponse:
    """The same for every role; what a page was asked travels through it, so that one comes back to the same question."""
    language = "en" if get_language() == "en" else "zh"
    pictures = {
        task.picture.name: placed
        for role in ROLES
        for task in role.tasks
        if (placed := _placed(task.picture, language))
    }
    figures = [(figure.label, figure.definition) for figure in FIGURES.values()]
    context = {"roles": ROLES, "words_of_figures": WORDS, "figures": figures, "pictures": pictures}
    return render(request, "help/help.html", context)


def topics() -> Iterator[tuple[Any, str]]:
    """Each task and the part of the page that says how it is done: what a search finds of help."""
    address = links.page("help")
    for role in ROLES:
        for task in role.tasks:
            yield task.title, f"{address}#{task.name}"


search.PARTS.append(topics)  # search stands below help, and knows nothing of it


def _placed(picture: Picture | None, language: str) -> PlacedPicture | None:
    """Nothing for a task without a picture, or for one that nobody has taken yet."""
    if picture is None:
        return None
    name = f"help/{language}/{picture.name}.png"
    path = settings.BASE_DIR / "static" / name
    if not path.exists():
        return None
    with path.open("rb") as file:
        head = file.read(24)  # of a PNG: where its width and height stand
    return PlacedPicture(name, str(picture.alt), int.from_bytes(head[16:20]), int.from_bytes(head[20:24]))
