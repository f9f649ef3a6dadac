"""Figures and pages of the site that a search found, by their names in either language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext, pgettext_lazy

from projects.access import get_access
from projects.totals.figures import FIGURES, Figure
from projects.totals.scope import Scope

from .. import formatting, links
from .groups import MOST, FoundGroup, FoundLine, group
from .words import SearchTerms

# what everybody reads who reads anything, by the name of its address
_PAGES = {
    "overview": gettext_lazy("Overview"),
    "sectors": gettext_lazy("Sectors"),
    "prefectures": gettext_lazy("Prefectures"),
    "projects": gettext_lazy("Projects"),
    "attention": gettext_lazy("Attention list"),
    "league": gettext_lazy("Ranking"),
    "forecast": gettext_lazy("Year-end forecast"),
    "problems": pgettext_lazy("page", "Problems"),
    "milestones": gettext_lazy("Milestones"),
    "rounds": gettext_lazy("Rounds"),
    "programmes": gettext_lazy("Years"),
    "changes": gettext_lazy("Changes"),
    "compare": gettext_lazy("Two days compared"),
    "about": gettext_lazy("About the data"),
    "help": gettext_lazy("Help"),
}
_PROGRAMME = gettext_lazy("programme")
_WORK = {"round-now": gettext_lazy("Monthly reports"), "proposals": gettext_lazy("Proposals")}
_REVIEW = {"review": gettext_lazy("Review")}
_OWN = {"tokens": gettext_lazy("Tokens"), "webhooks": gettext_lazy("Webhooks")}


# parts of pages that those who show them add: their names, and where they are
PARTS: list[Callable[[], Iterable[tuple[Any, str]]]] = []


def programmes(scope: Scope, words: SearchTerms) -> FoundGroup:
    """By year, '2022' or '2022年', and by what they are called."""
    lines = [
        FoundLine(_("Programme of %(year)s") % {"year": each.year}, links.page("programme", str(each.year)))
        for each in scope.programmes
        if words.are_in([f"{each.year}年", *_in_each_language(_PROGRAMME)])
    ]
    return group("programmes", _("Years"), lines)


def figures(scope: Scope, words: SearchTerms) -> FoundGroup:
    """By name, first those that are called exactly so, then by how they are defined."""
    lines = []
    for figure in sorted(FIGURES.values(), key=partial(_how_far, words)):
        if words.are_in(_in_each_language(figure.label, figure.definition)):
            address = links.page("figure", figure.name, query=_month(scope), filters=False)
            lines.append(FoundLine(formatting.sentence_case(str(figure.label)), address, str(figure.definition)))
    return group("figures", _("Figures"), lines[: MOST + 1])


def _how_far(words: SearchTerms, figure: Figure) -> tuple[bool, bool]:
    names = [each.casefold() for each in _in_each_language(figure.label)]
    return words.text.casefold() not in names, not words.are_in(names)


def pages(request: HttpRequest, words: SearchTerms) -> FoundGroup:
    lines = [
        FoundLine(formatting.sentence_case(str(label)), links.page(name, filters=False))
        for name, label in _of(request.user)
        if words.are_in(_in_each_language(label))
    ]
    lines += [
        FoundLine(str(name), address)
        for more in PARTS
        for name, address in more()
        if words.are_in(_in_each_language(name))
    ]
    return group("pages", pgettext("of the site", "Pages"), lines[: MOST + 1])


def _of(user: Any) -> Iterator[tuple[str, Any]]:
    yield from _PAGES.items()
    if not user.is_authenticated:
        return
    access = get_access(user)
    if access.can_read:
        yield from _WORK.items()
    if access.writes_all:
        yield from _REVIEW.items()
    yield from _OWN.items()


def _in_each_language(*texts: Any) -> list[str]:
    found = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            found += [str(text) for text in texts]
    return found


def _month(scope: Scope) -> list[tuple[str, str]]:
    return [pair for pair in scope.parameters() if pair[0] in ("programme", "month", "through")]
