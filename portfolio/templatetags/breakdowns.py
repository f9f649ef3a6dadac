"""Template tags of a breakdown: a line for each key and the whole below, each with what its figures cover, as texts."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portfolio.dashboards.presenters.breakdown import BreakdownRow, BreakdownTable
from projects.choices import Measure
from projects.pages import links
from projects.pages.figure_display import shown, withheld_sentence
from projects.text import format_html, format_html_join
from projects.totals.totals import Row

from .charts import bullet
from .figures import coverage, figure, ratio

register = template.Library()
_ROW = '<tr><th scope="row">{}</th>{}{}<td class="barcol{}">{}</td></tr>'
_NAME = '<a href="{}">{}</a>'
_GAP = '<td class="r">{}</td>'
_CELLS = (
    '<td class="r">{}</td><td class="r">{}</td><td class="cov">{}</td><td class="r">{}</td><td class="cov">{}</td>'
    '<td class="r">{}</td>{}\n'
)
_SHARE = '<td class="r">{}</td><td class="cov">{}</td>'
_WITHHELD = '<td class="withheld" colspan="2">{}</td>'


@register.simple_tag
def breakdown_rows(table: BreakdownTable, withheld: str = "") -> SafeString:
    """The lines of the keys. `withheld` says why none has a share of its plan."""
    return format_html_join("", _ROW, (_key(table, each, withheld) for each in table.rows))


@register.simple_tag
def breakdown_total(table: BreakdownTable, withheld: str = "") -> SafeString:
    """The line of the whole."""
    return format_html(_ROW, *_line(table, table.whole, table.points, withheld, name=_("Total"), bar=""))


def _key(table: BreakdownTable, each: BreakdownRow, withheld: str) -> tuple[SafeString | str, ...]:
    name = format_html(_NAME, each.url, each.row.name)
    return _line(table, each.row, each.points, withheld, name=name, bar=bullet(each.bar))


def _line(table: BreakdownTable, row: Row, points: str, withheld: str, *, name: str, bar: str) -> tuple[str, ...]:
    gap = ""
    if not table.narrow:
        plans = f"{links.explaining(row, Measure.DISBURSED)}#plans"
        gap = format_html(_GAP, ratio(points, plans, withheld_sentence(row.figures[Measure.DISBURSED_OF_PLAN])))
    return name, _cells(row, withheld), gap, " s" if table.narrow else "", bar


def _cells(row: Row, withheld: str) -> SafeString:
    """The figures of a line, each with what it covers."""
    investment, plan = shown(row, Measure.TOTAL_INVESTMENT), shown(row, Measure.PLANNED_DISBURSEMENT)
    if withheld:
        share = format_html(_WITHHELD, withheld)
    else:
        of_plan = shown(row, Measure.DISBURSED_OF_PLAN)
        share = format_html(_SHARE, figure(of_plan), coverage(of_plan))
    return format_html(
        _CELLS,
        figure(shown(row, Measure.PROJECT_COUNT)),
        figure(investment),
        coverage(investment),
        figure(plan),
        coverage(plan),
        figure(shown(row, Measure.DISBURSED)),
        share,
    )
