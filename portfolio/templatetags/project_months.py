"""Template tags of the months of one project: each row of its table is one text."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.choices import ReportState
from projects.pages import formatting, links
from projects.text import format_html, format_html_join

from .figures import basis_mark, dash, money, ratio
from .opening import at, narrowed_to

register = template.Library()
_ROW = (
    '<tr><th scope="row">{}</th><td class="r" data-rate>{}</td><td class="r">{}</td><td class="r">{}</td>'
    '<td class="r">{}</td><td class="r">{}</td><td>{}</td></tr>'
)


@register.simple_tag(takes_context=True)
def month_rows(context: Context) -> SafeString:
    """Each month: a twelfth of the plan, what was disbursed in it and since January, and the state of its report."""
    project, year, of = context["project"], context["scope"].programme.year, context["year_months"]
    unreported, unplanned = _("no report"), _("no plan known")
    twelfth = ratio(money(of.twelfth), "#plan-announced", unplanned)

    def cells(progress: Any, report: Any) -> tuple[object, ...]:
        month = progress.row.key
        url = links.page("report", project.code, month) if report or progress.done is not None else ""
        since_january = narrowed_to(project.code, "disbursed", year, month)
        share = narrowed_to(project.code, "disbursed_of_plan", year, month)
        return (
            format_html('<a href="{}">{}</a>', url, progress.row.name_zh) if report else progress.row.name_zh,
            twelfth,
            ratio(money(progress.done), url, unreported),
            ratio(money(progress.since_january), since_january, unreported),
            ratio(formatting.share(progress.share), share, unplanned),
            ratio(formatting.points(progress.gap_share), at(since_january, "plans"), unplanned),
            _state(report, project.basis) if report else dash(unreported),
        )

    return format_html_join("", _ROW, (cells(each.progress, each.report) for each in context["tables"]["months"].lines))


def _state(report: Any, basis: str) -> SafeString:
    other = format_html(" {}", basis_mark(report.basis)) if report.basis != basis else ""
    return format_html('<span class="state {}">{}</span>{}', report.state, str(ReportState(report.state).label), other)
