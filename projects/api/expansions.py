"""The parameter `expand`: records that a record names in short form, in full.

What is put in is what the other record's own list would show this reader, asked without parameters: the same row
permission, the same hiding of names. All of a page are looked up together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from operator import attrgetter
from typing import Any

from django.db.models import Model
from django.http import QueryDict
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from .parameters import Parameter

EXPAND = "expand"

# of each list: the member that may be put in full -> the list that it is of, and where its key stands
_PROJECT, _OF_ENTRY = ("projects", "project_id"), ("projects", "entry.project_id")
_SECTOR, _PREFECTURE = ("sectors", "sector_id"), ("prefectures", "prefecture_id")
EXPANSIONS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "projects": {
        "sector": _SECTOR,
        "chain_link": ("chain-links", "chain_link_id"),
        "prefecture": _PREFECTURE,
        "enterprise": ("enterprises", "enterprise_id"),
    },
    "chain-links": {"sector": _SECTOR},
    "entries": {"project": _PROJECT},
    "claims": {"project": _PROJECT},
    "milestones": {"project": _PROJECT},
    "problems": {"project": _PROJECT},
    "proposals": {"project": _PROJECT},
    "reports": {"project": _OF_ENTRY},
    "plans": {"project": _OF_ENTRY},
    "ratings": {"project": _OF_ENTRY},
    "notes": {"project": _PROJECT, "sector": _SECTOR, "prefecture": _PREFECTURE},
}


def get_expand_parameters(basename: str) -> tuple[Parameter, ...]:
    """Return the parameter `expand` of a list that has members to expand; empty for the others."""
    known = list(EXPANSIONS.get(basename, ()))
    if not known:
        return ()
    description = _("Put these in full, as their own lists show them, with commas between.")
    return (Parameter(EXPAND, description, {"type": "string", "enum": known}, separated=True),)


def expand_records(
    shown: Sequence[dict[str, Any]], records: Sequence[Model], *, basename: str, request: Request
) -> Sequence[dict[str, Any]]:
    """Return the members of `records` with those that the request expands in full. Two or three queries for each."""
    asked = request.query_params.get(EXPAND)
    for name in dict.fromkeys(asked.split(",")) if asked else ():
        related, path = EXPANSIONS[basename][name]
        keys = list(map(attrgetter(path), records))
        full = _get_full_records(related, {key for key in keys if key is not None}, request)
        for each, key in zip(shown, keys, strict=True):
            if name in each and key in full:
                each[name] = full[key]
    return shown


def _get_full_records(basename: str, keys: Collection[Any], request: Request) -> dict[Any, dict[str, Any]]:
    if not keys:
        return {}
    plain = copy(request)  # without query parameters: they are about the list, not about the expanded records
    plain._request = copy(request._request)
    plain._request.GET = QueryDict()
    listing: Any = resolve(
        reverse(f"api:{basename}-list")
    ).func  # the viewsets import this module: it cannot import them
    view = listing.cls(**listing.initkwargs)
    view.setup(plain)
    view.action, view.format_kwarg = "retrieve", None
    return view.get_full_records(keys)
