"""Columns of a page's table in files: words with their code beside, amounts and shares as exact values."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum
from fractions import Fraction
from functools import partial
from typing import Any

from django.db.models import Field, Model
from django.utils.translation import gettext as _

from projects.choices import Measure, Unit
from projects.exports.columns import LineColumn
from projects.models.fields import AmountField
from projects.periods import partial_dates
from projects.totals.figures import FIGURES
from projects.totals.totals import FigureValue, Row

from . import formatting

Value = Callable[[Any], Any]
_HUNDREDTH = Fraction(1, 100)


def text(label: str, value: Value) -> LineColumn:
    return LineColumn(label, value)


def coded(label: str, value: Value, *, kind: Any = None) -> tuple[LineColumn, LineColumn]:
    """A choice in words, and beside it the code that programs know it by."""

    def words(line: Any) -> str:
        code = value(line)
        return "" if not code else str((code if isinstance(code, Enum) or kind is None else kind(code)).label)

    return LineColumn(label, words), LineColumn(_("%(label)s, code") % {"label": label}, value)


def of_project(project_of: Value) -> tuple[LineColumn, LineColumn, LineColumn]:
    """The project of a line: its name, its prefecture, its code."""
    return (
        text(_("Project"), lambda line: project_of(line).name),
        text(_("Prefecture"), lambda line: project_of(line).prefecture and project_of(line).prefecture.name),
        text(_("Project code"), lambda line: project_of(line).code),
    )


def of_record(
    model: type[Model], record_of: Value, *, without: Collection[str] = (), called: str = "%(label)s"
) -> list[LineColumn]:
    """What a record says in each of its own fields that `without` does not name, in their order, `called` so."""
    dates = partial_dates(model)
    left_out = {*without, *(f"{name}_precision" for name in dates)}
    fields = [each for each in model._meta.concrete_fields if not each.primary_key and each.name not in left_out]
    return [
        column
        for each in fields
        for column in _of_field(
            each,
            called % {"label": formatting.sentence_case(str(each.verbose_name))},
            partial(_said, record_of, dates.get(each.name, each.name)),
        )
    ]


def _said(record_of: Value, name: str, line: Any) -> Any:
    return getattr(record_of(line), name)


def _of_field(field: Field, label: str, value: Value) -> tuple[LineColumn, ...]:
    code_label = _("%(label)s, code") % {"label": label}
    if isinstance(field, AmountField):
        return (amount(label, value),)
    if field.choices:
        words = dict(field.flatchoices)
        return text(label, lambda line: str(words.get(value(line), ""))), text(code_label, value)
    name_of = text(label, lambda line: None if value(line) is None else str(value(line)))
    if hasattr(field.related_model, "code"):
        return name_of, text(code_label, lambda line: getattr(value(line), "code", None))
    return (name_of,)


def amount(label: str, value: Value, *, form: str = "table", figure: str = "") -> LineColumn:
    """CNY in the unit of a form of the page."""
    return LineColumn(label, value, formatting.money_unit(form), Fraction(formatting.unit_of(form)), figure)


def share(label: str, value: Value, *, figure: str = "") -> LineColumn:
    """A share of 1 in per cent, or a difference of two in points, as its label says."""
    return LineColumn(label, value, divisor=_HUNDREDTH, figure=figure)


def of_figure(label: str, measure: Measure, row_of: Callable[[Any], Row | None]) -> LineColumn:
    """A figure of the row that a line has."""

    def value(line: Any) -> Any:
        row = row_of(line)
        return None if row is None else value_of(row.figures[measure])

    if FIGURES[measure].ratio:
        return share(label, value, figure=measure.value)
    if measure.unit == Unit.CNY:
        return amount(label, value, figure=measure.value)
    return LineColumn(label, value, figure=measure.value)


def value_of(figure: FigureValue) -> int | Fraction | None:
    """Of a ratio the share, None where that is withheld."""
    return figure.ratio if FIGURES[figure.name].ratio else figure.value


def coverage(label: str, measure: Measure, row_of: Callable[[Any], Row | None]) -> tuple[LineColumn, LineColumn]:
    """How many have a figure, and of how many: two numbers, since spreadsheets take 5/12 for a day of December."""

    def number(name: str) -> Value:
        def value(line: Any) -> Any:
            row = row_of(line)
            return None if row is None else getattr(row.figures[measure], name)

        return value

    values = {"figure": label}
    return (
        LineColumn(_("%(figure)s: projects with data") % values, number("known")),
        LineColumn(_("%(figure)s: of projects") % values, number("of")),
    )
