"""Query parameters of pages. One that no page knows is refused: a mistyped condition would show everything."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.totals.filters import ProjectFilterSet
from projects.totals.scope import SCOPE_PARAMETERS
from projects.versioning import as_of

_SHOWN = 80  # characters of a name that are said back
# what travels with every link, and what pages ask for by themselves
_READING = frozenset(
    {*SCOPE_PARAMETERS, *ProjectFilterSet.base_filters, as_of.SINCE, "lang", "page", "format", "table", "fields"}
)
_LISTS = frozenset(["by", "kind", "map", "mine", "precision", "problem_kind", "show", "sort", "state", "unit"])
_LOG = frozenset(["after", "before", "door", "event", "field", "key", "project", "record", "until", "who"])
_WORK = frozenset(
    ["cell", "cells", "correct", "figure", "from", "hints", "next", "open", "part", "proposal", "report", "step"]
)
KNOWN = _READING | _LISTS | _LOG | _WORK
_SORT_OF_A_TABLE = "sort_"
# what others hang on to a link that is sent around, such as mails, search engines and WeChat: no reader has typed it
_FOREIGN = frozenset(
    {"_ga", "chksm", "fbclid", "gclid", "isappinstalled", "mpshare", "msclkid", "nsukey", "scene", "spm", "srcid"}
)
_FOREIGN_BEGIN = "utm_"


def unknown_in(names: Iterable[str]) -> list[str]:
    return [name for name in names if not _is_known(name)]


def refuse_unknown(request: HttpRequest) -> None:
    """Raise `ValidationError` by parameter for what no page knows."""
    unknown = unknown_in(request.GET)
    if unknown:
        raise ValidationError({name[:_SHOWN]: _refusal(name[:_SHOWN]) for name in unknown})


def _is_known(name: str) -> bool:
    return name in KNOWN or name in _FOREIGN or name.startswith((_SORT_OF_A_TABLE, _FOREIGN_BEGIN))


def _refusal(name: str) -> str:
    near = get_close_matches(name, KNOWN, n=1)
    if near:
        return _("“%(name)s” is not a parameter of any page. Did you mean “%(near)s”?") % {
            "name": name,
            "near": near[0],
        }
    return _("“%(name)s” is not a parameter of any page.") % {"name": name}
