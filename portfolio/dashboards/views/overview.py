"""Overview of one programme: its figures against what was announced, and where they come from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.models import Prefecture
from projects.pages import links
from projects.pages.decorators import one_of, page
from projects.pages.frame import shell
from projects.pages.line_order import in_order
from projects.pages.months_coverage import coverage_words
from projects.pages.parameters import reads
from projects.pages.table_files import FILES, PageTable, at_hand, file_asked, table_heads, table_of_lines
from projects.pages.targets import said
from projects.totals.dimensions import MONTH
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns, with_current_figures

from ...charts.prefecture_map import SHOWN
from ..presenters import regions
from ..presenters.cards import announced_cards, not_said, target_cards
from ..presenters.chart_files import chart_files
from ..presenters.completeness import completeness, counted_for, list_terms
from ..presenters.disbursement import MONTHS, ORDERS_OF_MONTHS, PLANS, Disbursement, disbursement
from ..presenters.figure_notes import FIGURES as BESIDE
from ..presenters.figure_notes import beside
from ..presenters.headline import headline
from ..presenters.plan_bullets import plan_bullets
from ..presenters.plan_gaps import behind
from ..presenters.published_against_list import published_against_list
from ..presenters.published_counts import counts_of_the_month, published_counts
from ..presenters.published_tables import published_table
from ..presenters.reservations import State, reservations
from ..presenters.round_notice import due, round_notice
from ..presenters.table_order import ORDERS
from ..presenters.tables import prefecture_table, sector_table

BY = ("sector", "prefecture", "basis")
COUNTS = (Measure.STARTED_COUNT, Measure.TRIAL_PRODUCTION_COUNT, Measure.CONTINUING_COUNT)


@page
@reads(*FILES, map=SHOWN, sort_sectors=ORDERS, sort_prefectures=ORDERS, sort_months=ORDERS_OF_MONTHS)
def overview(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The programme of a year, or the current one. A year without a programme is 404."""
    scope = Scope.from_request(request, year=year)
    shown = one_of(request, regions.PARAMETER, SHOWN)
    answers = with_current_figures(scope, breakdowns(scope, None, *BY, MONTH))
    whole = answers[None].total_row
    context = shell(request, scope, basis=answers["basis"], whole=whole, year_url=programme_url)
    if not whole.figures[Measure.PROJECT_COUNT].value:
        return file_asked(request, scope, {}) or _without_projects(request, scope, context)
    sectors = sector_table(request, scope, answers["sector"], answers[None], place="sectors")
    prefectures = scope.visible_records(Prefecture)
    compared = like_for_like(scope, answers)
    disbursed = disbursement(scope.like_for_like(), compared[None], compared[MONTH])
    by_prefecture = prefecture_table(
        request, scope, answers["prefecture"], answers[None], prefectures, shown, place="prefectures", narrow=True
    )
    tables = {"sectors": lambda: sectors.file, "prefectures": lambda: by_prefecture.file}
    small = in_order(request, _table_of_months(disbursed))
    # of which one question costs as much as each
    by_conditions = (*BESIDE, *counted_for(scope), *counts_of_the_month(scope, *COUNTS))
    known = breakdowns(scope, None, compared=False, illustrative=True, figures=by_conditions)[None].total_row
    counts = published_counts(scope, *COUNTS, known=known)
    published = published_against_list(scope, whole, counts)
    small |= {"published": published_table(published)} if published else {}
    if file := file_asked(request, scope, tables | at_hand(small)):
        return file
    notice, coverage = context["bar"].notice, coverage_words(scope, Measure.DISBURSED)
    about_round = round_notice(scope, notice)
    context |= {
        "headline": headline(scope, whole, disbursed, compared[None].total_row),
        "disbursement": disbursed,
        "bullets": plan_bullets(disbursed),
        "behind": behind(scope),
        "reservations": reservations(State(scope, whole, disbursed, counts, coverage, notice, about_round)),
        "round_notice": about_round,
        "due": due(notice, about_round),
        "cards": target_cards(answers[None]),
        "sentences": beside(scope, scope.targets, known=known),
        "completeness": completeness(scope, coverage, whole, known=known),
        "list_terms": list_terms(scope, whole, context["bar"].parts),
        "published": published,
        "tables": table_heads(request, small, months="by-month"),
        "downloads": chart_files(scope, map_of=shown),
        "sectors": sectors,
        "prefectures": by_prefecture,
        "map": regions.region_map(request, scope, prefectures, answers["prefecture"], shown),
    }
    return render(request, "dashboards/overview.html", context)


def like_for_like(scope: Scope, answers: dict) -> dict:
    """The answers that money disbursed is told from: of an open month those of the projects whose report is approved."""
    compared = scope.like_for_like()
    return answers if compared is scope else breakdowns(compared, None, MONTH)


def _table_of_months(found: Disbursement | None) -> dict[str, PageTable]:
    if found is None:
        return {}
    title, otherwise = _("Disbursed and plans by month"), PLANS[len(found.against) :]
    return {MONTHS: table_of_lines(MONTHS, title, found.columns, found.rows, note=found.only, otherwise=otherwise)}


def programme_url(year: int) -> str:
    return links.page("programme", str(year))


def _without_projects(request: HttpRequest, scope: Scope, context: dict) -> HttpResponse:
    """A year of which only announcements are known, or a list of which the reader sees nothing."""
    context |= {
        "announced": announced_cards(scope.targets),
        "said": [said(target, "table") for target in scope.targets],
        "not_said": not_said(scope.targets),
        "filtered": bool(scope.filters),
        "reads_all": scope.access.reads_all,
        "reads": scope.access.can_read,
    }
    return render(request, "dashboards/programme_announced.html", context)
