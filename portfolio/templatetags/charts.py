"""Template tags of charts, so that any template can draw one from what its page knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portfolio.charts.bars import Bullet, Meter, Piece
from portfolio.charts.columns import ChartColumn, ColumnBox, ColumnChart
from portfolio.charts.cumulative import CumulativeChart, Dot, Segment
from portfolio.charts.dots import DotScale, dot_line, dot_scale
from portfolio.charts.prefecture_map import Area, PrefectureMap
from portfolio.charts.scale import GridLine
from portfolio.charts.value_box import ValueBox
from portfolio.dashboards.presenters.months import month_columns
from portfolio.dashboards.presenters.report_months import report_columns
from projects.pages import formatting
from projects.pages.reports.report_months import MonthsOfReport
from projects.pages.statements import FigureStatements, Statement, Statements
from projects.text import format_html, format_html_join
from projects.totals.totals import Row

register = template.Library()


_BULLET = (
    '<svg width="100%" height="18" role="group" aria-label="{0}"><a href="{1}" aria-label="{0}"{6}><title>{0}</title>'
    '<rect class="hit" x="0" y="0" width="100%" height="18"/>{2}<rect class="{3}" x="0" y="5" width="{4}" height="8"/>'
    "{5}</a></svg>\n"
)
_PLAN = '<rect class="m-plan" x="0" y="1.5" width="{}" height="15"/>'
_TIME = '<line class="m-time" x1="{0}" x2="{0}" y1="0" y2="18"/>'


@register.filter
def boxed(box: ValueBox | None) -> SafeString | str:
    """The values of a point as the attribute that the script reads."""
    return format_html(' data-box="{}"', box.data) if box else ""


@register.simple_tag
def bullet(bar: Bullet | None) -> SafeString | str:
    """As one text, since a table has one in each row."""
    if bar is None:
        return "\n"
    plan = format_html(_PLAN, bar.plan) if bar.plan else ""
    time = format_html(_TIME, bar.time) if bar.time else ""
    return format_html(_BULLET, bar.label, bar.url, plan, _done(bar), bar.done, time, boxed(bar.box))


def _done(bar: Bullet | Meter) -> str:
    return "m-done-hatch" if bar.illustrative else "m-done"


_METER = (
    '<div class="meter"><svg width="100%" height="8" aria-hidden="true" focusable="false">{}'
    '<line class="m-time" x1="100%" x2="100%" y1="0" y2="8"/></svg></div>\n'
)
_FILLED = '<rect class="m-track" width="100%" height="4" y="2"/><rect class="{}" width="{}" height="4" y="2"/>'
_EMPTY = format_html('<rect class="{}" x=".5" y="2" width="99.6%" height="4"/>', "m-none")


@register.simple_tag
def meter(bar: Meter) -> SafeString:
    return format_html(_METER, format_html(_FILLED, _done(bar), bar.filled) if bar.filled else _EMPTY)


@register.inclusion_tag("charts/pieces.html")
def pieces(parts: Sequence[Piece], label: str) -> dict[str, Any]:
    return {"pieces": parts, "label": label}


@register.inclusion_tag("charts/cumulative.html")
def cumulative(chart: CumulativeChart) -> dict[str, Any]:
    return {"chart": chart}


_SEGMENT = '<line class="ac" x1="{}" y1="{}" x2="{}" y2="{}"/>'
_TICK = '<line class="axis" x1="{0}" x2="{0}" y1="{1}" y2="274"/>{2}'
_TICK_NAME = '<text x="{}" y="289" text-anchor="middle"{}>{}</text>'
_STRONG = format_html(' class="{}"', "lbl")
_DOT = '<circle class="m-dot{}" cx="{}" cy="{}" r="4.5"/>'
_DOT_LINK = (
    '<a href="{0}" aria-label="{1}"{2}{3}><title>{1}</title><circle class="hit" cx="{4}" cy="{5}" r="12"/>{6}</a>'
)
_START = format_html(" data-start")  # where the arrows of the keyboard begin


@register.simple_tag
def month_ticks(chart: CumulativeChart) -> SafeString:
    """The ends of the months below a cumulative chart."""
    rows = (
        (
            *(tick.x, chart.height),
            format_html(_TICK_NAME, tick.x, _STRONG if tick.strong else "", tick.label) if tick.label else "",
        )
        for tick in chart.ticks
    )
    return format_html_join("", _TICK, rows)


@register.simple_tag
def segments(line: Sequence[Segment]) -> SafeString:
    """The line from the end of a month to that of the next."""
    return format_html_join("", _SEGMENT, ((each.x1, each.y1, each.x2, each.y2) for each in line))


@register.simple_tag
def month_dots(dots: Sequence[Dot], flat: Any = False) -> SafeString:
    """What each month comes to; in a picture that is `flat` nothing opens."""
    drawn = [format_html(_DOT, " full" if dot.month.solid else "", dot.x, dot.y) for dot in dots]
    if flat:
        return format_html_join("", "{}", ((each,) for each in drawn))
    rows = (
        (dot.month.url, dot.month.label, boxed(dot.month.box), _START if dot is dots[-1] else "", dot.x, dot.y, circle)
        for dot, circle in zip(dots, drawn, strict=True)
    )
    return format_html_join("", _DOT_LINK, rows)


_COLUMNS = (
    '<div class="vwrap" data-chart><div class="chart plot tight"><svg width="100%" height="{}" role="group" aria-label="{}">'
    "\n{}\n{}\n</svg></div></div>\n"
)
_LINE = '<line class="{0}" x1="0" x2="100%" y1="{1}" y2="{1}"/><text x="0" dx="-8" y="{2}" text-anchor="end">{3}</text>'
_BOX = '<rect class="{}" x="{}" width="{}" y="{}" height="{}"/>'
_OPENED = (
    '<a href="{0}" aria-label="{1}"{2}><title>{1}</title>{3}{4}<text class="{5}{6}" x="{7}" y="{8}"'
    ' text-anchor="middle">{9}</text></a>'
)
_NAME = '{}{}<text{} x="{}" y="{}" text-anchor="middle">{}</text>'
_SMALL = format_html(' class="{}"', "vlab")


@register.simple_tag
def columns(chart: ColumnChart) -> SafeString:
    """As one text, since a year has twelve of them."""
    drawn = ((_column(each, chart),) for each in chart.columns)
    return format_html(_COLUMNS, chart.height, chart.label, grid_lines(chart.grid), format_html_join("", "{}", drawn))


@register.simple_tag
def grid_lines(grid: Sequence[GridLine]) -> SafeString:
    """The axis, and the lines above it with what they stand for."""
    lines = (("grid" if number else "axis", line.y, line.text_y, line.label) for number, line in enumerate(grid))
    return format_html_join("", _LINE, lines)


def _column(column: ChartColumn, chart: ColumnChart) -> SafeString:
    slot = column.slot
    return format_html(
        _NAME,
        _rect("m-plan", column.outline),
        _opened(column) if slot.url else "",
        "" if slot.always_named else _SMALL,
        column.middle,
        chart.name_y,
        slot.label,
    )


def _opened(column: ChartColumn) -> SafeString:
    slot = column.slot
    kind, inside = "lbl" if slot.drawn == "m-ink" else "lba vlab", " in" if column.inside else ""
    return format_html(
        _OPENED,
        *(slot.url, slot.title, boxed(slot.box), _rect("hit", column.hit), _rect(slot.drawn, column.bar)),
        *(kind, inside, column.middle, column.text_y, slot.text),
    )


def _rect(kind: str, box: ColumnBox | None) -> SafeString | str:
    return format_html(_BOX, kind, box.x, box.width, box.y, box.height) if box else ""


@register.simple_tag
def month_chart(months: Sequence[Row], plan: int | None, year: int, name: str) -> SafeString:
    """The months of one project beside a twelfth of its plan."""
    label = _("Disbursed in each month: %(name)s") % {"name": name}
    return columns(month_columns(months, plan=plan, year=year, label=label))


@register.simple_tag
def report_chart(of: MonthsOfReport) -> SafeString:
    """The months of a report's year, the one in question outlined while it is not approved."""
    return columns(report_columns(of))


@register.inclusion_tag("charts/map.html")
def prefecture_map(drawn: PrefectureMap) -> dict[str, Any]:
    return {"map": drawn}


_OUTLINE = '<g class="{}"><path id="r{}" d="{}"/></g>'
_AREA_NAME = '<text class="{0}" x="{1}" y="{2}">{3}<tspan class="v" x="{1}" dy="1.2em">{4}</tspan></text>'
_AREA_LINK = '<a href="{0}" aria-label="{1}"{2}><title>{1}</title><use class="hit" href="#r{3}"/></a>'


@register.simple_tag
def area_outlines(areas: Sequence[Area]) -> SafeString:
    rows = ((area.drawn, area.outline.adcode, area.outline.path) for area in areas)
    return format_html_join("", _OUTLINE, rows)


@register.simple_tag
def area_names(areas: Sequence[Area]) -> SafeString:
    """The name of each area with its amount below."""
    rows = (
        (area.label_class, area.outline.x, area.outline.y, area.label, area.region.text if area.region else "")
        for area in areas
        if area.label
    )
    return format_html_join("", _AREA_NAME, rows)


@register.simple_tag
def area_links(areas: Sequence[Area]) -> SafeString:
    """Over each area that leads somewhere."""
    rows = (
        (area.region.url, area.region.title, boxed(area.region.box), area.outline.adcode)
        for area in areas
        if area.region and area.region.url
    )
    return format_html_join("", _AREA_LINK, rows)


@register.simple_tag
def claim_scale(about: FigureStatements) -> DotScale:
    """The scale that all statements about one figure share."""
    amounts = [each.amount for group in about.groups for each in group.statements if each.amount is not None]
    return dot_scale(amounts, unit=formatting.unit_of("table"))


@register.inclusion_tag("charts/dot.html")
def claim_dot(statement: Statement, group: Statements, scale: DotScale, unit: str) -> dict[str, Any]:
    """One statement on that scale."""
    amounts = [each.amount for each in group.statements if each.amount is not None]
    label = f"{group.scope} {statement.text} {unit}".strip()
    return {
        "line": dot_line(statement.amount or 0, amounts, scale),
        "scale": scale,
        "label": label,
        "url": statement.claim.source.link,
    }
