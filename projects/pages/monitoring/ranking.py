"""`/league/`: the ranking of sectors, prefectures or chain links by the share of the year's plan that is done."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Basis, Measure
from projects.monitoring.ranking import (
    GROUPS,
    ILLUSTRATIVE,
    REAL,
    Place,
    get_open_places,
    get_places,
    rank_places,
)
from projects.totals.figures import FIGURES as ALL_FIGURES
from projects.totals.figures import USUAL
from projects.totals.results import Row
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from .. import formatting, links
from ..decorators import get_choice_parameter, page
from ..downloads import table_download
from ..figure_display import share_of_plan
from ..parameters import accepts_parameters
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
    illustrative_column,
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


@page
@accepts_parameters("by", "sort", *FILES, fields=("all",))
def league_table(request: HttpRequest) -> HttpResponse:
    """The rows of one breakdown in their order; those with too few plans and reports come last, without a rank."""
    scope = Scope.from_request(request)
    by, every_field = get_choice_parameter(request, "by", BY), FIELDS in request.GET
    if scope.is_comparable:
        figures = (*(EVERY_FIGURE if every_field else FIGURES), *OF_ROUND)
        answers = breakdowns(scope, None, by, "basis", compared=False, figures=figures)
        places, totals = rank_places(get_places(answers[by])), get_places(answers[None])
        elapsed = formatting.percent(answers[None].year_elapsed)
        columns = _get_columns(scope, by)
    else:  # those with a plan are ranked by those alone that have reported
        figures = (*EVERY_FIGURE, Measure.REPORTS_APPROVED.value) if every_field else OPEN_FIGURES
        answers = breakdowns(scope, None, by, "basis", compared=False, figures=figures)
        approved = breakdowns(scope.like_for_like(), None, by, compared=False, illustrative=True, figures=OPEN_FIGURES)
        earlier = breakdowns(scope.last_shown, None, by, compared=False, figures=OPEN_FIGURES)
        places = rank_places(get_open_places(answers[by], approved[by], earlier[by]))
        totals = get_open_places(answers[None], approved[None], earlier[None], least_percent=0)
        elapsed = formatting.percent(approved[None].year_elapsed)
        columns = _get_open_columns(scope, by, elapsed)
    table = Table(
        request,
        "league",
        _get_head(by),
        [*columns, *_get_other_columns(columns)],
        places,
        usual=USUAL_ORDER,
        extra_orders=OPEN_ORDERS if scope.is_comparable else CLOSED_ORDERS,
        group=lambda place: GROUPS.index(place.group),
        total=totals[0] if totals else None,
    )
    if file := table_download(request, scope, [table]):
        return file
    ranked = {group: [place for place in places if place.group == group] for group in GROUPS}
    values = {
        "count": formatting.count(len(ranked[REAL]) + len(ranked[ILLUSTRATIVE])),
        "of": formatting.count(len(places)),
    }
    context = get_tab_context(request, scope, "league", basis=answers["basis"]) | {
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
        "elapsed": elapsed,
        "month": formatting.month_name(scope.last_month) if scope.last_month else "",
    }
    return render(request, "rounds/league.html", context)


# columns


class RankColumn(NumberColumn):
    numeric = False  # first upwards


def _get_first_columns(by: str) -> list[Column]:
    return [
        RankColumn(name="rank", label=_("Rank"), value=lambda place: place.rank, unknown=_("not ranked"), css="c"),
        Column(
            name="name",
            label=_get_head(by),
            value=lambda place: place.row.name,
            url=lambda place: links.counted_address(place.row, Measure.PROJECT_COUNT),
            template="rounds/_cell_place.html",
        ),
        illustrative_column(_get_compared, [Measure(name) for name in FIGURES]),
        Column(
            label=_("Ranked among"),
            value=lambda place: str(Basis.ILLUSTRATIVE.label) if place.group == ILLUSTRATIVE else "",
            on_page=False,
        ),
    ]


def _get_columns(scope: Scope, by: str) -> list[Column]:
    coverage = "rounds/_cell_coverage.html"

    def figure(name: str, measure: Measure, label: str = "") -> Column:
        return figure_column(measure, _get_compared, label=label, name=name, template="rounds/_cell_figure.html")

    return [
        *_get_first_columns(by),
        figure("projects", Measure.PROJECT_COUNT),
        figure("disbursed", Measure.DISBURSED, disbursed_label(scope)),
        figure("plan", Measure.PLANNED_DISBURSEMENT),
        *coverage_columns("plan_known", _("with data"), Measure.PLANNED_DISBURSEMENT, _get_compared, template=coverage),
        figure("share", Measure.DISBURSED_OF_PLAN),
        *coverage_columns("both_known", _("with both"), Measure.DISBURSED_OF_PLAN, _get_compared, template=coverage),
        PointsColumn(
            name="gap",
            label=_("Gap to the pro-rata plan, percentage points"),
            value=lambda place: place.gap_share,
            url=lambda place: f"{links.figure_address(place.row, Measure.DISBURSED)}#plans",
            css="far",
            template="rounds/_cell_gap.html",
        ),
        figure("started", Measure.STARTED_COUNT, _("Started")),
        ShareColumn(
            name="start_rate",
            label=_("Start rate, %"),
            value=lambda place: place.start_rate,
            url=lambda place: links.figure_address(place.row, Measure.STARTED_COUNT),
            template="rounds/_cell_rate.html",
        ),
        figure("missing", Measure.REPORTS_MISSING),
    ]


def _get_open_columns(scope: Scope, by: str, elapsed: str) -> list[Column]:
    last = scope.last_shown.last_month
    approved, of_plan = pgettext("reports", "Approved"), Measure.DISBURSED_OF_PLAN.header
    template = "rounds/_cell_compared.html"

    def figure(name: str, label: str, measure: Measure) -> Column:
        return figure_column(measure, _get_compared, label=label, name=name, template=template)

    return [
        *_get_first_columns(by),
        figure_column(
            Measure.REPORTS_APPROVED, _get_row, label=approved, name="approved", template="rounds/_cell_approved.html"
        ),
        known_columns(approved, Measure.REPORTS_APPROVED, _get_row)[1],
        ShareColumn(
            name="held",
            label=_("They hold of the plan, %"),
            under=_("compared from %(least)s") % {"least": settings.LEAST_COMPARED_PERCENT},
            value=lambda place: place.held,
            url=lambda place: links.figure_address(place.row, Measure.PLANNED_DISBURSEMENT),
            template="rounds/_cell_rate.html",
        ),
        figure("plan", _("Their annual plan"), Measure.PLANNED_DISBURSEMENT),
        figure("disbursed", disbursed_label(scope), Measure.DISBURSED),
        ShareColumn(
            name="share",
            label=of_plan,
            value=lambda place: place.share,
            url=lambda place: links.figure_address(place.compared, Measure.DISBURSED_OF_PLAN),
            template=template,
        ),
        *coverage_columns("both_known", _("with both"), Measure.DISBURSED_OF_PLAN, _get_compared, template=template),
        PointsColumn(
            name="gap",
            label=_("Gap to the pro-rata plan, percentage points"),
            value=lambda place: place.gap_share,
            url=lambda place: links.figure_address(place.compared, Measure.DISBURSED),
            css="far",
            under=elapsed,
            template=template,
        ),
        PointsColumn(
            name="earlier",
            label=_("All projects, %(months)s, percentage points")
            % {"months": formatting.short_months(1, last) if last else ""},
            value=lambda place: place.earlier,
            url=lambda place: links.figure_address(place.before, Measure.DISBURSED) if place.before else "",
            css="far",
        ),
    ]


def _get_row(place: Place) -> Row:
    return place.row


def _get_compared(place: Place) -> Row | None:
    return place.compared


def _get_other_columns(columns: Sequence[Column]) -> list[Column]:
    """Return the columns of the figures of the rows that the page does not show, each with how many have it."""
    present = {column.figure for column in columns}
    covered = {column.figure for column in columns if column.css == "cov"}
    others: list[Column] = []
    for name in EVERY_FIGURE:
        measure = Measure(name)
        label = formatting.sentence_case(str(ALL_FIGURES[name].label))
        if name not in present:
            others.append(figure_column(measure, _get_row, label=label, on_page=False, every_field=True))
        if name not in covered:
            others += known_columns(label, measure, _get_row, every_field=True)
    return others


def _get_label(by: str) -> str:
    return {"sector": _("By sector"), "prefecture": _("By prefecture"), "chain_link": _("By chain link")}[by]


def _get_head(by: str) -> str:
    return {"sector": _("Sector"), "prefecture": _("Prefecture"), "chain_link": _("Chain link")}[by]


def _get_finding(ranked: Sequence[Place]) -> str:
    """Return who leads and who comes last, by the figures that are compared; empty where there is nothing to compare."""
    if len(ranked) < 2:
        return ""
    first, last = ranked[0], ranked[-1]
    return _("%(first)s has completed the largest share of its plan, %(most)s; %(last)s the smallest, %(least)s.") % {
        "first": formatting.listing([place.row.name for place in ranked if place.rank == first.rank]),
        "most": share_of_plan(first.compared),
        "last": formatting.listing([place.row.name for place in ranked if place.rank == last.rank]),
        "least": share_of_plan(last.compared),
    }
