"""Explanation of a figure: what it is made of, record by record, and what its percentages are measured against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from projects.choices import Measure, Unit
from projects.database.sql import Sql
from projects.models import Project
from projects.pagination import both_ways
from projects.periods import MONTHS_OF_YEAR
from projects.text import TwoNames
from projects.versioning.as_of import looking_back

from .contributions import BELOW, PART, contributions
from .dimensions import EACH, MONTH, dimension_of
from .figures import FIGURES, Figure
from .pace import Progress, own_progress, plan_progress
from .record_rows import Rows
from .results import Answer, FigureValue, Row, ratio
from .scope import Scope
from .scope_statements import statement_of
from .totals import Pending, breakdowns, pending

_PROGRESSES = (Measure.DISBURSED.value, Measure.DISBURSED_OF_PLAN.value)
_PACE = (*_PROGRESSES, Measure.PLANNED_DISBURSEMENT.value)
_OF_REPORT = ("entry__project__code",)
_NAMED = f'SELECT id, code AS named, name_zh, name_en FROM "{Project._meta.db_table}"'  # nosec B608 # our own names
Places = Callable[[Scope, str, str], Sql]  # of a question, a figure and an order
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
    def own(self) -> Fraction | None:
        return ratio(self.value, self.below)


@dataclass(frozen=True)
class Explanation:
    """A figure of a question, opened.

    `parts` are rows by month for what is made of monthly reports, by sector otherwise; `records` are one page of the `count`
    that it sums, the largest first, which come to `total`. On the first page by value `largest` are the keys of twice as
    many in their order, unless there are parts below 0.
    """

    scope: Scope
    figure: Figure
    answers: Mapping[Any, Answer]
    by: str
    parts: tuple[Row, ...]
    records: tuple[Contribution, ...]
    count: int
    total: int
    largest: Sequence[int]
    progress: Sequence[Progress]
    pending: Pending | None

    @property
    def answer(self) -> Answer:
        """For the whole; beside it there is the one by `by`."""
        return self.answers[None]

    @property
    def value(self) -> FigureValue:
        return self.answer.whole.figures[self.figure.name]

    @property
    def adds_up(self) -> bool:
        """Whether all records come to the value, which is what everything here rests on."""
        return self.total == (self.value.value or 0)


LARGEST = "-value"
_ORDERS = {
    "code": "code",
    "value": "{part}",
    "below": "{below}",
    "own": "CAST({part} AS double precision) / NULLIF({below}, 0)",
}
SHARE = "share"  # of the whole: by value, which it is in proportion to
OF_MONTH = "month_{}"  # by what a record says of one month, where the figure is made of them
_MONTHS = {OF_MONTH.format(month): month for month in range(1, MONTHS_OF_YEAR + 1)}
ORIGIN, CHANGED = "origin", "changed"  # by what a record rests on, and by its last change
_BESIDE = (ORIGIN, CHANGED)
ORDERS = (LARGEST, "value", *both_ways(name for name in (*_ORDERS, SHARE, *_BESIDE, *_MONTHS) if name != "value"))


def explanation(
    scope: Scope, name: str, *, first: int = 0, size: int = 50, order: str = LARGEST, places: Places | None = None
) -> Explanation:
    """Open a figure, which is a key of `figures.FIGURES`, and `size` of its records from index `first` on, in one of
    `ORDERS` (`below` and `own` are a ratio's, those of months that are not in question are by value). `places` tells the
    place of each code by `ORIGIN` and `CHANGED`.

    A handful of queries, and no more rows than these, however many records there are.
    """
    figure = FIGURES[name]
    by = MONTH if figure.by_month else _PARTS
    figures = tuple(dict.fromkeys((name, *_PACE))) if name in _PROGRESSES else (name,)
    answers = breakdowns(scope, None, by, figures=figures)
    answer = answers[None]
    records, count, total, largest = _records(
        scope, answer.whole.figures[name], first=first, size=size, order=order, places=places
    )
    return Explanation(
        scope=scope,
        figure=figure,
        answers=answers,
        by=by,
        parts=tuple(row for row in answers[by].rows if row.figures[name].value is not None),
        records=records,
        count=count,
        total=total,
        largest=largest,
        progress=_progress(answer, scope) if name in _PROGRESSES else (),
        pending=pending(scope) if figure.by_month else None,
    )


def step_of_month(opened: Explanation) -> tuple[Row, Row] | None:
    """The figure to the month before the last, and of the last month; None if it is not made of several months."""
    scope, figures = opened.scope, (opened.figure.name,)
    if not opened.figure.by_month or scope.programme is None or scope.last_month <= scope.first_month:
        return None
    before, last = replace(scope, last_month=scope.last_month - 1), replace(scope, first_month=scope.last_month)
    found = [breakdowns(each, None, compared=False, figures=figures)[None].whole for each in (before, last)]
    return found[0], found[1]


def _beside(order: str, figure: Figure, scope: Scope, places: Places | None) -> Sql | None:
    """Rows of a code and its place, for an order by what is said beside the figure; of a month only if it is made of it."""
    name = order.removeprefix("-")
    month = _MONTHS.get(name)
    with looking_back(scope.as_of):
        if places and name in _BESIDE:
            return places(scope, figure.name, name)
        if not (month and figure.by_month and scope.first_month <= month <= scope.last_month):
            return None
        return Sql.of(scope.span.reports().filter(month=month).order_by().values_list(*_OF_REPORT, figure.name))


def _ordered(order: str, part: str, below: str, *, is_ratio: bool, beside: bool) -> str:
    """An order as SQL; what a figure does not have orders by its value, which each has."""
    name, way = order.removeprefix("-"), "DESC" if order.startswith("-") else "ASC"
    if name not in _ORDERS or (name in ("below", "own") and not is_ratio):
        name = "value"
    column = "of_place" if beside else _ORDERS[name].format(part=part, below=below)
    if column == part:
        return f"{column} {way}, code"
    return f"CASE WHEN {column} IS NULL THEN 1 ELSE 0 END, {column} {way}, code"


def _records(
    scope: Scope, whole: FigureValue, *, first: int, size: int, order: str, places: Places | None
) -> tuple[tuple[Contribution, ...], int, int, tuple[int, ...]]:
    """A page of the records that are counted, with the number and the sum of all of them, and which are the largest.

    Counted are those with a value of a sum, those that count for one of a number. One statement makes their parts once, and
    looks up what those of the page are called.
    """
    figure = FIGURES[whole.name]
    part, below = PART.format(figure.name), BELOW.format(figure.name)
    counted = f"{part} IS NOT NULL" if whole.unit == Unit.CNY else f"{part} <> 0"
    if order.removeprefix("-") == SHARE:
        order = LARGEST if order.startswith("-") != ((whole.value or 0) < 0) else "value"
    more = size if order == LARGEST and first == 0 else 0
    beside = _beside(order, figure, scope, places)
    by = _ordered(order, part, below, is_ratio=figure.ratio is not None, beside=beside is not None)

    def build(question: Scope, size: int, first: int) -> Sql:
        of = (Rows.listed_or_reported if figure.by_month else Rows.listed)(question)
        rows = contributions(question, (figure.name,), of=of)
        columns = ("code", part, *([below] if figure.ratio else []))
        found = Sql.of(rows.values_list(*columns), elide_empty=False)
        joined, values = "c", found.values
        if beside:
            joined, values = "c LEFT JOIN m ON m.of_code = c.code", (*found.values, *beside.values)
        statement = (
            f"WITH c AS MATERIALIZED ({found.text}),"  # nosec B608 # our own names
            f"{f' m (of_code, of_place) AS ({beside.text}),' if beside else ''}"
            f" s AS (SELECT COUNT(*) AS number, SUM({part}) AS total, MIN({part}) AS least FROM c WHERE {counted}),"
            f" p AS (SELECT * FROM {joined} WHERE {counted} ORDER BY {by} LIMIT %s OFFSET %s)"
            f" SELECT * FROM s LEFT JOIN p ON 1 = 1 LEFT JOIN ({_NAMED}) r ON named = code ORDER BY {by}"
        )
        return Sql(statement, (*values, size, first))

    kind = ("records", figure.name, order, beside)  # which is in words of the reader's language
    with looking_back(scope.as_of):
        lines = statement_of(scope, kind, build, size + more, first).dictionaries()
    sums, found = lines[0], [line for line in lines if line["code"] is not None]
    page = tuple(_contribution(line, whole, part, below) for line in found[:size])
    largest = tuple(line["id"] for line in found) if more and (sums["least"] or 0) >= 0 else ()
    return page, int(sums["number"]), int(sums["total"] or 0), largest


def _contribution(line: Mapping[str, Any], whole: FigureValue, part: str, below: str) -> Contribution:
    value, names = int(line[part]), dimension_of(EACH).names(line)
    return Contribution(line["code"], *names, value, ratio(value, whole.value), line.get(below))


def _progress(answer: Answer, scope: Scope) -> Sequence[Progress]:
    """Against every plan of the programme, which are for the whole list alone, and against the plans of the records."""
    return [*(plan_progress(answer) if scope.is_whole else []), *own_progress(answer)]
