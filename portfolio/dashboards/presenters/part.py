"""Page of one sector or prefecture: a part of the list beside the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.pages import formatting, links
from projects.pages.figure_display import coverage_sentence, marked, withheld_sentence
from projects.pages.files import files_of
from projects.pages.frame import shell
from projects.pages.line_order import in_order
from projects.pages.months_coverage import coverage_words
from projects.pages.project_columns import list_heads, project_table, totals_of
from projects.pages.project_lines import lines, render_lines
from projects.pages.table_files import PageTable, at_hand, file_links, table_heads
from projects.totals.pace import difference
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row, breakdowns, totals, with_current_figures

from . import findings
from .cards import part_card
from .comparison import Rate, rates, transfer_bar, transfers_finding
from .figure_notes import beside as sentences_beside
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
MONTHS, RATES = "months", "rates"


class Part:
    """One sector or prefecture of a list, by its key: the question about it (`scope`) and its answers, beside the whole's.

    Raises `Http404` for one that there is not or that the reader does not see. `within` is what it is broken down by.
    """

    def __init__(self, request: HttpRequest, by: str, key: str, *, within: str) -> None:
        self._request, self._by = request, by
        self.around = Scope.from_request(request)
        field = self.around.form.fields[by]
        listed = {
            getattr(each, field.to_field_name): each for each in self.around.visible_records(field.queryset.model)
        }
        if key not in listed:
            raise Http404
        self.record = listed[key]
        self.scope = self.around.with_filters(**{by: key})
        self._siblings = [
            links.PageLink(each.name, links.in_programme(by, other, year=self.around.year), other == key)
            for other, each in listed.items()
        ]
        asked = breakdowns(self.scope, None, within, "basis", "month", compared=False)
        self.answers: dict[Any, Any] = with_current_figures(self.scope, asked)
        self._whole = breakdowns(self.around, None, by, compared=False)
        self._row, self._of = self.answers[None].total_row, self._whole[None].total_row
        self._beside = whole_of(self.scope, self._row, self._of, by=by)

    @property
    def tables(self) -> dict[str, Callable[[], PageTable]]:
        """The tables that files can be asked of."""
        return {"projects": lambda: project_table(_in_order(self.scope), self._row), **at_hand(self._small_tables)}

    @cached_property
    def _rates(self) -> list[Rate]:
        return rates(self.scope, self._row, self._of, self.answers[None].year_elapsed)

    @cached_property
    def _small_tables(self) -> dict[str, PageTable]:
        of_months = table_of_months(self.answers["month"].rows)
        rates_beside = {RATES: table_of_rates(self._rates, self.record.name, self._beside)}
        return in_order(self._request, {MONTHS: of_months, **rates_beside})

    def context(self) -> dict[str, Any]:
        """What the templates of both pages show."""
        request, scope, part, of, beside = self._request, self.scope, self._row, self._of, self._beside
        return shell(request, self.around, basis=self.answers["basis"], whole=of) | {
            "part": self.record,
            "name": self.record.name,
            "siblings": self._siblings,
            "beside": beside,
            "sentences": {
                name: each for name, each in sentences_beside(scope).items() if name == Measure.EXPECTED_REVENUE
            },
            "lede": _lede(scope, part, of, beside, alone=len(self._whole[self._by].rows) < 2),
            "cards": [part_card(part, of if beside.compares else None, name) for name in FIGURES],
            "tables": table_heads(request, self._small_tables, months="by-month"),
            "transfers_finding": transfers_finding(part),
            "transfers": [
                transfer_bar(self.record.name, _transferred(scope), part),
                *([transfer_bar(beside.name, _transferred(self.around), of)] if beside.compares else []),
            ],
            "coverage": coverage_words(scope, Measure.DISBURSED),
            **self._months(),
            **self._projects(),
        }

    def _months(self) -> dict[str, Any]:
        by_month = self.answers["month"]
        return {
            "months": month_columns(
                by_month.rows,
                plan=_plan(self._row),
                year=self.scope.year or 0,
                label=_("Disbursed in each month: %(name)s") % {"name": self.record.name},
            ),
            "months_finding": findings.busiest_month(by_month),
        }

    def _projects(self) -> dict[str, Any]:
        count, in_order = self._row.figures[Measure.PROJECT_COUNT].value or 0, _in_order(self.scope)
        return {
            "count": count,
            "lines": render_lines(lines(in_order, 0, MOST_PROJECTS), in_order),
            **totals_of(self._row),
            "heads": list_heads(self._request, in_order, place="projects"),
            "files": file_links(self._request, "projects"),
            "files_of_every_field": files_of("projects", [*self.scope.parameters(), *in_order.ordering]),
            "list_url": links.records([*self._row.parameters, *self.scope.ordering]),
            "more": count > MOST_PROJECTS,
            "largest": not self.scope.ordering,
            "most": MOST_PROJECTS,
        }


def _in_order(scope: Scope) -> Scope:
    return scope if scope.ordering else scope.with_filters(ordering="-total_investment")


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
    if not scope.is_comparable:
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
        behind=_("%(points)s percentage points below %(whole)s"),
        level=_("equal to %(whole)s"),
        ahead=_("%(points)s percentage points above %(whole)s"),
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
    approved = totals(scope.like_for_like()).total_row
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
