"""Totals: the one place that sums. Pages, API, admin and exports ask `totals(scope, by=…)` and do no arithmetic.

Sums are of whole CNY and exact; ratios are made in Python, after the query, as fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.db.models import Count, Sum

from projects.choices import Basis, Measure
from projects.history.as_of import override_as_of
from projects.models import MonthlyReport, Target
from projects.periods import Month

from .dimensions import MONTH, NONE, dimension_of
from .figures import FIGURES, USUAL
from .results import Answer, FigureValue, PairSums, Row, get_withheld_reason, is_withheld, ratio, too_few
from .scope import Scope
from .sums import Group, add_sums, get_groups, get_groups_by_month
from .targets import Footing, comparisons, get_listing

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
    """What waits for the province in the months of a question: a number of reports and their CNY. In no total."""

    reports: int
    amount: int


def pending(scope: Scope) -> Pending:
    """What is submitted but not approved of the scope's projects; nothing for readers without a grant. One query."""
    waiting = (
        MonthlyReport.objects.visible_to(scope.user)
        .submitted()
        .filter(entry__programme=scope.programme, month__gte=scope.first_month)
    )
    with override_as_of(scope.as_of):
        of_scope = waiting.filter(entry__project__in=scope.members().order_by().values("pk"))
        found = of_scope.aggregate(reports=Count("pk"), amount=Sum("disbursed"))
    return Pending(found["reports"], int(found["amount"] or 0))


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
    targets = scope.targets if compared and None in by else []
    spoken = [target for target in targets if target.sector_id and any(_is_about(target, name) for name in figures)]
    dimensions = [name for name in by if name not in (None, MONTH)]
    if spoken and _PART not in dimensions:
        dimensions.append(_PART)  # the sectors that targets speak of, in the same query
    answers = {}
    with override_as_of(scope.as_of):
        groups = get_groups(scope, dimensions, figures) if set(by) != {MONTH} else []
        for name in by:
            listing = None
            if name is None:
                whole = _build_row(scope, figures, groups, apart=apart)
                parts = _get_rows(scope, figures, groups, _PART, apart=apart) if spoken else []
                if scope.is_whole:
                    listing = get_listing(add_sums(groups).get(Measure.PROJECT_COUNT, 0), targets)
                is_short = listing is not None and listing.is_short
                rows = [compare_with_targets(scope, whole, targets, parts, is_short=is_short) if compared else whole]
            elif name == MONTH:
                rows = _get_rows_by_month(scope, figures)
            else:
                rows = _get_rows(scope, figures, groups, name, apart=apart)
            answers[name] = Answer(
                scope.programme, name, scope.end_month, tuple(rows), scope.as_of, scope.is_single_month, listing
            )
    return answers


def _get_figures(groups: Iterable[Group], names: Iterable[str]) -> dict[str, FigureValue]:
    """Return figures of these groups by name."""
    sums = add_sums(groups)
    return {str(name): figure_value(sums, str(name)) for name in names}


def figure_value(sums: Mapping[str, Any], name: str) -> FigureValue:
    """Return a figure of these sums, with what it covers."""
    count = sums.get("project_count", 0)
    if FIGURES[name].ratio:
        return ratio_of(sums, name, of=count)
    off, off_known = sums.get(f"{name}_off", 0), sums.get(f"{name}_off_known", 0)
    is_count = name == Measure.PROJECT_COUNT
    known = count if is_count else sums.get(f"{name}_known", 0)
    value = count if is_count else sums.get(name) if known else None
    # of a figure that every project could have there is no sum of those that could
    of = sums.get(f"{name}_of", count) + off_known
    absolute = sums.get(f"{name}_absolute", value)
    return FigureValue(
        name=name, value=value, known=known, of=of, off_list=off, off_list_known=off_known, absolute=absolute
    )


def ratio_of(sums: Mapping[str, Any], name: str, *, of: int) -> FigureValue:
    """Return a figure above another one; what stands below of all records is at hand, whatever was asked for."""
    declared: Any = FIGURES[name].ratio
    known, below = sums.get(f"{name}_known", 0), declared.below.value
    of += sums.get(f"{name}_off_known", 0)
    pairs = None
    if f"{name}_planned" in sums:  # of one month alone nothing is due
        amounts = {kind: sums.get(f"{name}_{kind}", 0) for kind in PairSums._fields}
        pairs = PairSums(**amounts | {kind: Fraction(amounts[kind]) for kind in ("due", "unreported")})
    found = FigureValue(
        name=name,
        value=sums.get(name) if known else None,
        known=known,
        of=of,
        below=sums.get(f"{name}_below") if known else None,
        pairs=pairs,
        absolute=sums.get(f"{name}_absolute", sums.get(name)) if known else None,
    )
    planned = FigureValue(name=below, value=sums.get(below), known=sums.get(f"{below}_known", 0), of=of)
    return replace(found, withheld=get_withheld_reason(found, planned))


def _build_row(
    scope: Scope,
    names: Sequence[str],
    groups: Sequence[Group],
    key: str | None = None,
    name: tuple[str, str] = ("", ""),
    opened: Scope | None = None,
    *,
    apart: bool,
) -> Row:
    """Return the row of these groups, which the question `opened` selects. `apart`: with what of it is illustrative."""
    return Row(
        key,
        *name,
        _get_figures(groups, names),
        tuple((opened or scope).parameters()),
        _get_figures(_only_illustrative(groups), names) if apart else None,
    )


def _get_rows(scope: Scope, names: Sequence[str], groups: Sequence[Group], by: str, *, apart: bool) -> list[Row]:
    dimension = dimension_of(by)
    parts: dict[str, list[Group]] = {}
    for group in groups:
        key = group.keys[dimension.columns[0]]
        parts.setdefault(NONE if key is None else key, []).append(group)
    return [
        _build_row(
            scope,
            names,
            part,
            key,
            dimension.names(part[0].keys),
            scope.with_filters(**{dimension.parameter: key}),
            apart=apart,
        )
        for key, part in sorted(parts.items(), key=lambda pair: dimension.order(pair[1][0].keys))
    ]


def _get_rows_by_month(scope: Scope, names: Sequence[str]) -> list[Row]:
    """Return a row for each month of the span, of figures that are made of monthly reports."""
    names = [name for name in names if FIGURES[name].by_month]
    rows = []
    for number, groups in get_groups_by_month(scope).items():
        month = str(Month(scope.programme.year, number))  # type: ignore[union-attr]  # which has months
        parameters = tuple(replace(scope, first_month=number, last_month=number).parameters())
        illustrative = _get_figures(_only_illustrative(groups), names)
        rows.append(Row(month, month, month, _get_figures(groups, names), parameters, illustrative))
    return rows


def _only_illustrative(groups: Iterable[Group]) -> list[Group]:
    return [group for group in groups if group.keys["basis"] == Basis.ILLUSTRATIVE]


def compare_with_targets(
    scope: Scope, row: Row, targets: Sequence[Target], parts: Sequence[Row] = (), *, is_short: bool = False
) -> Row:
    """The row with the programme's targets beside its figures; `parts` are the sectors, for targets that speak of one."""
    span, whole = scope.span, scope.is_whole
    figures = {}
    for name, figure in row.figures.items():
        found = comparisons(
            name,
            figure.value,
            targets,
            span=span,
            whole=whole,
            footing=_footing(row, name),
            of_the_list=figure.of_the_list,
            parts={part.key: (part.figures[name].value, _footing(part, name)) for part in parts},
            is_short=is_short,
        )
        figures[name] = replace(figure, targets=tuple(found))
    return replace(row, figures=figures)


def _is_about(target: Target, name: str) -> bool:
    return target.measure in (name, FIGURES[name].plan, FIGURES[name].none_below)


def _footing(row: Row, name: str) -> Footing:
    figure = row.figures[name]
    return Footing(
        # the number of projects is counted, whatever is made up of them
        illustrative=None if name == Measure.PROJECT_COUNT else row.illustrative_share(name),
        few=figure.unknown_count > 0 if FIGURES[name].none_below else too_few(figure.known, figure.of),
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
