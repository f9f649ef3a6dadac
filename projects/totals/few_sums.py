"""Sums of the few records of which the database keeps no sums, or others than are asked for: what `totals` adds to those
that it keeps (`rollup_sums`) of figures that are counted by conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import FilteredRelation, Q, QuerySet

from projects.choices import Measure

from .figures import (
    COUNTED,
    FIGURES,
    OF_FEW,
    approved_in_round,
    beside_entry,
    is_closed,
    is_live,
    listed_beside,
    round_of_few,
)
from .record_rows import Rows, one_if
from .record_sums import dimensions_of, named, sums_of, without
from .rollup_sums import Cells, Told, kept_counts, prefixed
from .scope import Scope

_BOTH = ("known", "of")
_OF_FLOOR = tuple(f"{Measure.AT_FLOOR_COUNT.value}_{kind}" for kind in _BOTH)  # known of all who have an investment


def beside(scope: Scope, by: Sequence[str | None], figures: Sequence[str], *, by_basis: bool, changes: bool) -> Cells:
    """What kept sums lack of figures that are counted by conditions. Where the list `changes`, those that are kept lack
    whoever is not on it the whole year: one statement for these. One for each kind that few records tell (`Told`), one for
    the others about all, and one for names.
    """
    own, told = dimensions_of(by, by_basis=by_basis), Told.of(scope, figures)
    counted, found = kept_counts(scope, figures), Cells()
    if counted and changes:
        found += sums_of(scope, Rows.changing, own, counted, days=())
    if told.of_few:
        found += sums_of(scope, _counting_in(told.of_few), own, told.of_few, days=())
    if told.of_problems:
        found += sums_of(scope, _with_problems, own, told.of_problems, days=(), counting=_problems)
    if told.of_round:
        found += sums_of(scope, _otherwise, own, told.of_round, days=(), counting=_corrected)
    if others := COUNTED.intersection(figures) - {*counted, *told.of_few, *told.of_problems, *told.of_round}:
        found += sums_of(scope, Rows.listed, own, sorted(others), days=())
    kept = [Measure.PROJECT_COUNT, *(f"{name}_of" for name in counted), *(_OF_FLOOR if told.of_few else ())]
    return [without([prefixed(name) for name in kept], cell) for cell in named(found, own)]


def _counting_in(figures: Sequence[str]) -> Callable[[Scope], Rows]:
    """Those of the list that count in any of these figures."""

    def counting(scope: Scope) -> Rows:
        rows = Rows.listed(scope)
        keys = _together([OF_FEW[name](scope.span) for name in figures])
        return rows.of(rows.projects.filter(pk__in=keys))

    return counting


def _with_problems(scope: Scope) -> Rows:
    """Each problem of the months shown with the project on the list whose it is."""
    rows = Rows.listed(scope)
    problem = FilteredRelation("problems", condition=is_live(scope.span, "problems__"))
    return rows.of(rows.projects.annotate(problem=problem).filter(problem__isnull=False))


def _problems(rows: Rows, figures: Sequence[str]) -> tuple[Rows, dict[str, str]]:
    rows = rows.reading(closed=one_if(is_closed(rows.scope.span, "problem__")))
    sums = {Measure.PROBLEMS_RAISED: "COUNT(*)", Measure.PROBLEMS_CLOSED: "SUM(closed)"}
    return rows, {name: sums[name] for name in figures}  # type: ignore[index]


def _otherwise(scope: Scope) -> Rows:
    """Those of which kept sums do not say how they stand in the round."""
    rows = Rows.ever_listed(scope)
    return rows.of(rows.projects.filter(entry__pk__in=_together(round_of_few(scope.span))))


def _together(keys: Sequence[QuerySet]) -> QuerySet:
    return keys[0].union(*keys[1:]) if len(keys) > 1 else keys[0]


def _corrected(rows: Rows, figures: Sequence[str]) -> tuple[Rows, dict[str, str]]:
    """How the figures of the round are, less what kept sums say: that all are asked, and that what is in is approved."""
    span = rows.scope.span
    told = {name: beside_entry(FIGURES[name], span) for name in figures}
    columns = {f"counts_{name}": one_if(Q(each.counted(span))) for name, each in told.items()}
    asked = next(iter(told.values())).applies  # all of them apply to the same
    rows = rows.reading(
        asked=one_if(Q(asked(span))),
        listed=one_if(listed_beside(span)),
        approved=one_if(approved_in_round(span)),
        **columns,
    )
    said = {
        Measure.REPORTS_IN: "approved",
        Measure.REPORTS_APPROVED: "approved",
        Measure.REPORTS_MISSING: "(listed - approved)",
        Measure.REPORTS_LATE: "0",
    }
    sums = {name: f"SUM(asked * counts_{name} - {said[name]})" for name in figures}  # type: ignore[index]
    return rows, sums | {f"{name}_{kind}": "SUM(asked - listed)" for name in figures for kind in _BOTH}
