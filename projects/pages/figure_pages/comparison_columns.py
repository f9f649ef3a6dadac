"""Columns of the two tables that compare two days: of the figures, and of the records that differ; and what files have."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Difference, Unit
from projects.exports.columns import LineColumn
from projects.pages import formatting
from projects.pages.line_order import named
from projects.pages.sort_heads import SortColumn
from projects.pages.table_columns import coded, text
from projects.totals.comparison import FigureDifference, RecordDifference
from sectors.models import in_language

_PERCENT = 100


def columns_of_figures() -> list[SortColumn]:
    """Of lines with a figure's `difference`, or what a ratio is on both, each in the unit of its own line."""
    figure, unit = _("Figure"), _("Unit")

    def unit_of(line: Any) -> str:
        return "%" if line.figure.ratio else _unit(line.figure)

    def number(label: str, name: str, of_shares: str) -> SortColumn:
        def value(line: Any) -> int | Fraction | None:
            if not line.figure.ratio:
                return _in_unit(getattr(line.figure, name), line.figure)
            share: Fraction | None = getattr(line.figure.ratio, of_shares)
            return None if share is None else share * _PERCENT

        return SortColumn("", label, numeric=True, in_files=(LineColumn(label, value),), unit=unit_of)

    records = pgettext("count", "Records")
    columns = [
        SortColumn("", figure, in_files=(text(figure, lambda line: _label(line.figure)),)),
        SortColumn("", unit, in_files=(text(unit, unit_of),)),
        number(_("Then"), "before", "before"),
        number(_("Now"), "after", "after"),
        number(_("Difference"), "difference", "points"),
        SortColumn("", records, numeric=True, in_files=(LineColumn(records, lambda line: line.figure.count),)),
    ]
    return named(columns, "figure", "unit", "then", "now", "difference", "records")


def columns_of_records(effects: Sequence[FigureDifference]) -> list[SortColumn]:
    """Of the records that differ, with their effect on each figure that has one."""

    def effect(figure: FigureDifference) -> SortColumn:
        def value(record: RecordDifference) -> int | Fraction | None:
            found = record.effects.get(figure.name)
            return found and _in_unit(found.difference, figure)

        cells = (LineColumn(_label(figure), value, _unit(figure)),)
        return SortColumn(figure.name, _label(figure), numeric=True, under=_unit(figure), in_files=cells)

    became, otherwise = _("What became of it"), _("Reclassified")
    return [
        SortColumn(
            "code",
            _("Project"),
            kind="name",
            in_files=(
                text(_("Project"), lambda record: record.name),
                text(_("Project code"), lambda record: record.key),
            ),
        ),
        SortColumn("kind", became, in_files=coded(became, lambda record: record.kind, kind=Difference)),
        *(effect(each) for each in effects),
        SortColumn("classes", otherwise, in_files=(text(otherwise, _classes),)),
    ]


def together(effects: Sequence[FigureDifference]) -> list[Any]:
    """The cells below the records."""
    sums = [_in_unit(each.difference, each) for each in effects]
    written = [LineColumn("", lambda line: line).format_value(each) for each in sums]
    return [_("Together"), None, None, None, *written, None]


def _classes(record: RecordDifference) -> str:
    told = []
    for each in record.classes:
        label = formatting.sentence_case(str(each.label))
        before, after = (in_language(*names) for names in (each.before, each.after))
        told.append(_("%(label)s: %(before)s → %(after)s") % {"label": label, "before": before, "after": after})
    return "; ".join(told)


def _in_unit(value: int | None, figure: FigureDifference) -> int | Fraction | None:
    if value is None or figure.figure.unit != Unit.CNY:
        return value
    return Fraction(value, formatting.unit_of("table"))


def _label(figure: FigureDifference) -> str:
    return formatting.sentence_case(str(figure.figure.label))


def _unit(figure: FigureDifference) -> str:
    return formatting.unit_name(figure.figure.unit, "table")
