"""What the pages about the round share: their tabs, which take the question along, and the frame around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import SCOPE_PARAMETERS, Scope
from projects.totals.totals import Answer

from .. import formatting, links
from ..frame import shell

NAMES = {
    "attention": _("Attention list"),
    "league": _("Ranking"),
    "problems": pgettext_lazy("page", "Problems"),
    "milestones": _("Milestones"),
    "forecast": _("Year-end forecast"),
    "rounds": _("Rounds"),
}


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Switch:
    """One way to look at a page, with how many records it shows (empty where that says nothing)."""

    label: str
    url: str
    current: bool
    count: str = ""

    @classmethod
    def of(cls, request: HttpRequest, parameter: str, name: str, label: str, *, current: bool, count: int) -> Self:
        """The same page with another value of a parameter."""
        address = links.same_page(request, **{parameter: name})
        return cls(formatting.sentence_case(label), address, current, formatting.count(count))


def framed(request: HttpRequest, scope: Scope, here: str, *, basis: Answer | None = None) -> dict[str, Any]:
    """The frame of one of these pages. `here` is the name of its address."""
    # the rounds are work: who is signed in finds them at the own tasks
    names = [name for name in NAMES if name != "rounds" or here == name or not request.user.is_authenticated]
    return shell(request, scope, basis=basis) | {
        "tabs": [Tab(str(NAMES[name]), address(request, name), name == here) for name in names],
        "here": str(NAMES[here]),
    }


def address(request: HttpRequest, name: str, **more: str) -> str:
    """Another page about the same question: programme, months and filters go along, `more` is added."""
    known = {*SCOPE_PARAMETERS, *ProjectFilterSet.base_filters} - {"ordering"} - set(more)
    pairs = [(key, value) for key, values in request.GET.lists() if key in known for value in values if value]
    pairs += more.items()
    return links.page(name, query=pairs)
