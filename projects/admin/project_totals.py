"""The totals under the list of projects, as text: each figure of exactly the rows shown, beside what was announced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from projects.choices import Measure, Unit
from projects.totals.targets import Comparison
from projects.totals.totals import Answer, FigureValue, Row

from .display import AMOUNT_UNIT, dash, list_amount, percent

IN_COLUMNS = (
    Measure.TOTAL_INVESTMENT,
    Measure.PLANNED_DISBURSEMENT,
    Measure.DISBURSED,
    Measure.EXPECTED_REVENUE,
)


@dataclass(frozen=True)
class TargetLine:
    """One announced number beside a figure."""

    kind: Any
    text: str
    share: str
    verdict: str
    source: Any


@dataclass(frozen=True)
class FigureLine:
    """One figure of the totals: value with unit, coverage such as '35 / 42', and the lists of rows with and without one.

    `exact` is the value in whole CNY or as a number, None when it is not known.
    """

    name: str
    label: Any
    exact: int | None
    value: str
    unit: str
    coverage: str
    known: int
    known_url: str
    missing: int
    missing_url: str
    targets: list[TargetLine]


@dataclass(frozen=True)
class Summary:
    """All that stands under the list."""

    programme: Any
    through: Any
    count: int
    columns: list[FigureLine]
    figures: list[FigureLine]


def summary_of(answer: Answer) -> Summary:
    """The answer to the list's question, ready to be shown."""
    row = answer.total_row
    lines = {name: _figure_line(row, figure) for name, figure in row.figures.items()}
    return Summary(
        programme=answer.programme,
        through=answer.through,
        count=row.figures[Measure.PROJECT_COUNT].value or 0,
        columns=[lines[name] for name in IN_COLUMNS],
        figures=list(lines.values()),
    )


def _figure_line(row: Row, figure: FigureValue) -> FigureLine:
    return FigureLine(
        name=figure.name,
        label=figure.label,
        exact=figure.value,
        value=_value(figure.value, figure.unit) if figure.below is None else _share(figure),
        unit=_unit(figure.unit) if figure.below is None else "",
        coverage=f"{figure.known} / {figure.of}",
        known=figure.known,
        known_url=f"?{urlencode(row.known_parameters(figure.name))}",
        missing=figure.unknown_count,
        missing_url=f"?{urlencode(row.missing_parameters(figure.name))}",
        targets=[_target_line(comparison) for comparison in figure.targets],
    )


def _value(value: int | None, unit: Unit) -> str:
    if value is None:
        return dash()
    return list_amount(value) if unit == Unit.CNY else f"{value:,}"


def _share(figure: FigureValue) -> str:
    """Of a ratio the share, or why it is withheld."""
    return str(figure.withheld.label) if figure.withheld else percent(figure.ratio)


def _unit(unit: Unit) -> str:
    return str(AMOUNT_UNIT if unit == Unit.CNY else unit.label)


def _target_line(comparison: Comparison) -> TargetLine:
    target = comparison.target
    amount = f"{_value(target.value, target.unit)} {_unit(target.unit)}"
    verdicts = {True: _("met"), False: _("not met"), None: comparison.verdict.label if comparison.verdict else ""}
    return TargetLine(
        kind=target.get_kind_display(),
        text=_("%(measure)s: %(relation)s %(amount)s")
        % {"measure": target.get_measure_display(), "relation": target.get_relation_display(), "amount": amount},
        share=percent(comparison.ratio),
        verdict=str(verdicts[comparison.met]),
        source=target.source,
    )
