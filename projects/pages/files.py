"""Download links: the whole list that a page shows as files, which the API streams, for the same reader and question."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import get_language

from projects.totals.scope import Scope

from . import links

_MOST_NAMED = 50
FORMATS = (("csv", "CSV"), ("xlsx", "Excel"))


def files_of(name: str, parameters: Iterable[tuple[str, str]]) -> list[links.PageLink]:
    """One link for each form of file of a list of the API, in the reader's language and as of what is looked at."""
    pairs = [*parameters, ("lang", get_language() or "")]
    return [
        links.PageLink(label, links.page(f"api:{name}-list", query=[*pairs, ("format", form)]))
        for form, label in FORMATS
    ]


def files_of_projects(
    name: str, scope: Scope, rows: QuerySet, asked: Iterable[tuple[str, str]]
) -> list[links.PageLink]:
    """The same of a list of rows of projects, narrowed to those of a scope: by its programme, and by name where it has
    filters. None where these leave more projects than an address can name.
    """
    pairs = scope.of_year
    if scope.filters:
        codes = rows.order_by("project__code").values_list("project__code", flat=True).distinct()
        named = [("project", code) for code in codes[: _MOST_NAMED + 1]]
        if len(named) > _MOST_NAMED:
            return []
        pairs += named
    return files_of(name, [*pairs, *asked])
