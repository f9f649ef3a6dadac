"""Totals: the one place that sums. Pages, API, admin and exports ask `totals(scope, by=…)` and do no arithmetic.

Sums are of whole CNY and exact; ratios are made in Python, after the query, as fractions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Sum
from django.utils.functional import cached_property

from projects.choices import Basis, Measure, Withheld
from projects.history.as_of import looking_back
from projects.models import MonthlyReport, Target
from projects.periods import Month

from .dimensions import MONTH, NONE, dimension_of
from .figures import FIGURES, USUAL
from .results import Answer, FigureValue, Row, get_withheld_reason, is_withheld, ratio, too_few
from .scope import Scope
from .sums import Group, add_sums, get_groups, get_groups_by_month
from .targets import Footing, comparisons

__all__ = [
    "Answer",
    "FigureValue",
    "Pending",
    "Row",
    "breakdowns",
    "pending",
    "ratio",
    "totals",
    "with_current_figures",
]

_PART = "sector"  # what a target may speak of alone


def totals(scope: Scope, by: str | None = None, *, figures: Sequence[str] = USUAL) -> Answer:
    """Answer the scope's question: one row for the whole, or a row for each key of a dimension.

    `by` is a key of `dimensions.DIMENSIONS`, "month", or "project" for a row for each. Two queries, two more by month, and
    one for the targets of a whole.
    """
    return breakdowns(scope, by, figures=figures)[by]


@dataclass(frozen=True)
class Pending:
    """What waits for the province in the months of a question: a number of reports and their CNY. In no total.

    `by_month` is how many wait of all that the reader sees, whatever the question is narrowed to.
    """

    reports: int
    amount: int
    by_month: Mapping[int, int]


def pending(scope: Scope) -> Pending:
    """What is submitted but not approved of the scope's projects; nothing for readers without a grant. Two queries."""
    waiting = MonthlyReport.objects.visible_to(scope.user).submitted().filter(entry__programme=scope.programme)
    waiting = waiting.order_by()
    with looking_back(scope.as_of):
        by_month = Counter(dict(waiting.values_list("month").annotate(Count("pk"))))
        of_scope = waiting.filter(
            month__gte=scope.first_month, entry__project__in=scope.projects().order_by().values("pk")
        )
        found = of_scope.aggregate(reports=Count("pk"), amount=Sum("disbursed")) if by_month else {}
    return Pending(found.get("reports") or 0, int(found.get("amount") or 0), by_month)


def breakdowns(
    scope: Scope,
    *by: str | None,
    compared: bool = True,
    illustrative: bool = False,
    figures: Sequence[str] = USUAL,
) -> dict[str | None, Answer]:
    """Several answers to one question from the same few queries, whatever their number; None stands for the whole.

    `compared=False` leaves out the whole's targets, and the query for them. `illustrative` tells what of each row rests
    on illustrative records, as a breakdown by basis does for those beside it. Rows by month hold only those of `figures`
    that are made of monthly reports.
    """
    apart = illustrative or "basis" in by or (compared and None in by)  # what was made up is no test of a target
    with looking_back(scope.as_of):
        return _breakdowns(scope, by, figures, compared=compared, apart=apart)


def _breakdowns(
    scope: Scope, by: Sequence[str | None], figures: Sequence[str], *, compared: bool, apart: bool
) -> dict[str | None, Answer]:
    targets = scope.targets if compared and None in by else []
    spoken = [target for target in targets if target.sector_id and any(_is_about(target, name) for name in figures)]
    dimensions = [name for name in by if name not in (None, MONTH)]
    if spoken and _PART not in dimensions:
        dimensions.append(_PART)  # the sectors that targets speak of, in the same query
    groups = get_groups(scope, dimensions, figures) if set(by) != {MONTH} else []
    rows = _Rows(scope, figures, apart=apart)
    answers = {}
    for name in by:
        if name is None:
            parts = rows.of_dimension(groups, _PART) if spoken else []
            whole = rows.whole(groups)
            found = [_with_targets(scope, whole, targets, parts) if compared else whole]
        elif name == MONTH:
            found = rows.of_months(get_groups_by_month(scope))
        else:
            found = rows.of_dimension(groups, name)
        alone, compares = scope.is_single_month, scope.compares
        answers[name] = Answer(scope.programme, name, scope.through, tuple(found), scope.as_of, alone, compares)
    return answers


def held_against(scope: Scope, row: Row, targets: Sequence[Target]) -> Row:
    """A whole row with targets that another answer to the same question has found."""
    return _with_targets(scope, row, targets, ())


class RowFigures(Mapping[str, FigureValue]):
    """The figures of some groups by name, each made when it is read. Without `compares`, as in an open month, no ratio is
    given.
    """

    def __init__(self, groups: Iterable[Group], names: Iterable[str], *, compares: bool = True) -> None:
        self._groups, self._compares = list(groups), compares
        self._names = {name: str(name) for name in names}  # a member of Measure that is asked for is its own word
        self._made: dict[str, FigureValue] = {}

    def __getitem__(self, name: str) -> FigureValue:
        if name not in self._made:
            self._made[name] = figure_value(self._sums, self._names[name], compares=self._compares)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @cached_property
    def _sums(self) -> dict[str, int]:
        return add_sums(self._groups)


def figure_value(sums: Mapping[str, int], name: str, *, compares: bool = True) -> FigureValue:
    """Return a figure of these sums, with what it covers."""
    count = sums.get("project_count", 0)
    if FIGURES[name].ratio:
        return ratio_of(sums, name, of=count, compares=compares)
    off, off_known = sums.get(f"{name}_off", 0), sums.get(f"{name}_off_known", 0)
    is_count = name == Measure.PROJECT_COUNT
    known = count if is_count else sums.get(f"{name}_known", 0)
    value = count if is_count else sums.get(name) if known else None
    # of a figure that every project could have there is no sum of those that could
    of = sums.get(f"{name}_of", count) + off_known
    return FigureValue(name=name, value=value, known=known, of=of, off_list=off, off_list_known=off_known)


def ratio_of(sums: Mapping[str, int], name: str, *, of: int, compares: bool) -> FigureValue:
    """A figure above another one, withheld in an open month; what stands below of all records is at hand, whatever was
    asked for.
    """
    declared: Any = FIGURES[name].ratio
    known, below = sums.get(f"{name}_known", 0), declared.below.value
    value = sums.get(name) if known else None
    found = FigureValue(name=name, value=value, known=known, of=of, below=sums.get(f"{name}_below") if known else None)
    planned = FigureValue(name=below, value=sums.get(below), known=sums.get(f"{below}_known", 0), of=of)
    return replace(found, withheld=get_withheld_reason(found, planned) if compares else Withheld.OPEN_MONTH)


class _Rows:
    """Rows of a scope's answers. `apart`: with what of each rests on illustrative records."""

    def __init__(self, scope: Scope, names: Sequence[str], *, apart: bool) -> None:
        self.scope, self.names, self.apart = scope, names, apart

    def whole(self, groups: Sequence[Group]) -> Row:
        return self._row((None, "", ""), groups, self.scope)

    def of_dimension(self, groups: Sequence[Group], by: str) -> list[Row]:
        dimension = dimension_of(by)
        parts: dict[str, list[Group]] = {}
        for group in groups:
            key = group.keys[dimension.columns[0]]
            parts.setdefault(NONE if key is None else key, []).append(group)
        ordered = sorted(parts.items(), key=lambda pair: dimension.order(pair[1][0].keys))
        return [
            self._row(
                (key, *dimension.names(part[0].keys)), part, self.scope.with_filters(**{dimension.parameter: key})
            )
            for key, part in ordered
        ]

    def of_months(self, months: Mapping[int, Sequence[Group]]) -> list[Row]:
        """A row for each month of the span, of figures that are made of monthly reports."""
        names = [name for name in self.names if FIGURES[name].by_month]
        rows = []
        for number, groups in months.items():
            month = str(Month(self.scope.programme.year, number))  # type: ignore[union-attr]  # which has months
            parameters = tuple(replace(self.scope, first_month=number, last_month=number).parameters())
            illustrative = RowFigures(_only_illustrative(groups), names)
            rows.append(Row(month, month, month, RowFigures(groups, names), parameters, illustrative))
        return rows

    def _row(self, name: tuple[str | None, str, str], groups: Sequence[Group], opened: Scope) -> Row:
        compares = self.scope.compares
        figures = RowFigures(groups, self.names, compares=compares)
        illustrative = RowFigures(_only_illustrative(groups), self.names) if self.apart else None
        return Row(*name, figures, tuple(opened.parameters()), illustrative, compares)


def _only_illustrative(groups: Iterable[Group]) -> list[Group]:
    return [group for group in groups if group.keys["basis"] == Basis.ILLUSTRATIVE]


def _with_targets(scope: Scope, row: Row, targets: Sequence[Target], parts: Sequence[Row]) -> Row:
    """The row with the programme's targets beside its figures; `parts` are the sectors, for targets that speak of one.

    In an open month no sum of months is held against them.
    """
    span, whole = scope.span, scope.is_whole
    spoken = [each for each in targets if each.sector_id]
    figures = {}
    for name, figure in row.figures.items():
        held = figure if scope.compares or not FIGURES[name].by_month else replace(figure, value=None)
        found = comparisons(
            name,
            held.value,
            targets,
            span=span,
            whole=whole,
            footing=_footing(row, name),
            of_the_list=held.of_the_list,
            parts={part.key: (part.figures[name].value, _footing(part, name)) for part in parts}
            if any(_is_about(each, name) for each in spoken)
            else {},
        )
        figures[name] = replace(figure, targets=tuple(found))
    return replace(row, figures=figures)


def _is_about(target: Target, name: str) -> bool:
    return target.measure in (name, FIGURES[name].plan, FIGURES[name].none_below)


def _footing(row: Row, name: str) -> Footing:
    figure = row.figures[name]
    return Footing(
        illustrative=row.illustrative_share(name),
        few=figure.missing > 0 if FIGURES[name].none_below else too_few(figure.known, figure.of),
        few_of_plan=bool(FIGURES[name].plan) and is_withheld(row),
    )


def with_current_figures(scope: Scope, answers: dict[str | None, Answer]) -> dict[str | None, Answer]:
    """The answers of a scope, each row with its figures of today: what was not known then is not put in its place.

    Of today, nothing is asked. Queries: those of the same answers once more, whatever their number.
    """
    if scope.as_of is None:
        return answers
    present = breakdowns(scope.with_as_of(None), *answers, compared=False)
    return {name: replace(answer, rows=_with_current(answer, present[name])) for name, answer in answers.items()}


def _with_current(answer: Answer, present: Answer) -> tuple:
    now = {row.key: row.figures for row in present.rows}
    return tuple(replace(row, now=now.get(row.key)) for row in answer.rows)
