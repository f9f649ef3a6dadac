"""Template tags of charts that any page can draw from what it knows: months, reports, claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from portfolio.charts.dots import DotScale, dot_line, dot_scale
from portfolio.dashboards.months import month_columns, report_columns
from projects.models import MonthlyReport
from projects.pages import formatting
from projects.pages.statements import FigureStatements, Statement, Statements
from projects.totals.totals import Row

register = template.Library()


@register.inclusion_tag("charts/columns.html")
def month_chart(months: Sequence[Row], plan: int | None, year: int, name: str) -> dict[str, Any]:
    """Draw the months of one project beside a twelfth of its plan."""
    label = _("Disbursed in each month: %(name)s") % {"name": name}
    return {"chart": month_columns(months, plan=plan, year=year, label=label)}


@register.inclusion_tag("charts/columns.html")
def report_chart(report: MonthlyReport, year: Sequence[MonthlyReport]) -> dict[str, Any]:
    """Draw the reports of the year of one, each outlined while it is not approved."""
    return {"chart": report_columns(report, year)}


@register.simple_tag
def claim_scale(about: FigureStatements) -> DotScale:
    """Return the scale that all claims about one figure share."""
    amounts = [
        line.claim.amount for group in about.groups for line in group.statements if line.claim.amount is not None
    ]
    return dot_scale(amounts, unit=formatting.unit_of("table"))


@register.inclusion_tag("charts/dot.html")
def claim_dot(statement: Statement, group: Statements, scale: DotScale, unit: str) -> dict[str, Any]:
    """Draw one claim on that scale."""
    amounts = [line.claim.amount for line in group.statements if line.claim.amount is not None]
    return {
        "line": dot_line(statement.claim.amount or 0, amounts, scale),
        "scale": scale,
        "label": f"{group.scope} {statement.text} {unit}".strip(),
        "url": statement.claim.source.link,
    }
