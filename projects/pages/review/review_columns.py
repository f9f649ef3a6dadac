"""The columns of the queue of a month's review, for its page and its files."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from types import SimpleNamespace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Light
from projects.exports.columns import Cell
from projects.pages import formatting
from projects.pages.plain_columns import money, share, words
from projects.pages.sort_heads import SortColumn
from projects.pages.table_columns import coded, of_project
from projects.pages.table_files import cells_of

from .review_rows import ReviewLine


def columns_of_review(month: int) -> list[SortColumn]:
    """In the order of the page, which has a box to choose by before them and a link after them."""
    last = formatting.month_name(month - 1) if month > 1 else _("Last month")
    return [
        SortColumn("", _("Project"), kind="name", in_files=of_project(attrgetter("project"))),
        money(last, attrgetter("line.last")),
        money(formatting.month_name(month), attrgetter("line.now")),
        money(pgettext("review", "Change"), attrgetter("line.change")),
        share(_("% of the month's plan"), attrgetter("line.month_share"), kind="far"),
        money(_("Year to date"), attrgetter("line.year_to_date")),
        share(_("% of plan"), attrgetter("line.share")),
        share(_("Gap to the pro-rata plan, percentage points"), attrgetter("line.gap"), kind="far"),
        SortColumn(
            "",
            _("Light"),
            in_files=(
                *coded(_("Light before"), attrgetter("waiting.before"), kind=Light),
                *coded(_("Light"), attrgetter("waiting.after"), kind=Light),
            ),
        ),
        words(_("Hints"), attrgetter("hints")),
    ]


def total_of_review(columns: Sequence[SortColumn], foot: ReviewLine) -> list[Cell]:
    """The sums of all that wait, below their columns."""
    sums = SimpleNamespace(line=foot)
    amounts = {each.label for column in columns if column.numeric for each in column.in_files}
    cells: list[Cell] = [each.cell(sums) if each.label in amounts else None for each in cells_of(columns)]
    return [_("Total"), *cells[1:]]
