"""Breakdown of a list by sector, prefecture or direction: a table with a row and a bar for each key, and the total."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.models import Prefecture
from projects.pages import formatting, links
from projects.pages.figure_display import (
    FigureDisplay,
    coverage_of,
    get_illustrative_words,
    rests_on_illustrative,
)
from projects.pages.project_list import disbursed_label
from projects.pages.tables import Column, PointsColumn, Table, coverage_columns, figure_column, illustrative_column
from projects.pagination import both_ways
from projects.totals.dimensions import NONE
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row

from ..charts.bars import Bullet
from ..charts.prefecture_map import PROGRESS
from ..charts.value_box import ValueBox
from . import findings

COMPARED = ("share", "both_known", "gap")
COLUMNS = ("name", "projects", "investment", "investment_known", "plan", "plan_known", "disbursed", *COMPARED)
ORDERS = both_ways(COLUMNS)
IN_SENTENCE = (
    Measure.PROJECT_COUNT,
    Measure.TOTAL_INVESTMENT,
    Measure.PLANNED_DISBURSEMENT,
    Measure.DISBURSED,
    Measure.DISBURSED_OF_PLAN,
)


@dataclass(frozen=True)
class BreakdownRow:
    """A key with its figures; `gap` is to the pro-rata plan, as a share of 1."""

    row: Row
    url: str
    gap: Fraction | None
    bar: Bullet | None = None


class Breakdown(NamedTuple):
    """`finding` is its title in words, `due` the share of their plans that is due in the months reported."""

    table: Table
    finding: str
    due: Fraction | None

    @property
    def only_row(self) -> BreakdownRow | None:
        """Return the row of a table that has no other: a sentence says as much."""
        records = self.table.records
        return records[0] if len(records) == 1 else None

    @property
    def only_figures(self) -> list[FigureDisplay]:
        return [FigureDisplay(self.only_row.row, name) for name in IN_SENTENCE] if self.only_row else []


def build_breakdown(
    request: HttpRequest,
    scope: Scope,
    answer: Answer,
    whole: Row,
    *,
    name: str,
    place: str,
    head: str,
    title: str,
    page: Callable[[str], str],
    finding: str,
    narrow: bool = False,
) -> Breakdown:
    """Return the table `name` of one dimension; `place` is the id of its section, `page` returns the address of a key.

    A `narrow` one has no column of gaps. Raises `ValidationError` for an unknown order.
    """
    longest = max((amount or 0 for row in answer.rows for amount in _bar_amounts(row)), default=0)
    caption = _(
        "%(name)s, %(unit)s; percentages are of the plans of the list entries that have both a plan and a report"
    ) % {"name": title, "unit": formatting.money_unit("table")}
    rows = [
        BreakdownRow(
            row,
            links.records(row.parameters) if row.key == NONE else page(str(row.key)),
            _get_gap(scope, row),
            _build_bar(scope, row, longest),
        )
        for row in answer.rows
    ]
    due = None if scope.is_single_month else whole.figures[Measure.DISBURSED_OF_PLAN].due_share
    table = Table(
        request,
        name,
        title,
        _build_columns(scope, head=head, narrow=narrow),
        rows,
        parameter=f"sort_{name}",
        extra_orders=COMPARED,
        total=BreakdownRow(whole, "", _get_gap(scope, whole)) if rows else None,
        caption=caption,
        css="tight" if narrow else "",
        note=caption,
        place=place,
        alone=False,
    )
    return Breakdown(table, finding, due)


def sector_breakdown(request: HttpRequest, scope: Scope, answer: Answer, whole: Row, *, place: str) -> Breakdown:
    return build_breakdown(
        request,
        scope,
        answer,
        whole,
        name="sectors",
        place=place,
        head=_("Sector"),
        title=_("By sector"),
        page=lambda key: links.in_programme("sector", key, year=scope.year),
        finding=findings.join_findings(
            [findings.largest_share(answer, whole, Measure.TOTAL_INVESTMENT), findings.progress_range(answer)]
        ),
    )


def prefecture_breakdown(
    request: HttpRequest,
    scope: Scope,
    answer: Answer,
    whole: Row,
    prefectures: list[Prefecture],
    measure: str,
    *,
    place: str,
    narrow: bool = False,
) -> Breakdown:
    """Return the table of prefectures; its finding is about the measure of the map."""
    empty = len(prefectures_without_projects(prefectures, answer))
    return build_breakdown(
        request,
        scope,
        answer,
        whole,
        name="prefectures",
        place=place,
        narrow=narrow,
        head=_("Prefecture"),
        title=_("By prefecture"),
        page=lambda key: links.in_programme("prefecture", key, year=scope.year),
        finding=findings.join_findings(
            [
                findings.progress_range(answer)
                if measure == PROGRESS
                else findings.largest_share(answer, whole, measure),
                findings.without_projects(empty) if not scope.filters else "",
            ]
        ),
    )


def prefectures_without_projects(prefectures: list[Prefecture], answer: Answer) -> list[str]:
    keys = {row.key for row in answer.rows}
    return [prefecture.name for prefecture in prefectures if prefecture.adcode not in keys]


def _build_columns(scope: Scope, *, head: str, narrow: bool) -> list[Column]:
    coverage = "dashboards/_coverage_cell.html"
    get_row = attrgetter("row")

    def figure(name: str, measure: Measure, label: str = "", **options: Any) -> Column:
        return figure_column(
            measure, get_row, label=label, name=name, template="dashboards/_figure_cell.html", **options
        )

    columns = [
        Column(
            name="name",
            label=head,
            value=attrgetter("row.name"),
            url=attrgetter("url"),
            template="dashboards/_key_cell.html",
        ),
        illustrative_column(get_row, IN_SENTENCE),
        figure("projects", Measure.PROJECT_COUNT),
        figure("investment", Measure.TOTAL_INVESTMENT),
        *coverage_columns("investment_known", _("with data"), Measure.TOTAL_INVESTMENT, get_row, template=coverage),
        figure("plan", Measure.PLANNED_DISBURSEMENT),
        *coverage_columns("plan_known", _("with data"), Measure.PLANNED_DISBURSEMENT, get_row, template=coverage),
        figure("disbursed", Measure.DISBURSED, disbursed_label(scope)),
        figure("share", Measure.DISBURSED_OF_PLAN),
        *coverage_columns("both_known", _("with both"), Measure.DISBURSED_OF_PLAN, get_row, template=coverage),
        PointsColumn(
            name="gap",
            label=_("Gap, percentage points"),
            value=attrgetter("gap"),
            template="dashboards/_gap_cell.html",
        ),
        Column(
            name="bar",
            label=_("Plan and disbursed"),
            value=attrgetter("bar"),
            css="barcol s" if narrow else "barcol",
            template="dashboards/_bar_cell.html",
            sortable=False,
            in_file=False,
        ),
    ]
    return [column for column in columns if not narrow or column.name != "gap"]


def _bar_amounts(row: Row) -> tuple[int | None, int | None]:
    """Return plan and disbursement."""
    return row.figures[Measure.PLANNED_DISBURSEMENT].value, row.figures[Measure.DISBURSED].value


def _get_gap(scope: Scope, row: Row) -> Fraction | None:
    return None if scope.is_single_month else row.gap_share


def _build_bar(scope: Scope, row: Row, longest: int) -> Bullet | None:
    plan, done = _bar_amounts(row)
    if plan is None and done is None:
        return None
    opened = Measure.PLANNED_DISBURSEMENT if done is None else Measure.DISBURSED
    amounts = [
        "" if done is None else _("disbursed %(amount)s") % {"amount": formatting.money(done, "headline")},
        "" if plan is None else _("planned %(amount)s") % {"amount": formatting.money(plan, "headline")},
    ]
    values = {"name": row.name, "amounts": formatting.clauses(amounts), "unit": formatting.money_unit("headline")}
    share_of_plan = row.figures[Measure.DISBURSED_OF_PLAN]
    return Bullet(
        label=_("%(name)s: %(amounts)s %(unit)s") % values,
        url=links.counted_address(row, opened),
        plan=plan,
        done=done,
        elapsed=None if scope.is_single_month else share_of_plan.due_share,
        longest=longest,
        illustrative=bool(rests_on_illustrative(row, Measure.DISBURSED)),
        box=ValueBox(
            row.name,
            (
                (Measure.DISBURSED.header, "" if done is None else formatting.money(done)),
                (
                    Measure.PLANNED_DISBURSEMENT.header,
                    "" if plan is None else formatting.money(plan),
                ),
                (Measure.DISBURSED_OF_PLAN.header, formatting.percent(share_of_plan.ratio)),
                (_("Gap, percentage points"), formatting.points(_get_gap(scope, row))),
                (_("with both"), coverage_of(share_of_plan)),
            ),
            formatting.clauses([formatting.money_unit("table"), get_illustrative_words(row, Measure.DISBURSED)]),
        ),
    )
