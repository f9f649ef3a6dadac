"""Breakdown of a list by sector, prefecture or direction: a table with a row and a bar for each key, and the total."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.models import Prefecture
from projects.pages import formatting, links
from projects.pages.column_order import known_of
from projects.pages.figure_display import coverage_of, made_up, rests_on_illustrative
from projects.pages.line_order import in_order
from projects.pages.project_columns import disbursed_label
from projects.pages.sort_heads import SortColumn
from projects.pages.table_columns import coverage, of_figure, share, text
from projects.pages.table_files import PageTable, TableHead, table_heads, table_of_lines
from projects.pagination import both_ways
from projects.totals.dimensions import NONE
from projects.totals.pace import difference
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row

from ..charts.bars import Bullet, bullet
from ..charts.prefecture_map import PROGRESS
from ..charts.value_box import ValueBox
from . import findings

COMPARED = ("share", "both_known", "gap")  # columns that an open month withholds
COLUMNS = ("name", "projects", "investment", "investment_known", "plan", "plan_known", "disbursed", *COMPARED)
ORDERS = both_ways(COLUMNS)


@dataclass(frozen=True)
class BreakdownRow:
    """A key with its figures; `gap` is to the pro-rata plan, as a share of 1."""

    row: Row
    url: str
    gap: Fraction | None
    bar: Bullet | None = None

    @property
    def plans_url(self) -> str:
        """Return where the gap is explained, against each plan."""
        return f"{links.explaining(self.row, Measure.DISBURSED)}#plans"


@dataclass(frozen=True)
class Breakdown:
    """`finding` is its title in words; a `narrow` one has no column of gaps; `file` is what its files hold."""

    head: TableHead
    rows: list[BreakdownRow]
    total: BreakdownRow
    caption: str
    finding: str
    elapsed: Fraction | None
    narrow: bool
    file: PageTable


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
    """Return the table `name` of one dimension, ordered by the parameter `sort_NAME`; `place` is the id of its section.

    `page` returns the address of a key. Raises `ValidationError` for an unknown column.
    """
    elapsed = answer.year_elapsed
    longest = max((amount or 0 for row in answer.rows for amount in _bar_amounts(row)), default=0)
    caption = _(
        "%(name)s, %(unit)s; percentages are of the plans of the list entries that have both a plan and a report"
    ) % {"name": title, "unit": formatting.money_unit("table")}
    if not scope.is_comparable:
        values = {"caption": caption, "month": formatting.month_name(scope.last_month)}
        caption = (
            _("%(caption)s; amounts are of all projects, also of those without an approved report of %(month)s")
            % values
        )
    rows = [
        BreakdownRow(
            row,
            links.records(row.parameters) if row.key == NONE else page(str(row.key)),
            difference(row.progress, elapsed),
            _build_bar(row, elapsed, longest),
        )
        for row in answer.rows
    ]
    total = BreakdownRow(whole, "", difference(whole.progress, elapsed))
    columns = _build_columns(scope, elapsed, head=head, narrow=narrow)
    table = table_of_lines(
        name,
        title,
        columns,
        rows,
        total=total if rows else None,
        note=caption,
        otherwise=[column for column in COMPARED if column not in {each.name for each in columns}],
    )
    tables = in_order(request, {name: table})
    table_head = table_heads(request, tables, **{name: place})[name]
    return Breakdown(
        head=table_head,
        rows=list(table_head.lines),
        total=total,
        caption=caption,
        finding=finding,
        elapsed=elapsed,
        narrow=narrow,
        file=tables[name],
    )


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
        finding=findings.together(
            [findings.largest(answer, whole, Measure.TOTAL_INVESTMENT), findings.furthest(answer)]
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
        finding=findings.together(
            [
                findings.furthest(answer) if measure == PROGRESS else findings.largest(answer, whole, measure),
                findings.without_projects(empty) if not scope.filters else "",
            ]
        ),
    )


def prefectures_without_projects(prefectures: list[Prefecture], answer: Answer) -> list[str]:
    keys = {row.key for row in answer.rows}
    return [prefecture.name for prefecture in prefectures if prefecture.adcode not in keys]


def _build_columns(scope: Scope, elapsed: Fraction | None, *, head: str, narrow: bool) -> list[SortColumn]:
    share_name, both_name, gap_name = COMPARED if scope.is_comparable else ("", "", "")

    def figure(name: str, label: str, measure: Measure) -> SortColumn:
        return SortColumn(name, label, numeric=True, in_files=(of_figure(label, measure, _row_of),))

    def known(name: str, label: str, of: str, measure: Measure) -> SortColumn:
        return SortColumn(name, label, kind="cov", in_files=coverage(of, measure, _row_of), by=known_of(measure))

    with_data, investment, plan, of_plan = _("with data"), _("Total investment"), _("Annual plan"), _("% of plan")
    points = _("Gap, percentage points")
    code = text(_("%(label)s, code") % {"label": head}, lambda line: line.row.key)
    gap = SortColumn(gap_name, points, numeric=True, in_files=(share(points, lambda line: line.gap),))
    return [
        SortColumn("name", head, in_files=(text(head, lambda line: line.row.name), code)),
        figure("projects", _("Projects"), Measure.PROJECT_COUNT),
        figure("investment", investment, Measure.TOTAL_INVESTMENT),
        known("investment_known", with_data, investment, Measure.TOTAL_INVESTMENT),
        figure("plan", plan, Measure.PLANNED_DISBURSEMENT),
        known("plan_known", with_data, plan, Measure.PLANNED_DISBURSEMENT),
        figure("disbursed", disbursed_label(scope), Measure.DISBURSED),
        figure(share_name, of_plan, Measure.DISBURSED_OF_PLAN),
        known(both_name, _("with both"), of_plan, Measure.DISBURSED_OF_PLAN),
        *([] if narrow else [gap]),
        SortColumn("", _("Plan and disbursed"), kind="barcol s" if narrow else "barcol"),
    ]


def _row_of(line: BreakdownRow) -> Row:
    return line.row


def _bar_amounts(row: Row) -> tuple[int | None, int | None]:
    """Return plan and disbursement; in an open month those of the records that have both."""
    if not row.compares:
        both = row.figures[Measure.DISBURSED_OF_PLAN]
        return both.below, both.value
    return row.figures[Measure.PLANNED_DISBURSEMENT].value, row.figures[Measure.DISBURSED].value


def _build_bar(row: Row, elapsed: Fraction | None, longest: int) -> Bullet | None:
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
    return bullet(
        label=_("%(name)s: %(amounts)s %(unit)s") % values,
        url=links.opening(row, opened if row.compares else Measure.DISBURSED_OF_PLAN),
        plan=plan,
        done=done,
        elapsed=elapsed if row.progress is not None else None,
        longest=longest,
        illustrative=bool(rests_on_illustrative(row, Measure.DISBURSED)),
        box=ValueBox(
            row.name,
            (
                (_("Disbursed"), "" if done is None else formatting.money(done)),
                (
                    _("Annual plan") if row.compares else _("Their annual plan"),
                    "" if plan is None else formatting.money(plan),
                ),
                (_("% of plan"), formatting.percent(share_of_plan.ratio)),
                (_("Gap, percentage points"), formatting.points(difference(row.progress, elapsed))),
                (_("with both"), coverage_of(share_of_plan)),
            ),
            formatting.clauses([formatting.money_unit("table"), made_up(row, Measure.DISBURSED)]),
        ),
    )
