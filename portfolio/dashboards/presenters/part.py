"""What the page of one sector and of one prefecture share: a part of the list beside the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.totals.pace import difference
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row, totals
from projects.views import formatting, links
from projects.views.figure_display import all_shown, coverage_sentence, marked, withheld_sentence
from projects.views.files import files_of
from projects.views.months_coverage import coverage_words
from projects.views.project_lines import lines, written
from projects.views.project_list import list_heads, project_table, totals_of
from projects.views.table_files import PageTable, at_hand, file_links, table_heads

from . import findings
from .beside import beside as sentences_beside
from .cards import part_cards
from .comparison import rates, transfer_bar, transfers_finding
from .months import month_columns
from .part_tables import table_of_months, table_of_rates
from .programme_list import Whole, whole_of

FIGURES = (
    Measure.PROJECT_COUNT,
    Measure.TOTAL_INVESTMENT,
    Measure.PLANNED_DISBURSEMENT,
    Measure.DISBURSED,
    Measure.EXPECTED_REVENUE,
    Measure.TRANSFERRED_COUNT,
)
MOST_PROJECTS = 50


@dataclass(frozen=True)
class Sibling:
    """Another part of the same kind, to switch to."""

    name: str
    url: str
    current: bool


def part_context(
    request: HttpRequest,
    scope: Scope,
    around: Scope,
    answers: dict[Any, Answer],
    whole: dict[str | None, Answer],
    *,
    by: str,
    name: str,
) -> dict[str, Any]:
    """The template's context for a part (`scope` and `answers`) of something (`around` and `whole`)."""
    part, of = answers[None].whole, whole[None].whole
    beside = whole_of(scope, part, of, by=by)
    year = scope.programme.year if scope.programme else 0
    count = part.figures[Measure.PROJECT_COUNT].value or 0
    in_order = _in_order(scope)
    return {
        "name": name,
        "count": count,
        "beside": beside,
        "sentences": {name: each for name, each in sentences_beside(scope).items() if name == Measure.EXPECTED_REVENUE},
        "lede": _lede(scope, part, of, beside, alone=len(whole[by].rows) < 2),
        "cards": part_cards(part, of if beside.compares else None, FIGURES),
        "months": month_columns(
            answers["month"].rows,
            plan=_plan(part),
            year=year,
            label=_("Disbursed in each month: %(name)s") % {"name": name},
        ),
        "months_finding": findings.busiest_month(answers["month"]),
        "month_rows": [all_shown(row, (Measure.DISBURSED,)) | {"label": row.key} for row in answers["month"].rows],
        "rates": rates(scope, part, of, answers[None].year_elapsed),
        "tables": table_heads(request, small_tables(scope, answers, part, of, beside, name)),
        "transfers_finding": transfers_finding(part),
        "transfers": [
            transfer_bar(name, _transferred(scope), part),
            *([transfer_bar(beside.name, _transferred(around), of)] if beside.compares else []),
        ],
        "lines": written(lines(in_order, 0, MOST_PROJECTS, total=count), in_order),
        **totals_of(part),
        "coverage": coverage_words(scope, Measure.DISBURSED, answers),
        "heads": list_heads(request, in_order, place="projects"),
        "files": file_links(request, "projects"),
        "files_of_every_field": files_of("projects", [*scope.parameters(), *in_order.ordering]),
        "list_url": links.records([*part.parameters, *scope.ordering]),
        "more": count > MOST_PROJECTS,
        "largest": not scope.ordering,
        "most": MOST_PROJECTS,
    }


def tables_of_part(
    scope: Scope, answers: dict[Any, Answer], whole: dict[str | None, Answer], *, by: str, name: str
) -> dict[str, Callable[[], PageTable]]:
    """The tables that files can be asked of."""
    part, of = answers[None].whole, whole[None].whole
    found = small_tables(scope, answers, part, of, whole_of(scope, part, of, by=by), name)
    return {"projects": lambda: projects_of_part(scope, answers), **at_hand(found)}


def small_tables(
    scope: Scope, answers: dict[Any, Answer], part: Row, of: Row, beside: Whole, name: str
) -> dict[str, PageTable]:
    found = rates(scope, part, of, answers[None].year_elapsed)
    return {"months": table_of_months(answers["month"].rows), "rates": table_of_rates(found, name, beside)}


def projects_of_part(scope: Scope, answers: dict[Any, Answer]) -> PageTable:
    """All projects of a part, in the order of its page."""
    return project_table(_in_order(scope), answers[None].whole)


def _in_order(scope: Scope) -> Scope:
    return scope if scope.ordering else scope.narrowed(ordering="-total_investment")


def _transferred(scope: Scope) -> Answer:
    """Of no other figure: the database keeps no sums of it."""
    return totals(scope, "transferred", figures=(Measure.PROJECT_COUNT.value,))


def _plan(part: Row) -> int | None:
    """The plan beside the months, in CNY; None where it would be of other projects than the months are."""
    both = part.figures[Measure.DISBURSED_OF_PLAN]
    like = both.known == part.figures[Measure.DISBURSED].known and not both.withheld
    return both.below if like else None


def _lede(scope: Scope, part: Row, whole: Row, beside: Whole, *, alone: bool) -> str:
    """The part in one sentence: how many projects, how much of the whole, how far. `alone`: it has no siblings."""
    count = part.figures[Measure.PROJECT_COUNT].value or 0
    if not count:
        return (
            _("No project of this list.") if scope.access.reads_all else _("No project of this list that you may see.")
        )
    projects = ngettext("%(count)s project", "%(count)s projects", count) % {"count": formatting.count(count)}
    investment = part.figures[Measure.TOTAL_INVESTMENT]
    if investment.value is None:
        sentence = _("%(projects)s; no total investment is known.") % {"projects": projects}
    else:
        values = {
            "projects": projects,
            "amount": marked(formatting.money_with_unit(investment.value), part, Measure.TOTAL_INVESTMENT),
            "share": formatting.percent(investment.share_of(whole.figures[Measure.TOTAL_INVESTMENT])),
            "whole": beside.name,
        }
        sentence = _known(beside) % values
    if not scope.compares:
        return formatting.sentences([sentence, _of_approved(scope)])
    if part.progress is None or scope.is_single_month:
        return formatting.sentences([sentence, _withheld(scope, part)])
    both = part.figures[Measure.DISBURSED_OF_PLAN]
    percent = marked(formatting.percent(part.progress), part, Measure.DISBURSED_OF_PLAN)
    values = {"percent": percent, "both": coverage_sentence(both)}
    apart = difference(part.progress, whole.progress)
    if apart is None or alone or not beside.compares:
        return formatting.sentences([sentence, _("%(percent)s of the annual plan is disbursed; %(both)s.") % values])
    values["compared"] = formatting.compared_points(
        apart,
        behind=_("%(points)s percentage points less than of %(whole)s"),
        level=_("as of %(whole)s"),
        ahead=_("%(points)s percentage points more than of %(whole)s"),
        whole=beside.name,
    )
    more = _("%(percent)s of the annual plan is disbursed, %(compared)s; %(both)s.") % values
    return formatting.sentences([sentence, more])


def _withheld(scope: Scope, part: Row) -> str:
    """Why no share of the plan is said, where something is reported."""
    reported = part.figures[Measure.DISBURSED].known and not scope.is_single_month
    return withheld_sentence(part.figures[Measure.DISBURSED_OF_PLAN]) if reported else ""


def _of_approved(scope: Scope) -> str:
    """How far those are with their plans whose report of an open month is approved."""
    approved = totals(scope.like_for_like()).whole
    count = approved.figures[Measure.PROJECT_COUNT].value or 0
    values = {"month": formatting.month_name(scope.last_month), "count": formatting.count(count)}
    if approved.progress is None:
        return _("No report of %(month)s is approved that could be held against a plan.") % values
    values["percent"] = formatting.percent(approved.progress)
    told = ngettext(
        "Of %(count)s project with an approved report of %(month)s %(percent)s of the annual plan is disbursed.",
        "Of %(count)s projects with an approved report of %(month)s %(percent)s of their annual plan is disbursed.",
        count,
    )
    return told % values


def _known(beside: Whole) -> str:
    if beside.compares:
        return _("%(projects)s with a known total investment of %(amount)s, %(share)s of %(whole)s.")
    return _("%(projects)s with a known total investment of %(amount)s.")
