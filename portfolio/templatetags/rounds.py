"""Template tags of the monthly round: the rows of the rounds of a year, and what a place of the ranking says of one."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.monitoring.ranking import Place
from projects.pages import formatting, links
from projects.pages.figure_display import shown, withheld_sentence
from projects.pages.monitoring.rounds import REPORTS, RoundRow
from projects.text import format_html, format_html_join

from .figures import coverage, figure, ratio

register = template.Library()
_ROUND = (
    '<tr><th scope="row"><a href="{}">{}</a></th><td><span class="state {}">{}</span>{}</td><td class="nw">{}</td>'
    '<td class="nw">{}{}</td><td class="nw">{}</td><td class="r">{}</td>{}</tr>'
)
_SUB = '<span class="sub">{}</span>'
_FIGURE = '<td class="r">{}</td>'
_PLACE = (
    '<td class="c">{}</td><th scope="row"><a href="{}">{}</a></th><td class="r">{}</td><td class="r">{}</td>'
    '<td class="r">{}</td><td class="cov">{}</td><td class="r">{}</td><td class="cov">{}</td><td class="r">{}</td>'
    '<td class="r">{}</td><td class="r" data-rate>{}</td><td class="r">{}</td>'
)


@register.simple_tag
def round_rows(rows: Iterable[RoundRow]) -> SafeString:
    """The rounds of a year, each with its days and what its reports come to."""
    return format_html_join("", _ROUND, (_round(each) for each in rows))


def _round(each: RoundRow) -> tuple[object, ...]:
    found, period = each.round, str(each.round.period)
    grace = ngettext("+ %(n)s day grace period", "+ %(n)s days grace period", found.grace_days) % {
        "n": found.grace_days
    }
    figures = ((figure(shown(each.row, name)),) for name in (*REPORTS, Measure.DISBURSED.value))
    return (
        *(links.page("round", period), period, each.state_class, str(found.state.label)),
        format_html(_SUB, each.days_left) if each.days_left else "",
        *(found.opens.isoformat(), found.due.isoformat(), format_html(_SUB, grace) if found.grace_days else ""),
        *(found.closes.isoformat(), ratio(formatting.count(each.asked), links.explaining(each.row, REPORTS[0]))),
        format_html_join("", _FIGURE, figures),
    )


@register.simple_tag
def league_cells(place: Place, is_total: bool = False) -> SafeString:
    """The cells of a place of the ranking, or of the line below all."""
    row = place.row
    plan, share = shown(row, Measure.PLANNED_DISBURSEMENT), shown(row, Measure.DISBURSED_OF_PLAN)
    plans = f"{links.explaining(row, Measure.DISBURSED)}#plans"
    withheld = withheld_sentence(row.figures[Measure.DISBURSED_OF_PLAN])
    started = links.explaining(row, Measure.STARTED_COUNT)
    return format_html(
        _PLACE,
        *("" if is_total else ratio(str(place.rank or ""), "", _("not ranked")), links.opening(row, "project_count")),
        *(_("Total") if is_total else row.name, figure(shown(row, Measure.PROJECT_COUNT))),
        *(figure(shown(row, Measure.DISBURSED)), figure(plan), coverage(plan), figure(share), coverage(share)),
        ratio(formatting.points(place.gap_share), plans, withheld),
        figure(shown(row, Measure.STARTED_COUNT)),
        ratio(formatting.share(place.start_rate), started, _("not known")),
        figure(shown(row, Measure.REPORTS_MISSING)),
    )
