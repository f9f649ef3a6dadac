"""Reach of a page: the whole province as the public sees it, or the own prefectures as the user's grants say.

Whoever reads single prefectures chooses between them on a site that is open to the public. Work follows the grants.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from projects.access import get_access
from projects.models import Project
from projects.totals.programmes import get_reader

from . import links


def has_reach(user: Any) -> bool:
    """Return whether a user chooses: one who reads less than the public does."""
    access = get_access(user)
    return settings.PUBLIC_READ and access.can_read and not access.reads_all


def set_reader(request: HttpRequest, *, is_own: bool) -> Any:
    """Set and return the user whose rows the page shows: the public's unless it `is_own`, where the user chooses."""
    request.reader = request.user if is_own or not has_reach(request.user) else AnonymousUser()  # type: ignore[attr-defined]
    return request.reader  # type: ignore[attr-defined]


def set_reader_of_record(request: HttpRequest, *, is_own: bool) -> Any:
    """Set and return the reader of a page about one record: the user where a grant covers it, else the public."""
    request.has_fixed_reach = True  # type: ignore[attr-defined]
    if not is_own:
        links.travel_without(links.REACH)  # the own part has nothing of what this page leads to
    return set_reader(request, is_own=is_own)


def set_reader_of_project(request: HttpRequest, code: str) -> Any:
    """Set and return the reader of a page about one project."""
    is_own = has_reach(request.user) and Project.objects.visible_to(request.user).filter(code=code).exists()
    return set_reader_of_record(request, is_own=is_own)


def follow_grants(request: HttpRequest) -> None:
    """Let a page of work show what the user's grants say, and its links lead to the same rows."""
    set_reader(request, is_own=True)
    if has_reach(request.user):
        links.travel_with(links.REACH, links.OWN)


def reach_parameters(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what an address says that leads to the rows of this page, where that is not what its query says."""
    return [(links.REACH, links.OWN)] if has_reach(request.user) and get_reader(request) is request.user else []
