"""Download links: the whole list that a page shows as files, which the API streams, for the same reader and question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from projects.totals.scope import Scope

from . import links

FORMATS = (("csv", "CSV"), ("xlsx", "Excel"), ("ndjson", "NDJSON"))


@dataclass(frozen=True)
class FileLink:
    label: str
    url: str


def files_of(name: str, parameters: Iterable[tuple[str, str]]) -> list[FileLink]:
    """One link for each form of file of a list of the API, in the reader's language and as of what is looked at."""
    pairs = [*parameters, ("lang", get_language() or "")]
    return [
        FileLink(label, links.page(f"api:{name}-list", query=[*pairs, ("format", form)])) for form, label in FORMATS
    ]


def of_the_projects(scope: Scope, rows: Sequence[Any]) -> list[tuple[str, str]]:
    """What narrows a list of rows of projects to those of a scope: its programme, and by name where it has filters."""
    pairs = [("programme", str(scope.programme.year))] if scope.programme else []
    if scope.filters:
        pairs += [("project", code) for code in dict.fromkeys(each.project.code for each in rows)]
    return pairs
