"""Exact match of a search: what is called just as was typed, a project by code or name, a sector or prefecture by name."""

from __future__ import annotations

from django.db.models import Q

from projects.models import Prefecture, Project
from projects.totals.filter_types import visible_records
from projects.totals.scope import Scope
from sectors.models import Sector

from .. import links
from .words import SearchTerms


def exact_match(scope: Scope, words: SearchTerms) -> str:
    """Where it is; empty where nothing that the reader sees is called so, or more than one is."""
    name = Q(name_zh__iexact=words.text) | Q(name_en__iexact=words.text)
    code = Q(code=words.text) | Q(national_code=words.text)  # each in its normal form
    visible = Project.objects.visible_to(scope.user)
    found = [
        *(("project", code) for code in visible.filter(name | code).values_list("code", flat=True)[:2]),
        *(
            ("sector", code)
            for code in visible_records(Sector, scope.user).filter(name).values_list("code", flat=True)[:2]
        ),
        *(
            ("prefecture", code)
            for code in visible_records(Prefecture, scope.user).filter(name).values_list("adcode", flat=True)[:2]
        ),
    ]
    if len(found) != 1:
        return ""
    [(page, key)] = found
    # a project has the year of its own list where it is not on this one
    year = scope.of_year if page != "project" else []
    return links.page(page, key, query=year, filters=False)
