"""Sums of the few records of which the database keeps no sums, or others than are asked for: what `totals` adds to those
that it keeps (`rollup_sums`) of figures that are counted by conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import FilteredRelation, Q, QuerySet

from projects.choices import Measure
from projects.database.sql import Sql, joined

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
from .record_sums import counted, dimensions_of, keyed, named
from .rollup_sums import Cells, FewFigures, kept_counts, prefixed
from .scope import Scope
from .scope_statements import statement_of

_BOTH = ("known", "of")
_OF_FLOOR = tuple(f"{Measure.AT_FLOOR_COUNT.value}_{kind}" for kind in _BOTH)  # known of all who have an investment


class _Part(NamedTuple):
    """Some figures, the rows that they are told of, and what gives these the columns of the sums."""

    figures: list[str]
    rows: Callable[[Scope], Rows]
    counting: Callable[[Rows, Sequence[str]], tuple[Rows, dict[str, str]]] = counted


def beside(scope: Scope, by: Sequence[str | None], figures: Sequence[str], *, by_basis: bool, changes: bool) -> Cells:
    """What kept sums lack of figures that are counted by conditions, and of those that are kept, where the list `changes`,
    whoever is not on it the whole year. One query for all of it, and one for names.
    """
    own, told, kept = dimensions_of(by, by_basis=by_basis), FewFigures.of(scope, figures), kept_counts(scope, figures)
    others = COUNTED.intersection(figures) - {*kept, *told.of_few, *told.of_problems, *told.of_round}
    parts = [
        _Part(kept if changes else [], Rows.changing),
        _Part(told.of_few, partial(_counting_in, figures=told.of_few)),
        _Part(told.of_problems, _with_problems, _problems),
        _Part(told.of_round, _otherwise, _corrected),
        _Part(sorted(others), Rows.listed),
    ]
    parts = [each for each in parts if each.figures]
    if not parts:
        return []
    # of how many that could have them kept sums say, and who has an investment, of which a floor speaks
    unsaid = {*(f"{name}_of" for name in kept), *(_OF_FLOOR if told.of_few else ())}
    kind = ("beside", tuple(own), tuple(figures), changes)
    found = statement_of(scope, kind, lambda question: _all(question, parts, own, unsaid))
    corrections = [prefixed(f"{name}{kind}") for name in told.of_round for kind in ("", "_known")]
    return named(scope, [cell for cell in found.dictionaries() if not _corrects_nothing(cell, corrections)], own)


def _corrects_nothing(cell: Mapping[str, Any], corrections: Sequence[str]) -> bool:
    """Whether it is of the round alone and changes nothing in it: whoever is off the list makes no row of a breakdown."""
    said = [cell[name] for name in corrections]
    return None not in said and bool(said) and not any(said)


def _all(question: Scope, parts: Sequence[_Part], dimensions: Sequence[str], unsaid: Collection[str]) -> Sql:
    """The rows of all parts, which have nothing of each other's sums. Raises `EmptyResultSet` where none finds anything."""
    selects, names = [], list[str]()
    for part in parts:
        rows, keys = keyed(part.rows(question), dimensions)
        rows, sums = part.counting(rows.reading(*keys), part.figures)
        sums = {name: each for name, each in sums.items() if name not in unsaid}
        with suppress(EmptyResultSet):
            selects.append((rows.summed(keys, sums), keys, sums))
            names += sums
    if not selects:
        raise EmptyResultSet
    return joined((_told(*each, names) for each in selects), " UNION ALL ")


def _told(rows: Sql, keys: Sequence[str], sums: Collection[str], names: Sequence[str]) -> Sql:
    columns = (f"{'' if name in sums else 'CAST(NULL AS bigint) AS '}{prefixed(name)}" for name in names)
    return rows.summed(", ".join([*keys, *columns]))


def _counting_in(scope: Scope, figures: Sequence[str]) -> Rows:
    """Those of the list that count in any of these figures."""
    rows = Rows.listed(scope)
    return rows.of(rows.projects.filter(pk__in=_together([OF_FEW[name](scope.span) for name in figures])))


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
