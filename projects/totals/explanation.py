"""How one figure comes about: what it is made of, record by record, and what its percentages are measured against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from projects.choices import Measure

from .dimensions import EACH, MONTH
from .figures import FIGURES, Figure
from .pace import Progress, own_progress, plan_progress
from .results import Answer, FigureValue, Row, ratio
from .scope import Scope
from .totals import Pending, breakdowns, pending, totals

_PACE = (Measure.DISBURSED.value, Measure.PLANNED_DISBURSEMENT.value, Measure.DISBURSED_OF_PLAN.value)
_PARTS = "sector"  # what a figure that is not made of months is shown as a sum of


@dataclass(frozen=True)
class Contribution:
    """One record's part of a figure, in its unit; `share` of the whole, None where that says nothing.

    Of a ratio `below` is what the record itself is measured against, and `own` the share that its part is of that.
    """

    row: Row
    value: int
    share: Fraction | None
    below: int | None = None

    @property
    def own(self) -> Fraction | None:
        return ratio(self.value, self.below)

    @property
    def code(self) -> str:
        return str(self.row.key)


@dataclass(frozen=True)
class Explanation:
    """A figure of a question, opened.

    `parts` are rows by month for what is made of monthly reports, by sector otherwise; `records` are all records that it
    sums, the largest first. Both add up to `value`.
    """

    scope: Scope
    figure: Figure
    answer: Answer
    by: str
    parts: tuple[Row, ...]
    records: tuple[Contribution, ...]
    progress: Sequence[Progress]
    pending: Pending | None

    @property
    def value(self) -> FigureValue:
        return self.answer.whole.figures[self.figure.name]

    @property
    def adds_up(self) -> bool:
        """Whether the records come to the value, which is what everything here rests on."""
        return sum(record.value for record in self.records) == (self.value.value or 0)


def explanation(scope: Scope, name: str) -> Explanation:
    """Open a figure, which is a key of `figures.FIGURES`; a handful of queries, however many records there are."""
    figure = FIGURES[name]
    by = MONTH if figure.by_month else _PARTS
    figures = tuple(dict.fromkeys((name, *_PACE)))
    answers = breakdowns(scope, None, by, EACH, figures=figures)
    answer = answers[None]
    whole = answer.whole.figures[name]
    return Explanation(
        scope=scope,
        figure=figure,
        answer=answer,
        by=by,
        parts=tuple(row for row in answers[by].rows if row.figures[name].value is not None),
        records=_contributions(answers[EACH], whole),
        progress=_progress(answer) if name in (Measure.DISBURSED, Measure.DISBURSED_OF_PLAN) else (),
        pending=pending(scope) if figure.by_month else None,
    )


def step_of_month(opened: Explanation) -> tuple[Row, Row] | None:
    """The figure to the month before the last, and of the last month; None if it is not made of several months."""
    scope, figures = opened.scope, (opened.figure.name,)
    if not opened.figure.by_month or scope.programme is None or scope.last_month <= scope.first_month:
        return None
    before = totals(replace(scope, last_month=scope.last_month - 1), figures=figures)
    return before.whole, totals(replace(scope, first_month=scope.last_month), figures=figures).whole


def _contributions(each: Answer, whole: FigureValue) -> tuple[Contribution, ...]:
    """The records that are counted: those with a value of a sum, those that count for one of a number."""
    counted = [(row, row.figures[whole.name]) for row in each.rows]
    is_number = whole.unit != "CNY"
    found = [
        Contribution(row, figure.value, ratio(figure.value, whole.value), figure.below)
        for row, figure in counted
        if figure.value is not None and (figure.value or not is_number)
    ]
    return tuple(sorted(found, key=lambda record: (-record.value, record.code)))


def _progress(answer: Answer) -> Sequence[Progress]:
    """Against every plan of the programme, and against the plans of the records themselves."""
    return [*plan_progress(answer), *own_progress(answer)]
