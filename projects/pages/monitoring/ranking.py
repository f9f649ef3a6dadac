"""`/league/`: the ranking of sectors, prefectures or chain links by the share of the year's plan that is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Basis, Measure
from projects.monitoring.ranking import OpenPlace, Place, league, league_of_open_month
from projects.totals.figures import FIGURES as ALL_FIGURES
from projects.totals.figures import USUAL
from projects.totals.results import Row
from projects.totals.scope import Scope
from projects.totals.totals import Answer, breakdowns

from .. import formatting, links
from ..decorators import one_of, page
from ..downloads import table_download
from ..figure_display import share_of_plan
from ..parameters import reads
from ..project_list import disbursed_label
from ..tables import (
    FIELDS,
    FILES,
    Column,
    NumberColumn,
    PointsColumn,
    ShareColumn,
    Table,
    coverage_columns,
    figure_column,
    known_columns,
)
from .tabs import get_tab_context

BY = ("sector", "prefecture", "chain_link")
FIGURES = (
    Measure.PROJECT_COUNT.value,
    Measure.PLANNED_DISBURSEMENT.value,
    Measure.DISBURSED.value,
    Measure.DISBURSED_OF_PLAN.value,
)
OF_ROUND = (Measure.STARTED_COUNT.value, Measure.REPORTS_MISSING.value)
OPEN_FIGURES = (*FIGURES, Measure.REPORTS_APPROVED.value)
EVERY_FIGURE = (*USUAL, Measure.FORECAST.value)
USUAL_ORDER = "rank"
# columns that one of the two rankings has alone
CLOSED_ORDERS, OPEN_ORDERS = (
    ("projects", "plan_known", "started", "start_rate", "missing"),
    ("approved", "held", "earlier"),
)
GROUPS = REAL, ILLUSTRATIVE, UNRANKED = ("real", "illustrative", "unranked")  # in their order, which every order keeps


@dataclass(frozen=True)
class RankedRow:
    """A row of a ranking; `compared` are the figures that it is ranked by: in an open month of those that have reported."""

    place: Place | OpenPlace
    compared: Row | None
    share: Fraction | None
    gap_share: Fraction | None
    is_comparable: bool = True

    @property
    def name(self) -> str:
        return self.place.row.name

    @property
    def group(self) -> str:
        if self.place.rank is None:
            return UNRANKED
        return ILLUSTRATIVE if self.place.is_illustrative else REAL


class Ranking(NamedTuple):
    """The rows of a ranking in their usual order, with all of them together, and by basis."""

    rows: list[RankedRow]
    total: RankedRow | None
    columns: list[Column]
    basis: Answer
    elapsed: str


@page
@reads("by", "sort", *FILES, fields=("all",))
def league_table(request: HttpRequest) -> HttpResponse:
    """The rows of one breakdown in their order; those with too few plans and reports come last, without a rank."""
    scope = Scope.from_request(request)
    by = one_of(request, "by", BY)
    build_ranking = _rank_closed_months if scope.is_comparable else _rank_open_month
    ranking = build_ranking(scope, by, every_field=FIELDS in request.GET)
    rows = ranking.rows
    table = Table(
        request,
        "league",
        _get_head(by),
        [*ranking.columns, *_get_other_columns(ranking.columns)],
        rows,
        usual=USUAL_ORDER,
        extra_orders=OPEN_ORDERS if scope.is_comparable else CLOSED_ORDERS,
        total=ranking.total,
    )
    table.records = sorted(table.records, key=lambda row: GROUPS.index(row.group))
    if file := table_download(request, scope, [table]):
        return file
    ranked = {group: [row for row in rows if row.group == group] for group in GROUPS}
    values = {
        "count": formatting.count(len(ranked[REAL]) + len(ranked[ILLUSTRATIVE])),
        "of": formatting.count(len(rows)),
    }
    context = get_tab_context(request, scope, "league", basis=ranking.basis) | {
        "lede": formatting.sentences(
            [
                "" if scope.is_comparable else _("%(count)s of %(of)s can be compared.") % values,
                _get_finding(ranked[REAL]),
                _get_finding(ranked[ILLUSTRATIVE]),
            ]
        ),
        "switches": [links.PageLink(_get_label(name), links.same_page(request, by=name), name == by) for name in BY],
        "head": _get_head(by),
        "table": table,
        "files": table.files,
        "is_open": not scope.is_comparable,
        "single_month": scope.is_single_month,
        "elapsed": ranking.elapsed,
        "month": formatting.month_name(scope.last_month) if scope.last_month else "",
    }
    return render(request, "rounds/league.html", context)


def _rank_closed_months(scope: Scope, by: str, *, every_field: bool) -> Ranking:
    figures = (*(EVERY_FIGURE if every_field else FIGURES), *OF_ROUND)
    answers = breakdowns(scope, None, by, "basis", compared=False, figures=figures)

    def get_row(place: Place) -> RankedRow:
        return RankedRow(place, place.row, place.share, place.gap_share)

    total = get_row(replace(league(answers[None])[0], rank=None))  # alone it is ranked among nobody
    elapsed = formatting.percent(answers[None].year_elapsed)
    return Ranking(
        [get_row(each) for each in league(answers[by])], total, _get_columns(scope, by), answers["basis"], elapsed
    )


def _rank_open_month(scope: Scope, by: str, *, every_field: bool) -> Ranking:
    """Rank those with a plan by those alone that have reported, where they hold enough of the plan."""
    figures = (*EVERY_FIGURE, Measure.REPORTS_APPROVED.value) if every_field else OPEN_FIGURES
    every = breakdowns(scope, None, by, "basis", compared=False, figures=figures)
    approved = breakdowns(scope.like_for_like(), None, by, compared=False, illustrative=True, figures=OPEN_FIGURES)
    earlier = breakdowns(scope.last_shown, None, by, compared=False, figures=OPEN_FIGURES)
    rows = [
        RankedRow(place, place.approved, place.share, place.gap_share, is_comparable=place.is_comparable)
        for place in league_of_open_month(every[by], approved[by], earlier[by])
    ]
    total = None
    for place in league_of_open_month(every[None], approved[None], earlier[None]):  # none where no report is required
        share = place.approved.progress if place.approved else None  # however little of the plan they hold
        is_comparable = share is not None or place.is_comparable
        place = replace(place, rank=None)
        total = RankedRow(place, place.approved, share, place.approved_gap, is_comparable=is_comparable)
    elapsed = formatting.percent(approved[None].year_elapsed)
    return Ranking(rows, total, _get_open_columns(scope, by, elapsed), every["basis"], elapsed)


# columns


class RankColumn(NumberColumn):
    numeric = False  # first upwards


def _get_first_columns(by: str) -> list[Column]:
    return [
        RankColumn(name="rank", label=_("Rank"), value=lambda row: row.place.rank, unknown=_("not ranked"), css="c"),
        Column(
            name="name",
            label=_get_head(by),
            value=lambda row: row.name,
            url=lambda row: links.opening(row.place.row, Measure.PROJECT_COUNT),
            template="rounds/_cell_place.html",
        ),
        Column(
            label=_("Ranked among"),
            value=lambda row: str(Basis.ILLUSTRATIVE.label) if row.group == ILLUSTRATIVE else "",
            on_page=False,
        ),
    ]


def _get_columns(scope: Scope, by: str) -> list[Column]:
    coverage = "rounds/_cell_coverage.html"

    def get_row(row: RankedRow) -> Row | None:
        return row.compared

    def figure(name: str, measure: Measure, label: str = "") -> Column:
        return figure_column(measure, get_row, label=label, name=name, template="rounds/_cell_figure.html")

    return [
        *_get_first_columns(by),
        figure("projects", Measure.PROJECT_COUNT),
        figure("disbursed", Measure.DISBURSED, disbursed_label(scope)),
        figure("plan", Measure.PLANNED_DISBURSEMENT),
        *coverage_columns("plan_known", _("with data"), Measure.PLANNED_DISBURSEMENT, get_row, template=coverage),
        figure("share", Measure.DISBURSED_OF_PLAN),
        *coverage_columns("both_known", _("with both"), Measure.DISBURSED_OF_PLAN, get_row, template=coverage),
        PointsColumn(
            name="gap",
            label=_("Gap to the pro-rata plan, percentage points"),
            value=lambda row: row.gap_share,
            url=lambda row: f"{links.explaining(row.compared, Measure.DISBURSED)}#plans",
            css="far",
            template="rounds/_cell_gap.html",
        ),
        figure("started", Measure.STARTED_COUNT, _("Started")),
        ShareColumn(
            name="start_rate",
            label=_("Start rate, %"),
            value=lambda row: row.place.start_rate,
            url=lambda row: links.explaining(row.place.row, Measure.STARTED_COUNT),
            template="rounds/_cell_rate.html",
        ),
        figure("missing", Measure.REPORTS_MISSING),
    ]


def _get_open_columns(scope: Scope, by: str, elapsed: str) -> list[Column]:
    last = scope.last_shown.last_month
    approved, of_plan = pgettext("reports", "Approved"), Measure.DISBURSED_OF_PLAN.header
    template = "rounds/_cell_compared.html"

    def get_row(row: RankedRow) -> Row | None:
        return row.compared

    def get_whole(row: RankedRow) -> Row:
        return row.place.row

    return [
        *_get_first_columns(by),
        figure_column(
            Measure.REPORTS_APPROVED, get_whole, label=approved, name="approved", template="rounds/_cell_approved.html"
        ),
        known_columns(approved, Measure.REPORTS_APPROVED, get_whole)[1],
        ShareColumn(
            name="held",
            label=_("They hold of the plan, %"),
            under=_("compared from %(least)s") % {"least": settings.LEAST_COMPARED_PERCENT},
            value=lambda row: row.place.held,
            url=lambda row: links.explaining(row.place.row, Measure.PLANNED_DISBURSEMENT),
            template="rounds/_cell_rate.html",
        ),
        figure_column(
            Measure.PLANNED_DISBURSEMENT, get_row, label=_("Their annual plan"), name="plan", template=template
        ),
        figure_column(Measure.DISBURSED, get_row, label=disbursed_label(scope), name="disbursed", template=template),
        ShareColumn(
            name="share",
            label=of_plan,
            value=lambda row: row.share,
            url=lambda row: links.explaining(row.compared, Measure.DISBURSED_OF_PLAN),
            template=template,
        ),
        *coverage_columns("both_known", _("with both"), Measure.DISBURSED_OF_PLAN, get_row, template=template),
        PointsColumn(
            name="gap",
            label=_("Gap to the pro-rata plan, percentage points"),
            value=lambda row: row.gap_share,
            url=lambda row: links.explaining(row.compared, Measure.DISBURSED),
            css="far",
            under=elapsed,
            template=template,
        ),
        PointsColumn(
            name="earlier",
            label=_("All projects, %(months)s, percentage points")
            % {"months": formatting.short_months(1, last) if last else ""},
            value=lambda row: row.place.earlier,
            url=lambda row: links.explaining(row.place.before, Measure.DISBURSED) if row.place.before else "",
            css="far",
        ),
    ]


def _get_other_columns(columns: Sequence[Column]) -> list[Column]:
    """Return the columns of the figures of the rows that the page does not show, each with how many have it."""
    shown = {column.figure for column in columns}
    covered = {column.figure for column in columns if column.css == "cov"}

    def get_row(row: RankedRow) -> Row:
        return row.place.row

    found: list[Column] = []
    for name in EVERY_FIGURE:
        measure = Measure(name)
        label = formatting.sentence_case(str(ALL_FIGURES[name].label))
        if name not in shown:
            found.append(figure_column(measure, get_row, label=label, on_page=False, every_field=True))
        if name not in covered:
            found += known_columns(label, measure, get_row, every_field=True)
    return found


def _get_label(by: str) -> str:
    return {"sector": _("By sector"), "prefecture": _("By prefecture"), "chain_link": _("By chain link")}[by]


def _get_head(by: str) -> str:
    return {"sector": _("Sector"), "prefecture": _("Prefecture"), "chain_link": _("Chain link")}[by]


def _get_finding(ranked: Sequence[RankedRow]) -> str:
    """Return who leads and who comes last, by the figures that are compared; empty where there is nothing to compare."""
    if len(ranked) < 2:
        return ""
    first, last = ranked[0], ranked[-1]
    return _("%(first)s has completed the largest share of its plan, %(most)s; %(last)s the smallest, %(least)s.") % {
        "first": formatting.listing([row.name for row in ranked if row.place.rank == first.place.rank]),
        "most": share_of_plan(first.compared),
        "last": formatting.listing([row.name for row in ranked if row.place.rank == last.place.rank]),
        "least": share_of_plan(last.compared),
    }
