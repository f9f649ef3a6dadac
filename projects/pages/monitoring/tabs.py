"""Tabs of the pages about the round, which take the question along, and the frame around these pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.totals.scope import Scope
from projects.totals.totals import Answer, breakdowns

from .. import formatting, links
from ..frame import shell

NAMES = {
    "attention": _("Needs attention"),
    "league": _("Ranking"),
    "problems": pgettext_lazy("page", "Problems"),
    "milestones": _("Milestones"),
    "forecast": _("Year-end forecast"),
    "rounds": _("Rounds"),
}


def switch(request: HttpRequest, parameter: str, name: str, label: str, *, shown: str, count: int) -> links.PageLink:
    """Return a link to the same page with another value of a parameter, of which one is shown."""
    address = links.same_page(request, **{parameter: name})
    return links.PageLink(formatting.sentence_case(label), address, name == shown, formatting.count(count))


def get_tab_context(request: HttpRequest, scope: Scope, here: str, *, basis: Answer | None = None) -> dict[str, Any]:
    """Return the context of one of these pages, with its tabs and frame. `here` is the name of its address."""
    basis = basis or breakdowns(scope, "basis", compared=False)["basis"]
    return shell(request, scope, basis=basis) | {
        "tabs": [links.PageLink(str(label), links.page(name), name == here) for name, label in NAMES.items()],
        "here": str(NAMES[here]),
    }
