"""Sums of the few records of which the database keeps no sums, or others than are asked for: what `totals` adds to those
that it keeps (`rollup_sums`) of figures that are counted by conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import QuerySet

from projects.choices import Measure

from .figures import FIGURES, OF_FEW, approved_in_round, beside_entry, listed_beside, round_of_few
from .record_rows import Rows, one_if
from .record_sums import dimensions_of, named, sums_of, without
from .rollup_sums import KNOWN_OF_FEW, Cells, prefixed, told_of_few
from .scope import Scope

_BOTH = ("known", "of")


def beside(
    scope: Scope, by: Sequence[str | None], figures: Sequence[str], counted: Sequence[str], *, by_basis: bool
) -> Cells:
    """What kept sums lack of `figures`; those `counted` for all who are on the list the whole year lack whoever is not. One
    statement for these, one for the figures in which few count, one for those of the round, one for what is left of all;
    and one for names.
    """
    own = dimensions_of(by, by_basis=by_basis)
    of_few, of_round = told_of_few(scope, figures)
    others = [name for name in figures if name not in (*of_few, *of_round)]
    found: Cells = []
    if counted:
        found += sums_of(scope, Rows.changing, own, counted, days=())
    if of_few:
        found += sums_of(scope, _counting_in(of_few), own, of_few, days=())
    if of_round:
        found += sums_of(scope, _otherwise, own, of_round, days=(), counting=_corrected)
    if others:
        found += sums_of(scope, Rows.listed, own, others, days=())
    kept = [f"{name}_{kind}" for name in KNOWN_OF_FEW if name in of_few for kind in _BOTH]
    kept += [Measure.PROJECT_COUNT, *(f"{name}_of" for name in counted)]
    return [without([prefixed(name) for name in kept], cell) for cell in named(found, own)]


def _counting_in(figures: Sequence[str]) -> Callable[[Scope], Rows]:
    """Those of the list that count in any of these figures."""

    def counting(scope: Scope) -> Rows:
        rows = Rows.listed(scope)
        keys = _together([OF_FEW[name](scope.span) for name in figures])
        return rows.of(rows.projects.filter(pk__in=keys))

    return counting


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
    columns = {f"counts_{name}": one_if(each.counted(span)) for name, each in told.items()}
    asked = next(iter(told.values())).applies  # all of them apply to the same
    rows = rows.reading(
        asked=one_if(asked(span)),
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
