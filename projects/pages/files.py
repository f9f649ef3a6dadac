"""Download links: the whole list that a page shows as files, which the API streams, for the same reader and question."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from projects.totals.scope import Scope

from . import links
from .tables import FORMATS

_MOST_NAMED = 50


def files_of(name: str, parameters: Iterable[tuple[str, str]]) -> list[links.PageLink]:
    """Return a link for each form of file of a list of the API, in the user's language and as of what is shown."""
    pairs, label = [*parameters, ("lang", get_language() or "")], _("%(form)s with every field")
    return [
        links.PageLink(
            label % {"form": FORMATS[form]}, links.page(f"api:{name}-list", query=[*pairs, ("format", form)])
        )
        for form in FORMATS
    ]


def files_of_projects(
    name: str, scope: Scope, codes: Iterable[str], parameters: Iterable[tuple[str, str]]
) -> list[links.PageLink]:
    """Return the files of a list of records of projects, narrowed to those of a scope.

    They are narrowed by its programme, and by the `codes` of the projects where it has filters. None where these leave
    more projects than an address can name.
    """
    pairs = scope.of_year
    if scope.filters:
        named = [("project", code) for code in sorted(set(codes))]
        if len(named) > _MOST_NAMED:
            return []
        pairs += named
    return files_of(name, [*pairs, *parameters])
