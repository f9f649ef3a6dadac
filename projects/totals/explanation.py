"""Explanation of a figure: what it is made of, record by record, and what its percentages are measured against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from projects.choices import Measure, Unit
from projects.history.as_of import override_as_of
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
    basis: str = ""

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


def explanation(
    scope: Scope,
    name: str,
    *,
    first: int = 0,
    size: int | None = 50,
) -> Explanation:
    """Return a figure, which is a key of `figures.FIGURES`, with `size` of its records from index `first` on.

    The largest record comes first. A handful of queries, however many records there are.
    """
    figure = FIGURES[name]
    by = MONTH if figure.by_month else _PARTS
    figures = tuple(dict.fromkeys((name, *_PACE))) if name in _PROGRESSES else (name,)
    answers = breakdowns(scope, None, by, figures=figures)
    answer = answers[None]
    records, total = _records(scope, answer.total_row.figures[name])
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


def _records(scope: Scope, whole: FigureValue) -> tuple[list[Contribution], int]:
    """Return all records that are counted, the largest first and by code where they are alike, and their sum.

    Counted are those with a value of a sum, those that count for one of a number.
    """
    with override_as_of(scope.as_of):
        groups = get_groups(scope, (EACH,), (whole.name,))
    values = [(group.keys, figure_value(group.sums, whole.name)) for group in groups]
    records = [
        Contribution(
            keys["code"],
            *dimension_of(EACH).names(keys),
            value.value or 0,
            ratio(value.value, whole.value),
            value.below,
            keys["basis"],
        )
        for keys, value in values
        if (value.value is not None if whole.unit == Unit.CNY else value.value)
    ]
    records.sort(key=lambda record: (-record.value, record.code))
    return records, sum(record.value for record in records)


def _progress(answer: Answer, scope: Scope) -> Sequence[Progress]:
    """Against every plan of the programme, which are for the whole list alone, and against the plans of the records."""
    return [*(plan_progress(answer) if scope.is_whole else []), *own_progress(answer)]
