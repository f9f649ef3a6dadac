"""`/league/`: the ranking of sectors, prefectures or chain links by how far they are ahead of their plans to date."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Basis, Measure
from projects.monitoring.ranking import (
    GROUPS,
    ILLUSTRATIVE,
    REAL,
    Place,
    rank_places,
)
from projects.totals.figures import FIGURES as ALL_FIGURES
from projects.totals.figures import USUAL
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns

from .. import formatting, links
from ..decorators import get_choice_parameter, page
from ..downloads import table_download
from ..figure_display import begin_with_mark, not_compared_sentence
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

BY = ("prefecture", "sector", "chain_link")
FIGURES = (
    Measure.PROJECT_COUNT.value,
    Measure.PLANNED_DISBURSEMENT.value,
    Measure.DISBURSED.value,
    Measure.DISBURSED_OF_PLAN.value,
)
OF_ROUND = (Measure.STARTED_COUNT.value, Measure.REPORTS_MISSING.value)
EVERY_FIGURE = (*USUAL, Measure.FORECAST.value)
USUAL_ORDER = "rank"


@page
@accepts_parameters("by", "sort", *FILES, fields=("all",))
def league_table(request: HttpRequest) -> HttpResponse:
    """The rows of one breakdown in their order; those with too few plans and reports come last, without a rank."""
    scope = Scope.from_request(request)
    by, every_field = get_choice_parameter(request, "by", BY), FIELDS in request.GET
    figures = (*(EVERY_FIGURE if every_field else FIGURES), *OF_ROUND)
    answers = breakdowns(scope, None, by, "basis", compared=False, figures=figures)
    places = rank_places(answers[by])
    columns = _get_columns(scope, by)
    table = Table(
        request,
        "league",
        _get_head(by),
        [*columns, *_get_other_columns(columns)],
        places,
        usual=USUAL_ORDER,
        group=lambda place: GROUPS.index(place.group),
        total=Place(answers[None].total_row),
    )
    if file := table_download(request, scope, [table]):
        return file
    ranked = {group: [place for place in places if place.group == group] for group in GROUPS}
    context = get_tab_context(request, scope, "league", basis=answers["basis"]) | {
        "lede": formatting.sentences(
            [
                _get_finding(ranked[REAL]),
                begin_with_mark(_get_finding(ranked[ILLUSTRATIVE]), Fraction(1)),
            ]
        ),
        "switches": [links.PageLink(_get_label(name), links.same_page(request, by=name), name == by) for name in BY],
        "head": _get_head(by),
        "table": table,
        "files": table.files,
        "not_compared": not_compared_sentence(answers[None].total_row.figures[Measure.DISBURSED_OF_PLAN]),
        "single_month": scope.is_single_month,
    }
    return render(request, "rounds/league.html", context)


# columns


class RankColumn(NumberColumn):
    numeric = False  # first upwards


def _get_first_columns(by: str) -> list[Column]:
    return [
        RankColumn(name="rank", label=_("Rank"), value="rank", unknown=_("not ranked"), css="c"),
        Column(
            name="name",
            label=_get_head(by),
            value="row.name",
            url=lambda place: links.counted_address(place.row, Measure.PROJECT_COUNT),
            template="rounds/_cell_place.html",
        ),
        illustrative_column("row", [Measure(name) for name in FIGURES]),
        Column(
            label=_("Ranked among"),
            value=lambda place: str(Basis.ILLUSTRATIVE.label) if place.group == ILLUSTRATIVE else "",
            on_page=False,
        ),
    ]


def _get_columns(scope: Scope, by: str) -> list[Column]:
    coverage = "rounds/_cell_coverage.html"

    def figure(name: str, measure: Measure, label: str = "") -> Column:
        return figure_column(measure, "row", label=label, name=name, template="rounds/_cell_figure.html")

    return [
        *_get_first_columns(by),
        figure("projects", Measure.PROJECT_COUNT),
        figure("disbursed", Measure.DISBURSED, disbursed_label(scope)),
        figure("plan", Measure.PLANNED_DISBURSEMENT),
        *coverage_columns("plan_known", _("with data"), Measure.PLANNED_DISBURSEMENT, "row", template=coverage),
        figure("share", Measure.DISBURSED_OF_PLAN),
        *coverage_columns("both_known", _("with both"), Measure.DISBURSED_OF_PLAN, "row", template=coverage),
        PointsColumn(
            name="gap",
            label=_("Gap to the pro-rata plan, percentage points"),
            value="gap_share",
            url=lambda place: f"{links.figure_address(place.row, Measure.DISBURSED)}#plans",
            css="far",
            template="rounds/_cell_gap.html",
        ),
        figure("started", Measure.STARTED_COUNT, _("Started")),
        ShareColumn(
            name="start_rate",
            label=_("Started, ≥ %"),
            value="start_rate",
            url=lambda place: links.figure_address(place.row, Measure.STARTED_COUNT),
            template="rounds/_cell_rate.html",
        ),
        figure("missing", Measure.REPORTS_MISSING),
    ]


def _get_other_columns(columns: Sequence[Column]) -> list[Column]:
    """Return the columns of the figures of the rows that the page does not show, each with how many have it."""
    present = {column.figure for column in columns}
    covered = {column.figure for column in columns if column.css == "cov"}
    others: list[Column] = []
    for name in EVERY_FIGURE:
        measure = Measure(name)
        label = formatting.sentence_case(str(ALL_FIGURES[name].label))
        if name not in present:
            others.append(figure_column(measure, "row", label=label, on_page=False, every_field=True))
        if name not in covered:
            others += known_columns(label, measure, "row", every_field=True)
    return others


def _get_label(by: str) -> str:
    return {"sector": _("By sector"), "prefecture": _("By prefecture"), "chain_link": _("By chain link")}[by]


def _get_head(by: str) -> str:
    return {"sector": _("Sector"), "prefecture": _("Prefecture"), "chain_link": _("Chain link")}[by]


def _get_finding(ranked: Sequence[Place]) -> str:
    """Return who leads and who comes last of the complete rows; empty where there is nothing to compare."""
    ranked = [place for place in ranked if not place.gaps]
    if len(ranked) < 2:
        return ""
    first, last = ranked[0], ranked[-1]
    return _(
        "Against the pro-rata plan %(first)s stands first, %(most)s percentage points; %(last)s last, %(least)s."
    ) % {
        "first": formatting.listing([place.row.name for place in ranked if place.rank == first.rank]),
        "most": formatting.points(first.gap_share),
        "last": formatting.listing([place.row.name for place in ranked if place.rank == last.rank]),
        "least": formatting.points(last.gap_share),
    }
