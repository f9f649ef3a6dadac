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

from .cell_question import CellQuestion, cells_of, is_kept, records_of
from .month_amounts import MonthAmounts, by_part
from .month_rows import MonthSource, rows_from
from .scope import Scope
from .scope_statements import statement_of

Amounts = dict[tuple[Any, Any], MonthAmounts]


def amounts_of(scope: Scope, *, with_waiting: bool = False) -> MonthAmounts:
    """Who is asked for each month of a question, and what is approved; what waits for review, if it is wanted. One query.

    The question has no filters, or those alone by which sums are kept.
    """
    assert scope.programme is not None  # noqa: S101  asked for a year alone
    name, amounts = ("months", with_waiting), MonthAmounts(scope.programme.year)
    with as_of.looking_back(scope.as_of):
        found = statement_of(scope, name, lambda asked: _of_scope(asked).rows(with_waiting=with_waiting)).rows()
    for row in rows_from(found):
        amounts.add(row)
    return amounts


def rounds_of(scope: Scope, rounds: Sequence[Round], *, part: str) -> Amounts:
    """The same of rounds of the programme for each part of the projects, with what waits and what is late. One query."""
    name = ("rounds", part, _named(rounds))
    if is_kept(scope) or scope.is_whole:
        found = statement_of(scope, name, lambda asked: _with_late(_of_scope(asked, part), rounds))
    else:
        found = _of_chosen(scope, name, rounds, part)
    return by_part(rows_from(found.rows()), _years(rounds))


def rounds_read(
    access: Access, rounds: Sequence[Round], *, part: str = "", with_late: bool = False, with_returned: bool = False
) -> Amounts:
    """The same of rounds of any programmes, of everything that somebody reads; what is late and given back, if wanted."""
    is_past = as_of.current() is not None

    def build() -> QuerySet:
        source = _source(sorted(_years(rounds)), access, {}, part, kept=not is_past)
        others = [source.late(rounds)] if with_late else []
        return source.rows(*others, *([source.returned()] if with_returned else []), with_waiting=True)

    kind = ("rounds", access, part, with_late, with_returned, _named(rounds), is_past)
    found = prepared(kind, build, as_one=True)
    return by_part(rows_from(found.rows()), _years(rounds))


def _source(
    programmes: Sequence[int], access: Access, chosen: dict[str, list[Any]], part: str, *, kept: bool
) -> MonthSource:
    def of(path: str) -> Q:
        return Q(**{f"{path}programme__in": programmes}) & records_of(access, chosen, f"{path}project__")

    return MonthSource(of, cells_of(programmes, access, chosen, by=part) if kept else None, part)


def _of_scope(scope: Scope, part: str = "") -> MonthSource:
    """Of one without other filters than those by which sums are kept. It may have stand-ins for their values."""
    question = CellQuestion.of(scope)
    return _source([question.programme], question.access, question.chosen, part, kept=is_kept(scope))


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
