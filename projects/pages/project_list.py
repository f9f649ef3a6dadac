"""`/projects/`: the list, filtered, ordered, with the totals of exactly its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.totals.figures import USUAL
from projects.totals.scope import Scope
from projects.totals.totals import Row, breakdowns, with_current_figures

from . import formatting, links
from .decorators import one_of, page
from .figure_display import shown
from .files import files_of
from .filter_form import filter_form
from .frame import bar
from .list_pages import PAGE, pages_of
from .month_notice import withheld
from .months_coverage import coverage_words
from .other_years import in_other_years
from .parameters import reads
from .project_columns import columns_of_projects, iter_lines_with_lights
from .project_lines import lines, render_lines
from .sort_heads import SortHead, sort_heads
from .table_files import FILES, PageTable, file_asked, file_links, totals_below

MONEY = (
    Measure.TOTAL_INVESTMENT,
    Measure.PLANNED_DISBURSEMENT,
    Measure.DISBURSED,
    Measure.EXPECTED_REVENUE,
)
IN_COLUMNS = (*MONEY, Measure.DISBURSED_OF_PLAN, Measure.PROJECT_COUNT, Measure.TRANSFERRED_COUNT)


@page
@reads("precision", "ordering", PAGE, *FILES)
def project_list(request: HttpRequest) -> HttpResponse:
    """Projects of one programme's list, 50 a page. Bad filters, orders and pages are 400."""
    scope = Scope.from_request(request)
    form = "precise" if one_of(request, "precision", ("rounded", "exact")) == "exact" else "table"
    answers = with_current_figures(scope, breakdowns(scope, None, "sector", "prefecture", "basis", compared=False))
    whole = answers[None].total_row
    count = whole.figures[Measure.PROJECT_COUNT].value or 0
    if file := file_asked(request, scope, {"projects": lambda: project_table(scope, whole, form=form)}):
        return file
    pages, heads = pages_of(request, count), list_heads(request, scope)
    rows = lines(scope, pages.first - 1, pages.last) if pages.total else []
    context = {
        "bar": bar(request, scope, basis=answers["basis"]),
        "scope": scope,
        "withheld": withheld(scope),
        "coverage": coverage_words(scope, Measure.DISBURSED),
        "filters": filter_form(request, scope, answers),
        "heads": heads,
        "lines": render_lines(rows, scope, form=form, beside=True),
        **totals_of(whole, form=form),
        "unit": formatting.money_unit(form),
        "pages": pages,
        "other_years": in_other_years(scope),
        "order": _order_in_words(heads, scope),
        "precise": form == "precise",
        "precision_url": links.same_page(request, without=("precision",))
        if form == "precise"
        else links.same_page(request, precision="exact"),
        "files": file_links(request),
        "every_field": files_of("projects", [*scope.parameters(), *_ordered(scope)]),
    }
    return render(request, "projects/project_list.html", context)


def _ordered(scope: Scope) -> list[tuple[str, str]]:
    return [pair for pair in scope.filters if pair[0] == "ordering"]


def totals_of(row: Row, *, form: str = "table") -> dict[str, Any]:
    """What the totals under a list of projects show; `other_totals` are those that have no column."""
    totals = {name: shown(row, name, form=form) for name in USUAL}
    others = [total for name, total in totals.items() if name not in IN_COLUMNS and total.value is not None]
    return {"totals": totals, "other_totals": others}


def list_heads(request: HttpRequest, scope: Scope, *, place: str = "") -> list[SortHead]:
    """The heads of the table of projects in the order of the scope, here and where else they are listed."""
    return sort_heads(request, "ordering", _ordering(scope), columns_of_projects(scope), place=place)


def project_table(scope: Scope, whole: Row, *, form: str = "table") -> PageTable:
    """The whole list of a scope, whose figures are `whole`, as files have it."""
    columns, count = columns_of_projects(scope, form=form), whole.figures[Measure.PROJECT_COUNT].value or 0
    note = _("Percentages are of the annual plans of the list's entries.")
    below = totals_below(columns, whole) if count else []
    return PageTable("projects", _("Projects"), columns, lambda: iter_lines_with_lights(scope), count, below, note)


def _ordering(scope: Scope) -> str:
    """The first column that the list is ordered by, with its '-'."""
    return dict(scope.filters).get("ordering", "code").split(",")[0]


def _order_in_words(heads: Sequence[SortHead], scope: Scope) -> str:
    ordering = _ordering(scope)
    name = ordering.removeprefix("-")
    label = next((each.label for each in heads if each.sorted), name)
    if name == "code":  # the head of its column says project
        label = _("Code")
    words = _("by %(column)s, descending") if ordering.startswith("-") else _("by %(column)s")
    return words % {"column": label[:1].lower() + label[1:]}
