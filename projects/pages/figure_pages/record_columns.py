"""Columns of the records that a figure sums: their heads, and what files have of each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import Basis, Unit
from projects.exports.columns import Cell, LineColumn
from projects.pages import formatting
from projects.pages.sort_heads import SortColumn
from projects.pages.table_columns import amount, share, text, value_of
from projects.totals.explanation import CHANGED, OF_MONTH, ORIGIN, SHARE, Explanation

from .figure_records import RecordRow


def columns_of(opened: Explanation) -> list[SortColumn]:
    """In the order of the page."""
    return [
        SortColumn(
            "code",
            _("Project"),
            kind="name",
            in_files=(
                text(_("Project"), lambda row: row.record.name),
                text(_("Project code"), lambda row: row.record.code),
            ),
        ),
        *(_of_month(place, month, opened) for place, month in enumerate(months_of(opened))),
        *_of_value(opened),
        SortColumn(ORIGIN, _("Where it comes from"), in_files=_of_origin()),
        SortColumn(CHANGED, _("Last changed"), in_files=_of_change()),
    ]


def below_records(opened: Explanation) -> list[list[Cell]]:
    """The totals below them."""
    if not opened.count:
        return []
    months: list[Cell] = [None for _month in months_of(opened)]
    value, cells = opened.value, [each.in_files[0] for each in _of_value(opened)]
    sums = [value.value or 0, value.below, value_of(value)] if opened.figure.ratio else [value.value or 0, None]
    written = [cell.format_value(each) for cell, each in zip(cells, sums, strict=True)]
    rest: list[Cell] = [None for _cell in (*_of_origin(), *_of_change())]
    return [[_("Total"), None, *months, *written, *rest]]


def months_of(opened: Explanation) -> range:
    """The months that have a column, where the figure is made of them."""
    if not opened.figure.by_month or not opened.scope.end_month:
        return range(0)
    return range(opened.scope.first_month, opened.scope.last_month + 1)


def _of_month(place: int, month: int, opened: Explanation) -> SortColumn:
    label = formatting.short_month(month)
    cell = in_unit(opened, label, lambda row: row.months[place][0])
    return SortColumn(OF_MONTH.format(month), label, numeric=True, in_files=(cell,))


def _of_value(opened: Explanation) -> list[SortColumn]:
    def number(name: str, cell: LineColumn) -> SortColumn:
        return SortColumn(name, cell.label, numeric=True, in_files=(cell,))

    if opened.figure.ratio:
        return [
            number("value", in_unit(opened, _("Disbursed"), lambda row: row.record.value)),
            number("below", in_unit(opened, _("Annual plan"), lambda row: row.record.below)),
            number("own", share(_("% of plan"), lambda row: row.record.own_ratio)),
        ]
    label = formatting.sentence_case(str(opened.figure.label))
    return [
        number("value", in_unit(opened, label, lambda row: row.record.value)),
        number(SHARE, share(_("% of the whole"), lambda row: row.record.share)),
    ]


def in_unit(opened: Explanation, label: str, value: Any) -> LineColumn:
    """In the unit of the page's records."""
    if opened.figure.unit == Unit.CNY:
        return amount(label, value, form="precise")
    return LineColumn(label, value, formatting.unit_name(opened.figure.unit, "precise"), Fraction(1))


def _of_origin() -> tuple[LineColumn, ...]:
    """The source, or who reported it, or what it rests on, in words."""

    def source(row: RecordRow) -> Any:
        return row.origin and row.origin.source

    def said(row: RecordRow) -> Any:
        if found := source(row):
            return found.publisher
        return row.reported or (row.origin and row.origin.basis and Basis(row.origin.basis).label)

    head = _("Where it comes from")
    return (
        text(head, said),
        text(_("Published on"), lambda row: source(row) and source(row).published_on),
        text(_("%(label)s, address") % {"label": head}, lambda row: source(row) and source(row).link),
        text(_("%(label)s, code") % {"label": _("Basis")}, lambda row: row.origin and row.origin.basis),
    )


def _of_change() -> tuple[LineColumn, ...]:
    def changed(name: str) -> Any:
        return lambda row: row.origin and row.origin.revision and getattr(row.origin, name)

    when = changed("changed_at")
    return (
        text(_("Last changed"), lambda row: when(row) and formatting.minute(when(row))),
        text(_("Known on"), changed("known_before")),
        text(_("Changed by"), changed("changed_by")),
    )
