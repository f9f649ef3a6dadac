"""Contributions: what each record adds to each figure, as columns of a query, to order, count and compare in the database.

Of every figure they add up to what `totals` says of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast

from projects.choices import Measure
from projects.choices.headlines import HEADLINES, RATIOS, Headline, Ratio, Records
from projects.models.entry import listed_in

from .figures import COUNTED, FIGURES, Figure, beside_entry
from .record_rows import ONE, ZERO, Rows
from .scope import Scope

PART = "part_{}"  # what a record adds to a figure, NULL where it has none
BELOW = "below_{}"  # of a ratio: what that is measured against

_HEADLINES = {each.name: each for each in HEADLINES}
_RATIOS = {each.name: each for each in RATIOS}
_BLANK = Cast(Value(None), BigIntegerField())  # which PostgreSQL would take for a text where no condition can hold
_Condition = Q | Exists | None


def contributions(scope: Scope, figures: Sequence[str], *, of: Rows | None = None) -> QuerySet:
    """The records of a question with what each adds to each figure, and `is_listed`: 1 if it is among its projects; in no
    order. Where it is a sum of reports, who has left the list is one of them.

    `of` are some of them, where others have no part in these figures.
    """
    are_listed = COUNTED.issuperset(figures)
    rows = of or (Rows.listed if are_listed else Rows.listed_or_reported)(scope)
    month = scope.span.list_month
    listed = listed_in(month, "entry__") & Q(entry__pk__isnull=False) if month else None
    leavers = scope.is_of_the_list and of is None and not are_listed
    if not COUNTED.isdisjoint(figures):  # conditions of theirs name these
        rows = rows.with_figures()
    parts = _Parts(rows, listed, own=listed if leavers else None)
    columns = {"is_listed": _where(ONE, parts.own)}
    columns |= {PART.format(name): parts.of(name) for name in figures}
    columns |= {BELOW.format(name): parts.below(_RATIOS[name]) for name in figures if name in _RATIOS}
    return rows.projects.order_by().annotate(**columns)


class _Parts:
    """Expressions over projects, each joined to its `entry`.

    `listed`: when that is on the list of the last month; `own`: when the record is among the projects of the question. None:
    always.
    """

    def __init__(self, rows: Rows, listed: _Condition, *, own: _Condition) -> None:
        self.rows, self.span, self.listed, self.own = rows, rows.scope.span, listed, own

    def of(self, name: str) -> Any:
        if name in _HEADLINES:
            return self._of_headline(_HEADLINES[name])
        if name in _RATIOS:
            return self._above(_RATIOS[name])
        figure = FIGURES[name]
        return self._counted(beside_entry(figure, self.span) if self.rows.by_reported_months else figure)

    def below(self, ratio: Ratio) -> Any:
        return _where(F(f"entry__{ratio.below_column}"), self.listed)

    def _of_headline(self, headline: Headline) -> Any:
        applies = headline.applies_to.q() if headline.applies_to else None
        if headline.records == Records.REPORTS:
            return _where(self.rows.reported(headline.column), applies)
        if headline.records == Records.ENTRIES:
            return _where(F(f"entry__{headline.column}"), applies, self.listed)
        if headline.column:
            return _where(F(headline.column), applies, self.own)
        if headline.measure == Measure.PROJECT_COUNT:  # who has left is not counted, and that is known
            return _one_if(self.own)
        known = ~headline.unknown.q() if headline.unknown else None
        return _where(_one_if(headline.counted.q() if headline.counted else None), known, self.own)

    def _above(self, ratio: Ratio) -> Any:
        has_both = Q(**{f"entry__{ratio.below_column}__isnull": False})
        return _where(self.rows.reported(ratio.above_column), has_both, self.listed)

    def _counted(self, figure: Figure) -> Any:
        part = figure.amount(self.span) if figure.amount else _one_if(figure.counted(self.span))
        conditions = figure.applies(self.span), figure.known(self.span)
        return _where(part, *conditions[figure.known is figure.applies :], self.own)


def _one_if(condition: _Condition) -> Any:
    return ONE if condition is None else Case(When(condition, then=ONE), default=ZERO)


def _where(part: Any, *conditions: _Condition) -> Any:
    """The part of those for whom all conditions hold, NULL of the others."""
    whole = Q()
    for condition in conditions:
        whole &= Q() if condition is None else Q(condition)
    return Case(When(whole, then=part), default=_BLANK, output_field=BigIntegerField()) if whole else part
