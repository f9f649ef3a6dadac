"""Orders of milestones by each column of their table, in the database: those of one project stay together.

A project stands where its first milestone in that order would, and its milestones are in the same order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, DurationField, ExpressionWrapper, F, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.pagination import both_ways, turned

from ..sort_heads import SortColumn, SortHead, sort_heads

SORT, USUAL, CODE = "sort", "late", "code"  # usually projects with something overdue come first, then by code
_COLUMNS = (CODE, "name", "planned", "expected", "reached", "moved", "state", "basis")
ORDERS = (USUAL, *both_ways(_COLUMNS))


def _due() -> Coalesce:
    return Coalesce("expected", "planned")


def is_late(today: dt.date) -> Q:
    """Not reached although the day it is expected on has passed."""
    return Q(actual__isnull=True) & (Q(expected__lt=today) | Q(expected__isnull=True, planned__lt=today))


def is_due_until(day: dt.date) -> Q:
    return Q(expected__lte=day) | Q(expected__isnull=True, planned__lte=day)


def _value(name: str, today: dt.date) -> Any:
    """What a milestone is ordered by, as the table shows it."""
    moved = Coalesce("actual", "expected", "planned") - F("planned")
    state = Case(When(is_late(today), then=Value(0)), When(actual__isnull=True, then=Value(1)), default=Value(2))
    return {
        "name": F("name_zh"),
        "planned": F("planned"),
        "expected": Case(When(actual__isnull=True, then=_due())),
        "reached": F("actual"),
        "moved": ExpressionWrapper(moved, output_field=DurationField()),
        "state": state,
        "basis": F("basis"),
    }[name]


def projects_in_order(chosen: QuerySet, order: str, today: dt.date) -> QuerySet:
    """The keys of the projects that have any of these milestones."""
    by_project, name = chosen.order_by().values("project"), order.removeprefix("-")
    if order == USUAL:
        late = Max(Case(When(is_late(today), then=Value(1)), default=Value(0)))
        found = by_project.annotate(late=late).order_by("-late", "project__code")
    elif name == CODE:
        found = by_project.distinct().order_by(order.replace(CODE, "project__code"))
    else:
        first = (Max if order.startswith("-") else Min)(_value(name, today))
        found = by_project.annotate(turn=first).order_by(turned(F("turn"), order), "project__code")
    return found.values_list("project", flat=True)


def milestones_in_order(chosen: QuerySet, order: str, today: dt.date) -> QuerySet:
    """The milestones themselves, for each project; by their day where the order is one of projects."""
    name = order.removeprefix("-")
    if name in (USUAL, CODE):
        return chosen.order_by("planned", "pk")
    return chosen.annotate(turn=_value(name, today)).order_by(turned(F("turn"), order), "planned", "pk")


def heads(request: HttpRequest, order: str) -> Sequence[SortHead]:
    columns = [
        SortColumn(CODE, _("Project")),
        SortColumn("name", _("Milestone")),
        SortColumn("planned", _("Planned")),
        SortColumn("expected", _("Expected")),
        SortColumn("reached", _("Reached")),
        SortColumn("moved", _("Days moved"), numeric=True),
        SortColumn("state", _("State")),
        SortColumn("", _("Reason of the last move")),
        SortColumn("basis", _("Basis")),
    ]
    return sort_heads(request, SORT, order, columns)
