"""Data classes of help: a role has tasks, a task has steps and may have a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Text


@dataclass(frozen=True)
class Picture:
    """A part of a page as it looks; `static/help/<language>/<name>.png`, `alt` says what is to be seen."""

    name: str
    alt: Text


@dataclass(frozen=True)
class Task:
    """`name` is its anchor on the page of help."""

    name: str
    title: Text
    steps: tuple[Text, ...]
    picture: Picture | None = None


@dataclass(frozen=True)
class Role:
    """Who does these tasks, in one sentence."""

    name: str
    title: Text
    who: Text
    tasks: tuple[Task, ...]
