"""Orders of milestones by each column of their table, in the database: those of one project stay together.

A project stands where its first milestone in that order would, and its milestones are in the same order.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, DurationField, ExpressionWrapper, F, Max, Min, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from projects.choices import Basis
from projects.exports.columns import LineColumn
from projects.models.milestone import overdue_on
from projects.pagination import both_ways, build_ordering
from sectors.models import in_language

from ..sort_heads import SortColumn
from ..table_columns import coded, text

SORT, USUAL, CODE = "sort", "late", "code"  # usually projects with something overdue come first, then by code
_COLUMNS = (CODE, "name", "planned", "expected", "reached", "moved", "state", "reason", "basis")
ORDERS = (USUAL, *both_ways(_COLUMNS))


def _read_name() -> Case:
    """As `in_language` says it."""
    own, other = in_language("name_zh", "name_en"), in_language("name_en", "name_zh")
    return Case(When(**{own: ""}, then=F(other)), default=F(own))


def is_due_until(day: dt.date) -> Q:
    return Q(expected__lte=day) | Q(expected__isnull=True, planned__lte=day)


def _value(name: str, today: dt.date) -> Any:
    """What a milestone is ordered by, as the table shows it."""
    moved = Coalesce("actual", "expected", "planned") - F("planned")
    state = Case(When(overdue_on(today), then=Value(0)), When(actual__isnull=True, then=Value(1)), default=Value(2))
    return {
        "name": _read_name(),
        "planned": F("planned"),
        "expected": Case(When(actual__isnull=True, then=Coalesce("expected", "planned"))),
        "reached": F("actual"),
        "moved": ExpressionWrapper(moved, output_field=DurationField()),
        "state": state,
        "reason": NullIf(F("reason"), Value("", output_field=TextField())),
        "basis": F("basis"),
    }[name]


def projects_in_order(chosen: QuerySet, order: str, today: dt.date) -> QuerySet:
    """The keys of the projects that have any of these milestones."""
    by_project, name = chosen.order_by().values("project"), order.removeprefix("-")
    if order == USUAL:
        late = Max(Case(When(overdue_on(today), then=Value(1)), default=Value(0)))
        found = by_project.annotate(late=late).order_by("-late", "project__code")
    elif name == CODE:
        found = by_project.distinct().order_by(order.replace(CODE, "project__code"))
    else:
        first = (Max if order.startswith("-") else Min)(_value(name, today))
        found = by_project.annotate(turn=first).order_by(build_ordering(F("turn"), order), "project__code")
    return found.values_list("project", flat=True)


def milestones_in_order(chosen: QuerySet, order: str, today: dt.date) -> QuerySet:
    """The milestones themselves, for each project; by their day where the order is one of projects."""
    name = order.removeprefix("-")
    if name in (USUAL, CODE):
        return chosen.order_by("planned", "pk")
    return chosen.annotate(turn=_value(name, today)).order_by(build_ordering(F("turn"), order), "planned", "pk")


def columns() -> list[SortColumn]:
    """In the order of the page."""

    def told(name: str, label: str, value: Any) -> SortColumn:
        return SortColumn(name, label, in_files=(text(label, value),))

    moved, state = _("Days moved"), _("State")
    return [
        SortColumn(
            CODE,
            _("Project"),
            in_files=(
                text(_("Project"), lambda each: each.record.project.name),
                text(_("Project code"), lambda each: each.record.project.code),
            ),
        ),
        told("name", _("Milestone"), lambda each: each.record.name),
        told("planned", _("Planned"), lambda each: each.record.planned),
        told("expected", _("Expected"), lambda each: "" if each.record.actual else each.record.due),
        told("reached", _("Reached"), lambda each: each.record.actual),
        SortColumn("moved", moved, numeric=True, in_files=(LineColumn(moved, lambda each: each.record.days_moved),)),
        told("state", state, lambda each: each.state),
        told("reason", _("Reason of the last move"), lambda each: each.record.reason),
        SortColumn("basis", _("Basis"), in_files=coded(_("Basis"), lambda each: each.record.basis, kind=Basis)),
    ]
