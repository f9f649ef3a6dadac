"""Columns of tables that stand in one order: the head of each, and what files have of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from projects.choices import Basis
from projects.exports.columns import LineColumn
from projects.models import Source

from . import table_columns
from .sort_heads import SortColumn
from .table_columns import Value


class OneOf(NamedTuple):
    """A line of a table for one of several that are said together, with what they are about."""

    about: Any
    said: Any


def words(label: str, value: Value, *more: LineColumn, kind: str = "", under: str = "") -> SortColumn:
    """A text; `more` is what files have beside it."""
    return SortColumn("", label, kind=kind, under=under, in_files=(table_columns.text(label, value), *more))


def choice(label: str, value: Value, kind_of: Any = None) -> SortColumn:
    """A choice in words, in files with its code beside."""
    return SortColumn("", label, in_files=table_columns.coded(label, value, kind=kind_of))


def basis(value: Value) -> SortColumn:
    return choice(_("Basis"), value, Basis)


def count(label: str, value: Value, *, under: str = "") -> SortColumn:
    return SortColumn("", label, numeric=True, under=under, in_files=(LineColumn(label, value),))


def money(
    label: str, value: Value, *, kind: str = "", under: str = "", form: str = "table", figure: str = ""
) -> SortColumn:
    """An amount in CNY, which files have in the unit of a form of the page."""
    in_files = (table_columns.amount(label, value, form=form, figure=figure),)
    return SortColumn("", label, numeric=True, kind=kind, under=under, in_files=in_files)


def share(label: str, value: Value, *, kind: str = "", figure: str = "") -> SortColumn:
    """A share of 1 in per cent, or a difference of two in points, as its label says."""
    in_files = (table_columns.share(label, value, figure=figure),)
    return SortColumn("", label, numeric=True, kind=kind, in_files=in_files)


def number_and_unit(label: str, number: Value, unit: Value, *, as_said: Value | None = None) -> SortColumn:
    """Numbers of several units: files have the unit of each beside it, and how it was said."""
    said = (table_columns.text(_("%(label)s, as said") % {"label": label}, as_said),) if as_said else ()
    in_files = (LineColumn(label, number), *said, table_columns.text(_("Unit"), unit))
    return SortColumn("", label, numeric=True, in_files=in_files)


def source(source_of: Callable[[Any], Source | None], *more: LineColumn, said: Value | None = None) -> SortColumn:
    """Who published something, when, and where. `said` tells more than the publisher."""
    label = _("Source")

    def of(name: str) -> Value:
        return lambda line: getattr(source_of(line), name, None)

    published_on = table_columns.text(_("Published on"), of("published_on"))
    address = table_columns.text(_("%(label)s, address") % {"label": label}, of("link"))
    return words(label, said or of("publisher"), published_on, address, *more)
