"""Origins of the figures: each by basis, and for how many projects it is not known."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.choices import Basis, Measure
from projects.pages import formatting, links
from projects.pages.figure_display import FigureDisplay, shown
from projects.pages.project_columns import disbursed_label
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row

from ...charts.bars import Piece, pieces

FIGURES = (
    Measure.PROJECT_COUNT,
    Measure.TOTAL_INVESTMENT,
    Measure.EXPECTED_REVENUE,
    Measure.PLANNED_DISBURSEMENT,
    Measure.DISBURSED,
)
DRAWN = {Basis.PUBLISHED: "m-ink", Basis.REPORTED: "m-half", Basis.ILLUSTRATIVE: "m-hatch"}


@dataclass(frozen=True)
class FigureOrigin:
    """One figure: its value on each basis, in the order of the heads, and how many records lack it.

    `missing_url` leads to these, and where none does to how the figure comes about of all of them.
    """

    label: str
    values: list[FigureDisplay]
    missing: str
    missing_value: int
    missing_url: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Origins:
    heads: list[tuple[str, str]]  # of each basis its name, and how it is drawn
    lines: list[FigureOrigin]
    unit: str


def origins(scope: Scope, by_basis: Answer, whole: Row) -> Origins:
    """The figures of an answer by basis."""
    return Origins(
        heads=[(str(Basis(row.key).label), DRAWN[Basis(row.key)]) for row in by_basis.rows],
        lines=[_line(scope, by_basis, whole, name) for name in FIGURES],
        unit=formatting.money_unit("headline"),
    )


def _line(scope: Scope, by_basis: Answer, whole: Row, name: str) -> FigureOrigin:
    figure = whole.figures[name]
    label = disbursed_label(scope) if name == Measure.DISBURSED else formatting.sentence_case(str(figure.label))
    return FigureOrigin(
        label=label,
        values=[shown(row, name, form="headline") for row in by_basis.rows],
        missing=formatting.count(figure.unknown_count),
        missing_value=figure.unknown_count,
        missing_url=links.lacking(whole, name) if figure.unknown_count else links.explaining(whole, name),
        pieces=pieces([_part(row, whole, name, label) for row in by_basis.rows], figure.value),
    )


def _part(row: Row, whole: Row, name: str, label: str) -> tuple[int | None, str, str, str]:
    figure = row.figures[name]
    values = {
        "figure": label,
        "basis": str(Basis(row.key).label),
        "share": formatting.percent(figure.share_of(whole.figures[name]), 0),
    }
    text = _("%(figure)s, %(basis)s: %(share)s") % values
    return figure.value, DRAWN[Basis(row.key)], text, links.opening(row, name)
