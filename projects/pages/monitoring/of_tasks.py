"""Lists of milestones and problems that the own tasks lead to: exactly what these count, else what a question is about."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from projects.monitoring.tasks import of_tasks
from projects.totals.scope import Scope

from .. import links
from ..decorators import one_of

MINE = "mine"


def rows_asked(request: HttpRequest, scope: Scope, model: type[Model]) -> QuerySet:
    """The rows of the projects of a scope; with `mine=true` those that the reader's tasks of its year count."""
    visible = model.objects.visible_to(request.user)  # type: ignore[attr-defined]
    if _is_mine(request) and scope.programme:
        return of_tasks(visible, request.user, [scope.programme.year])
    return visible.filter(project__in=scope.projects().order_by().values("pk"))


def asked_of_api(request: HttpRequest) -> list[tuple[str, str]]:
    return [(MINE, "true")] if _is_mine(request) else []


def all_url(request: HttpRequest) -> str:
    """The way to the whole list from that of the own tasks; empty where it is shown."""
    return links.same_page(request, without=(MINE,)) if _is_mine(request) else ""


def _is_mine(request: HttpRequest) -> bool:
    return one_of(request, MINE, ("", "true")) == "true"
