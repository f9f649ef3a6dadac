"""Columns of the list of projects: their heads on the page, and what its files have of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import Basis, Light, Measure, Transferred
from projects.exports.columns import LineColumn
from projects.exports.files import CHUNK, FIRST_CHUNK
from projects.totals.figures import USUAL
from projects.totals.scope import Scope
from projects.totals.standings import standings_by_project
from projects.totals.totals import Row, ratio
from sectors.models import in_language

from . import formatting
from .figure_display import shown
from .month_notice import in_brackets
from .project_lines import ProjectLine, lines
from .sort_heads import SortColumn, SortHead, sort_heads
from .table_columns import amount, coded, share, text
from .table_files import PageTable, totals_below


class ListLine(NamedTuple):
    """A line of the list, with the light of its entry and the month that it is judged by (0: none yet)."""

    line: ProjectLine
    light: Light | None
    month: int


def iter_lines_with_lights(scope: Scope) -> Iterator[Sequence[ListLine]]:
    """Yield all lines of a list, in its order and a few at a time."""
    first, last = 0, FIRST_CHUNK
    while found := lines(scope, first, last):
        standings = standings_by_project(scope, keys=[line.id for line in found])
        judged = [(line, standings.get(line.id)) for line in found]
        yield [ListLine(line, each.light, each.number) if each else ListLine(line, None, 0) for line, each in judged]
        first, last = last, last + CHUNK


def columns_of_projects(scope: Scope, *, form: str = "table") -> list[SortColumn]:
    """In the order of the page; `form` is how it writes money."""

    def named(name: str, label: str) -> LineColumn:
        zh, en = (ProjectLine._fields.index(f"{name}name_{language}") for language in ("zh", "en"))
        return text(label, lambda each: in_language(each.line[zh], each.line[en] or "") if each.line[zh] else "")

    def money(name: str, label: str, **more: Any) -> SortColumn:
        cell = amount(label, lambda each: getattr(each.line, name), form=form, figure=name)
        return SortColumn(name, label, numeric=True, in_files=(cell,), **more)

    def earlier(each: ListLine) -> str:
        other = each.light and each.month != scope.last_month
        return formatting.short_month(each.month) if other else ""

    of_plan = Measure.DISBURSED_OF_PLAN.value
    return [
        SortColumn(
            "code",
            _("Project"),
            kind="name",
            in_files=(named("", _("Project")), text(_("Project code"), lambda each: each.line.code)),
        ),
        SortColumn("prefecture", _("Prefecture"), in_files=(named("prefecture__", _("Prefecture")),)),
        SortColumn(
            "chain_link",
            _("Chain link and sector"),
            in_files=(named("chain_link__", _("Chain link")), named("sector__", _("Sector"))),
        ),
        SortColumn("basis", _("Basis"), in_files=coded(_("Basis"), lambda each: each.line.basis, kind=Basis)),
        money(Measure.TOTAL_INVESTMENT.value, _("Total investment")),
        money(Measure.PLANNED_DISBURSEMENT.value, _("Annual plan")),
        money(Measure.DISBURSED.value, disbursed_label(scope)),
        SortColumn(of_plan, _("% of plan"), numeric=True, in_files=(share(_("% of plan"), _share, figure=of_plan),)),
        money(Measure.EXPECTED_REVENUE.value, _("Annual revenue at full capacity"), kind="far"),
        SortColumn("transferred", _("Transferred"), in_files=coded(_("Transferred"), _transferred, kind=Transferred)),
        SortColumn(
            "light",
            _("Light"),
            in_files=(
                *coded(_("Light"), lambda each: each.light, kind=Light),
                text(_("Light of an earlier month"), earlier),
            ),
        ),
    ]


def disbursed_label(scope: Scope) -> str:
    """The head of the column of money disbursed, with its months: 'Disbursed, Jan–Jun'."""
    if not scope.end_month:
        return _("Disbursed")
    months = formatting.short_months(scope.first_month, scope.last_month)
    return _("Disbursed, %(months)s") % {"months": months + in_brackets(scope)}


def _share(each: ListLine) -> Any:
    return ratio(each.line.disbursed, each.line.planned_disbursement)


def _transferred(each: ListLine) -> str:
    return "" if each.line.transferred == Transferred.UNKNOWN else each.line.transferred


# until the page of a part of the list has the table of `project_list` too

MONEY = (
    Measure.TOTAL_INVESTMENT,
    Measure.PLANNED_DISBURSEMENT,
    Measure.DISBURSED,
    Measure.EXPECTED_REVENUE,
)
IN_COLUMNS = (*MONEY, Measure.DISBURSED_OF_PLAN, Measure.PROJECT_COUNT, Measure.TRANSFERRED_COUNT)


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
