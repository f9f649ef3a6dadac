"""Template tags of charts, so that any template can draw one from what its page knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from portfolio.charts.bars import Bullet, Meter, Piece
from portfolio.charts.columns import ColumnChart
from portfolio.charts.cumulative import CumulativeChart
from portfolio.charts.dots import DotScale, dot_line, dot_scale
from portfolio.charts.prefecture_map import PrefectureMap
from portfolio.charts.scale import along, part
from portfolio.dashboards.presenters.months import month_columns
from projects.totals.pace import Progress
from projects.totals.totals import Row
from projects.views import formatting
from projects.views.statements import FigureStatements, Statement, Statements

register = template.Library()


@register.inclusion_tag("charts/bullet.html")
def bullet(bar: Bullet | None) -> dict[str, Any]:
    return {"bar": bar}


@register.filter
def filled(progress: Progress) -> str:
    """The length of a bar of its plan that is done."""
    return along(part(progress.done, progress.planned))


@register.inclusion_tag("charts/meter.html")
def meter(bar: Meter) -> dict[str, Any]:
    return {"bar": bar}


@register.inclusion_tag("charts/pieces.html")
def pieces(parts: Sequence[Piece], label: str) -> dict[str, Any]:
    return {"pieces": parts, "label": label}


@register.inclusion_tag("charts/cumulative.html")
def cumulative(chart: CumulativeChart) -> dict[str, Any]:
    return {"chart": chart}


@register.inclusion_tag("charts/columns.html")
def columns(chart: ColumnChart) -> dict[str, Any]:
    return {"chart": chart}


@register.inclusion_tag("charts/columns.html")
def month_chart(months: Sequence[Row], plan: int | None, year: int, name: str) -> dict[str, Any]:
    """The months of one project beside a twelfth of its plan."""
    label = _("Disbursed in each month: %(name)s") % {"name": name}
    return {"chart": month_columns(months, plan=plan, year=year, label=label)}


@register.inclusion_tag("charts/map.html")
def prefecture_map(drawn: PrefectureMap) -> dict[str, Any]:
    return {"map": drawn}


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
