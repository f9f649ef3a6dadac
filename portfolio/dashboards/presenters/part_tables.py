"""The small tables of a part's page: its months, and its rates beside those of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.exports.columns import LineColumn
from projects.pages.line_order import named
from projects.pages.plain_columns import money, share, words
from projects.pages.sort_heads import SortColumn
from projects.pages.table_columns import coverage
from projects.pages.table_files import PageTable, table_of_lines
from projects.totals.pace import difference
from projects.totals.totals import Row

from .comparison import Rate
from .programme_list import Whole

_RATES = ("rate", "part", "whole", "points")  # an open month compares with nothing


def table_of_months(rows: Sequence[Row]) -> PageTable:
    label = _("In the month")
    columns = [
        words(_("Month"), attrgetter("key")),
        money(label, lambda row: row.figures[Measure.DISBURSED].value, figure=Measure.DISBURSED.value),
        SortColumn("", _("with data"), kind="cov", in_files=coverage(label, Measure.DISBURSED, lambda row: row)),
    ]
    sortable = named(columns, "month", "disbursed", "known")
    return table_of_lines("months", _("Disbursed month by month"), sortable, rows)


def table_of_rates(found: Sequence[Rate], name: str, beside: Whole) -> PageTable:
    columns = [words(_("Rate"), attrgetter("label")), _rate(name, 0, attrgetter("part_of"))]
    if beside.compares:
        points = share(_("Difference, percentage points"), lambda rate: difference(*rate.shares))
        columns += [_rate(beside.head, 1, attrgetter("whole_of")), points]
    return table_of_lines(
        "rates", beside.rates_title, named(columns, *_RATES[: len(columns)]), found, otherwise=_RATES[len(columns) :]
    )


def _rate(name: str, place: int, display: Any) -> SortColumn:
    """A rate, and of how many records it is."""
    rate = share(name, lambda line: line.shares[place])
    values = {"figure": name}
    known = LineColumn(_("%(figure)s: projects with data") % values, lambda line: display(line).known)
    of = LineColumn(_("%(figure)s: of projects") % values, lambda line: display(line).of)
    return rate._replace(in_files=(*rate.in_files, known, of))
