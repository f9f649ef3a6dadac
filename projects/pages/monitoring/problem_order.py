"""Orders of problems in the database: usually overdue ones first, or by a column of their table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from projects.access import Access
from projects.choices import Basis, ProblemKind, ProblemState
from projects.pagination import both_ways, build_ordering

from ..list_pages import PAGE_SIZE
from ..sort_heads import SortColumn
from ..table_columns import coded, of_project, text

SORT, USUAL, SOLVER = "sort", "overdue", "solver"


def _turn(column: str, values: Iterable[str]) -> Case:
    """The place of a choice among all: they are in an order of their own."""
    return Case(*(When(**{column: value}, then=Value(place)) for place, value in enumerate(values)))


_COLUMNS: dict[str, Any] = {
    "code": F("project__code"),
    "kind": _turn("kind", ProblemKind.values),
    "state": _turn("state", ProblemState.values),
    SOLVER: NullIf(F("solver"), Value("")),
    "due": F("due"),
    "raised": F("raised_on"),
    "description": F("description"),
}


def orders(access: Access) -> tuple[str, ...]:
    """What a reader can ask for; the public, which is not told who solves a problem, does not order by it."""
    names = [name for name in _COLUMNS if name != SOLVER or not access.public]
    return (USUAL, *both_ways(names))


def in_order(problems: QuerySet, order: str, today: dt.date) -> QuerySet:
    """What has no value last either way, and those that are alike as they came."""
    if order == USUAL:
        return overdue_first(problems, today)
    rows = problems.annotate(place=_COLUMNS[order.removeprefix("-")])
    return rows.order_by(build_ordering(F("place"), order), "pk")


def overdue_first(problems: QuerySet, today: dt.date) -> QuerySet:
    """The longest overdue first, then those that are due next, then those without a day, the solved ones last."""
    turn = Case(
        When(state=ProblemState.SOLVED, due__isnull=True, then=Value(4)),
        When(state=ProblemState.SOLVED, then=Value(3)),
        When(due__lt=today, then=Value(0)),
        When(due__isnull=True, then=Value(2)),
        default=Value(1),
    )
    return problems.annotate(turn=turn, day=Coalesce("due", "raised_on")).order_by("turn", "day", "pk")


def page_of(problems: QuerySet, key: int, today: dt.date) -> dict[str, str]:
    """The page of the list in its usual order on which a problem stands."""
    rows = overdue_first(problems, today)
    own = rows.get(pk=key)
    nearer = Q(turn__lt=own.turn) | Q(turn=own.turn, day__lt=own.day) | Q(turn=own.turn, day=own.day, pk__lt=key)
    number = rows.filter(nearer).count() // PAGE_SIZE + 1
    return {"page": str(number)} if number > 1 else {}


def columns(access: Access) -> list[SortColumn]:
    """In the order of the page. The public is not told who solves a problem, in a file neither."""
    solver = () if access.public else (text(_("To be solved by"), lambda each: each.problem.solver),)
    return [
        SortColumn(
            "code",
            _("Project"),
            kind="name",
            in_files=(
                *of_project(attrgetter("problem.project")),
                *coded(_("Basis"), lambda each: each.problem.basis, kind=Basis),
            ),
        ),
        SortColumn("kind", _("Kind"), in_files=coded(_("Kind"), lambda each: each.problem.kind, kind=ProblemKind)),
        SortColumn(
            "state",
            _("State"),
            in_files=(
                *coded(_("State"), lambda each: each.problem.state, kind=ProblemState),
                text(_("Time"), lambda each: each.time if each.problem.solved_on or each.problem.due else ""),
            ),
        ),
        SortColumn("" if access.public else SOLVER, _("To be solved by"), in_files=solver),
        SortColumn("due", _("Deadline"), in_files=(text(_("Deadline"), lambda each: each.problem.due),)),
        SortColumn("raised", _("Raised on"), in_files=(text(_("Raised on"), lambda each: each.problem.raised_on),)),
        SortColumn(
            "description",
            _("Description"),
            in_files=(
                text(_("Description"), lambda each: each.problem.description),
                text(_("Last step"), lambda each: each.problem.note),
            ),
        ),
    ]
