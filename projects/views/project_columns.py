"""Columns of the list of projects: their heads on the page, and what its files have of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from projects.choices import Basis, Light, Measure, Transferred
from projects.exports.columns import LineColumn
from projects.exports.files import CHUNK, FIRST_CHUNK
from projects.monitoring.project_lights import ProjectLight, lights_of
from projects.totals.scope import Scope
from projects.totals.totals import ratio
from sectors.models import in_language

from . import formatting
from .month_notice import in_brackets
from .project_lines import ProjectLine, lines
from .sort_heads import SortColumn
from .table_columns import amount, coded, share, text


class LitLine(NamedTuple):
    """A line of the list, and the light of its entry."""

    line: ProjectLine
    lit: ProjectLight


def lit_lines(scope: Scope) -> Iterator[Sequence[LitLine]]:
    """Yield all lines of a list with their lights, in its order and a few at a time."""
    rows, unlit = lines(scope), ProjectLight(None, scope.last_month)
    first, last = 0, FIRST_CHUNK
    while first < len(rows):
        chunk = rows[first:last]
        lit = lights_of(scope, [line.id for line in chunk])
        yield [LitLine(line, lit.get(line.id, unlit)) for line in chunk]
        first, last = last, last + CHUNK


def columns_of_projects(scope: Scope, *, form: str = "table") -> list[SortColumn]:
    """In the order of the page; `form` is how it writes money."""

    def named(name: str, label: str) -> LineColumn:
        zh, en = (ProjectLine._fields.index(f"{name}name_{language}") for language in ("zh", "en"))
        return text(label, lambda each: in_language(each.line[zh], each.line[en] or "") if each.line[zh] else "")

    def money(name: str, label: str, **more: Any) -> SortColumn:
        cell = amount(label, lambda each: getattr(each.line, name), form=form, figure=name)
        return SortColumn(name, label, numeric=True, in_files=(cell,), **more)

    def earlier(each: LitLine) -> str:
        other = each.lit.light and each.lit.month != scope.last_month
        return formatting.short_month(each.lit.month) if other else ""

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
                *coded(_("Light"), lambda each: each.lit.light, kind=Light),
                text(_("Light of an earlier month"), earlier),
            ),
        ),
    ]


def disbursed_label(scope: Scope) -> str:
    """The head of the column of money disbursed, with its months: 'Disbursed, Jan–Jun'."""
    if not scope.through:
        return _("Disbursed")
    months = formatting.short_months(scope.first_month, scope.last_month)
    return _("Disbursed, %(months)s") % {"months": months + in_brackets(scope)}


def _share(each: LitLine) -> Any:
    return ratio(each.line.disbursed, each.line.planned_disbursement)


def _transferred(each: LitLine) -> str:
    return "" if each.line.transferred == Transferred.UNKNOWN else each.line.transferred
