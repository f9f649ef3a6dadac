"""Explanation of a figure: what it is made of, record by record, and what its percentages are measured against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import attrgetter
from typing import Any

from projects.choices import Measure, Unit
from projects.history.as_of import override_as_of
from projects.pagination import both_ways, sort_by_value
from projects.periods import MONTHS_OF_YEAR
from projects.text import TwoNames

from .dimensions import EACH, MONTH, dimension_of
from .figures import FIGURES, Figure
from .pace import Progress, own_progress, plan_progress
from .results import Answer, FigureValue, Row, ratio
from .scope import Scope
from .sums import get_groups
from .totals import Pending, breakdowns, figure_value, pending

_PROGRESSES = (Measure.DISBURSED.value, Measure.DISBURSED_OF_PLAN.value)
_PACE = (*_PROGRESSES, Measure.PLANNED_DISBURSEMENT.value)
Places = Callable[[Scope, str, str], Mapping[str, Any]]  # of a question, a figure and an order: by code
_PARTS = "sector"  # what a figure that is not made of months is shown as a sum of


@dataclass(frozen=True)
class Contribution(TwoNames):
    """One record's part of a figure, in its unit; `share` of the whole, None where that says nothing.

    Of a ratio `below` is what the record itself is measured against, and `own` the share that its part is of that.
    """

    code: str
    name_zh: str
    name_en: str
    value: int
    share: Fraction | None
    below: int | None = None

    @property
    def own_ratio(self) -> Fraction | None:
        return ratio(self.value, self.below)


@dataclass(frozen=True)
class Explanation:
    """A figure of a question, opened.

    `parts` are rows by month for what is made of monthly reports, by sector otherwise; `records` are one page of the `count`
    that it sums, which come to `total`.
    """

    scope: Scope
    figure: Figure
    answers: Mapping[Any, Answer]
    by: str
    parts: tuple[Row, ...]
    records: tuple[Contribution, ...]
    count: int
    total: int
    progress: Sequence[Progress]
    pending: Pending | None

    @property
    def answer(self) -> Answer:
        """For the whole; beside it there is the one by `by`."""
        return self.answers[None]

    @property
    def value(self) -> FigureValue:
        return self.answer.total_row.figures[self.figure.name]

    @property
    def adds_up(self) -> bool:
        """Whether all records come to the value, which is what everything here rests on."""
        return self.total == (self.value.value or 0)


LARGEST = "-value"
SHARE = "share"  # of the whole: by value, which it is in proportion to
OF_MONTH = "month_{}"  # by what a record says of one month, where the figure is made of them
_MONTHS = {OF_MONTH.format(month): month for month in range(1, MONTHS_OF_YEAR + 1)}
ORIGIN, CHANGED = "origin", "changed"  # by what a record rests on, and by its last change
ORDERS = (LARGEST, "value", *both_ways(("code", "below", "own", SHARE, ORIGIN, CHANGED, *_MONTHS)))


def explanation(
    scope: Scope,
    name: str,
    *,
    first: int = 0,
    size: int | None = 50,
    order: str = LARGEST,
    places: Places | None = None,
) -> Explanation:
    """Open a figure, which is a key of `figures.FIGURES`, and `size` of its records from index `first` on, in one of
    `ORDERS` (`below` and `own` are a ratio's, those of months that are not in question are by value). `places` tells the
    place of each code by `ORIGIN` and `CHANGED`.

    A handful of queries, however many records there are.
    """
    figure = FIGURES[name]
    by = MONTH if figure.by_month else _PARTS
    figures = tuple(dict.fromkeys((name, *_PACE))) if name in _PROGRESSES else (name,)
    answers = breakdowns(scope, None, by, figures=figures)
    answer = answers[None]
    records, total = _records(scope, answer.total_row.figures[name], order=order, places=places)
    return Explanation(
        scope=scope,
        figure=figure,
        answers=answers,
        by=by,
        parts=tuple(row for row in answers[by].rows if row.figures[name].value is not None),
        records=tuple(records[first:][:size]),
        count=len(records),
        total=total,
        progress=_progress(answer, scope) if name in _PROGRESSES else (),
        pending=pending(scope) if figure.by_month else None,
    )


def step_of_month(opened: Explanation) -> tuple[Row, Row] | None:
    """The figure to the month before the last, and of the last month; None if it is not made of several months."""
    scope, figures = opened.scope, (opened.figure.name,)
    if not opened.figure.by_month or scope.programme is None or scope.last_month <= scope.first_month:
        return None
    before, last = replace(scope, last_month=scope.last_month - 1), replace(scope, first_month=scope.last_month)
    found = [breakdowns(each, None, compared=False, figures=figures)[None].total_row for each in (before, last)]
    return found[0], found[1]


def _records(scope: Scope, whole: FigureValue, *, order: str, places: Places | None) -> tuple[list[Contribution], int]:
    """All records that are counted, in an order, and what they come to.

    Counted are those with a value of a sum, those that count for one of a number.
    """
    with override_as_of(scope.as_of):
        groups = get_groups(scope, (EACH,), (whole.name,))
        beside = _get_places(order, scope, whole.name, places)
    values = [(group.keys, figure_value(group.sums, whole.name)) for group in groups]
    records = [
        Contribution(
            keys["code"],
            *dimension_of(EACH).names(keys),
            value.value or 0,
            ratio(value.value, whole.value),
            value.below,
        )
        for keys, value in values
        if (value.value is not None if whole.unit == Unit.CNY else value.value)
    ]
    return _in_order(records, order, whole, beside), sum(record.value for record in records)


def _get_places(order: str, scope: Scope, figure: str, places: Places | None) -> Mapping[str, Any] | None:
    """The place of each code in an order by what is said beside the figure; of a month only if it is made of it."""
    name = order.removeprefix("-")
    if places and name in (ORIGIN, CHANGED):
        return places(scope, figure, name)
    month = _MONTHS.get(name)
    if month and FIGURES[figure].by_month and scope.first_month <= month <= scope.last_month:
        return dict(scope.span.reports().filter(month=month).order_by().values_list("entry__project__code", figure))
    return None


def _in_order(
    records: Sequence[Contribution], order: str, whole: FigureValue, places: Mapping[str, Any] | None
) -> list[Contribution]:
    """By code where they are alike; those of which what is ordered by is not known come last. What a figure does not have
    orders by its value, which each has.
    """
    name, is_down = order.removeprefix("-"), order.startswith("-")
    by_code = sorted(records, key=lambda record: record.code)
    if name == "code":
        return by_code[::-1] if is_down else by_code
    if name == SHARE:
        is_down ^= (whole.value or 0) < 0
    if places is not None:
        return sort_by_value(by_code, lambda record: places.get(record.code), descending=is_down)
    column = name if name in ("below", "own") and FIGURES[whole.name].ratio else "value"
    return sort_by_value(by_code, attrgetter(column), descending=is_down)


def _progress(answer: Answer, scope: Scope) -> Sequence[Progress]:
    """Against every plan of the programme, which are for the whole list alone, and against the plans of the records."""
    return [*(plan_progress(answer) if scope.is_whole else []), *own_progress(answer)]
