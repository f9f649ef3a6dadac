"""A breakdown as a table: a line for each key with its figures, its progress and its bar, and the whole below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.pages import formatting, links
from projects.pages.figure_display import coverage_of, made_up, rests_on_illustrative
from projects.pages.project_columns import disbursed_label
from projects.pages.sort_heads import SortHead
from projects.pages.table_files import PageTable, file_links, table_of_lines
from projects.totals.dimensions import NONE
from projects.totals.pace import difference
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row

from ...charts.bars import Bullet, bullet
from ...charts.value_box import ValueBox
from .table_order import TableOrder, columns_of_breakdown


@dataclass(frozen=True)
class BreakdownRow:
    """One key: the row of its figures, where its name leads, its gap to the pro-rata plan in points, and its bar."""

    row: Row
    url: str
    points: str
    bar: Bullet | None


@dataclass(frozen=True)
class BreakdownTable:
    """`heads` order it by their columns, `finding` states what it comes to; `narrow` is without the column of gaps."""

    heads: list[SortHead]
    caption: str
    finding: str
    elapsed: str
    rows: list[BreakdownRow]
    whole: Row
    points: str  # the gap of the whole
    narrow: bool
    is_ordered: bool  # as the reader asked for
    file: PageTable  # the same as files have it, and where they are
    files: list[links.PageLink]


def table(
    scope: Scope,
    answer: Answer,
    whole: Row,
    order: TableOrder,
    *,
    head: str,
    name: str,
    page: Callable[[str], str],
    finding: str,
    narrow: bool = False,
) -> BreakdownTable:
    """The table of one dimension. `page` leads to a key's own page; records without one lead to their list."""
    longest = max((amount or 0 for row in answer.rows for amount in _amounts(row)), default=0)
    caption = _(
        "%(name)s, %(unit)s; percentages are of the plans of the list entries that have both a plan and a report"
    ) % {"name": name, "unit": formatting.money_unit("table")}
    if not scope.is_comparable:
        values = {"caption": caption, "month": formatting.month_name(scope.last_month)}
        caption = (
            _("%(caption)s; amounts are of all projects, also of those without an approved report of %(month)s")
            % values
        )
    lines = _Lines(page, longest, answer.year_elapsed)
    found = [lines.line(row) for row in answer.rows]
    rows = order.rows(found, compares=scope.is_comparable)
    columns = columns_of_breakdown(
        head=head, disbursed=disbursed_label(scope), compares=scope.is_comparable, elapsed=answer.year_elapsed
    )[: -1 if narrow else None]
    total = BreakdownRow(whole, "", "", None) if rows else None
    return BreakdownTable(
        heads=order.heads(columns, compares=scope.is_comparable, narrow=narrow),
        file=table_of_lines(order.name, name, columns, rows, total=total, note=caption),
        files=file_links(order.request, order.name) if rows else [],
        caption=caption,
        finding=finding,
        elapsed=formatting.percent(answer.year_elapsed, 0),
        rows=rows,
        whole=whole,
        points=formatting.points(difference(whole.progress, answer.year_elapsed)),
        narrow=narrow,
        is_ordered=order.is_asked,
    )


def _amounts(row: Row) -> tuple[int | None, int | None]:
    """Plan and disbursement as bars draw them; in an open month both of the records that have both."""
    if not row.compares:
        both = row.figures[Measure.DISBURSED_OF_PLAN]
        return both.below, both.value
    return row.figures[Measure.PLANNED_DISBURSEMENT].value, row.figures[Measure.DISBURSED].value


def _drawn(row: Row, done: int | None) -> str:
    """The figure to whose records a bar leads."""
    if not row.compares:
        return Measure.DISBURSED_OF_PLAN
    return Measure.DISBURSED if done is not None else Measure.PLANNED_DISBURSEMENT


class _Lines:
    """Makes the lines of one table: what all of them say alike is looked up once."""

    def __init__(self, page: Callable[[str], str], longest: int, elapsed: Fraction | None) -> None:
        self.page, self.longest, self.elapsed = page, longest, elapsed
        self.unit, self.exact_unit = formatting.money_unit("headline"), formatting.money_unit("table")
        self.disbursed, self.planned = _("disbursed %(amount)s"), _("planned %(amount)s")
        self.label = _("%(name)s: %(amounts)s %(unit)s")
        self.done, self.plan, self.their_plan = _("Disbursed"), _("Annual plan"), _("Their annual plan")
        self.share, self.gap, self.both = _("% of plan"), _("Gap, percentage points"), _("with both")

    def line(self, row: Row) -> BreakdownRow:
        url = links.records(row.parameters) if row.key == NONE else self.page(str(row.key))
        gap = formatting.points(difference(row.progress, self.elapsed))
        return BreakdownRow(row, url, gap, self._bullet(row, gap))

    def _bullet(self, row: Row, gap: str) -> Bullet | None:
        plan, done = _amounts(row)
        if plan is None and done is None:
            return None
        known = [
            self.disbursed % {"amount": formatting.money(done, "headline")} if done is not None else "",
            self.planned % {"amount": formatting.money(plan, "headline")} if plan is not None else "",
        ]
        values = {"name": row.name, "amounts": formatting.clauses(known), "unit": self.unit}
        return bullet(
            label=self.label % values,
            url=links.opening(row, _drawn(row, done)),
            plan=plan,
            done=done,
            elapsed=self.elapsed if row.progress is not None else None,
            longest=self.longest,
            illustrative=bool(rests_on_illustrative(row, Measure.DISBURSED)),
            box=self._box(row, plan, done, gap),
        )

    def _box(self, row: Row, plan: int | None, done: int | None, gap: str) -> ValueBox:
        share = row.figures[Measure.DISBURSED_OF_PLAN]
        return ValueBox(
            row.name,
            (
                (self.done, "" if done is None else formatting.money(done)),
                (self.plan if row.compares else self.their_plan, "" if plan is None else formatting.money(plan)),
                (self.share, formatting.percent(share.ratio)),
                (self.gap, gap),
                (self.both, coverage_of(share)),
            ),
            formatting.clauses([self.exact_unit, made_up(row, Measure.DISBURSED)]),
        )
