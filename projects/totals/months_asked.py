"""Months as somebody asks about them: of what one reads, and what filters choose of it, who is asked and what of it is in.

Told from the sums that the database keeps, as the months of a whole programme are (`months`); of other filters and of a past
all entries are counted.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from projects.access import Access
from projects.database.prepared_statements import Prepared, prepared
from projects.models import Round
from projects.versioning import as_of

from .cell_question import CellQuestion, cells_of, is_kept
from .month_amounts import MonthAmounts, by_part
from .month_rows import MonthSource, rows_from
from .scope import Scope
from .scope_statements import statement_of

Amounts = dict[tuple[Any, Any], MonthAmounts]


def amounts_of(scope: Scope) -> MonthAmounts:
    """Who is asked for each month of a question that sums are kept of, and what is approved. One query."""
    assert scope.programme is not None  # noqa: S101  asked for a year alone
    found = statement_of(scope, "months", lambda asked: _source(asked).rows(with_waiting=False))
    amounts = MonthAmounts(scope.programme.year)
    for row in rows_from(found.rows()):
        amounts.add(row)
    return amounts


def rounds_of(scope: Scope, rounds: Sequence[Round], *, part: str) -> Amounts:
    """The same of rounds of the programme for each part of the projects, with what waits and what is late. One query."""
    name = ("rounds", part, _named(rounds))
    if is_kept(scope) or scope.is_whole:
        found = statement_of(scope, name, lambda asked: _with_late(_source(asked, part), rounds))
    else:
        found = _of_chosen(scope, name, rounds, part)
    return by_part(rows_from(found.rows()), _years(rounds))


def rounds_read(access: Access, rounds: Sequence[Round], *, part: str = "") -> Amounts:
    """The same of rounds of any programmes, of everything that somebody reads."""
    programmes, is_past = sorted(_years(rounds)), as_of.current() is not None

    def of(path: str) -> Q:
        return Q(**{f"{path}programme__in": programmes}) & access.rows(f"{path}project__prefecture")

    def build() -> QuerySet:
        cells = None if is_past else cells_of(programmes, access, {}, by=part)
        return _with_late(MonthSource(of, cells, part), rounds)

    found = prepared(("rounds", access, part, _named(rounds), is_past), build, as_one=True)
    return by_part(rows_from(found.rows()), _years(rounds))


def _source(scope: Scope, part: str = "") -> MonthSource:
    """Of what the database keeps sums of. The question may have stand-ins for the values of its filters."""
    question = CellQuestion.of(scope)

    def of(path: str) -> Q:
        return Q(**{f"{path}programme": question.programme}) & question.of_records(f"{path}project__")

    cells = question.cells(by=part).filter(programme=question.programme) if is_kept(scope) else None
    return MonthSource(of, cells, part)


def _of_chosen(scope: Scope, name: Hashable, rounds: Sequence[Round], part: str) -> Prepared:
    """The statement of any other question, made once: its projects alone are told by it."""
    span = scope.span

    def of(path: str) -> Q:
        chosen = RawSQL("SELECT pk FROM chosen", ())
        return Q(**{f"{path}programme": span.programme_id, f"{path}project__in": chosen})

    def projects(asked: Scope) -> QuerySet:
        return asked.ever_listed().order_by().values_list("pk")

    chosen = statement_of(scope, "projects of rounds", projects)
    rows = prepared((name, span.programme_id), lambda: _with_late(MonthSource(of, None, part), rounds))
    head = f"WITH chosen (pk) AS MATERIALIZED ({chosen.sql})"
    return Prepared(f"{head} {rows.sql}", (*chosen.parameters, *rows.parameters)) if chosen.sql else chosen


def _with_late(source: MonthSource, rounds: Sequence[Round]) -> QuerySet:
    return source.rows(source.late(rounds), with_waiting=True)


def _named(rounds: Sequence[Round]) -> tuple[Any, ...]:
    """What of rounds a statement follows from."""
    return tuple((each.programme_id, each.month, each.punctual_until) for each in rounds)


def _years(rounds: Sequence[Round]) -> dict[Any, int]:
    return {each.programme_id: each.programme.year for each in rounds}
