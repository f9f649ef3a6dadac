"""Template tag of the attention list: what an entry has done beside what its plans ask for, as one text."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from projects.monitoring.entry_status import Standing
from projects.monitoring.plans import PlanProgress
from projects.views import formatting
from projects.views.marks import dash

from .figures import money, signed_money

register = template.Library()


@register.simple_tag
def standing_sums(standing: Standing) -> SafeString:
    """Fifty to a page."""
    none, differ = dash(_("not known")), standing.plans_differ
    sums = (
        (_("Done"), money(standing.done) or none),
        (_("Plan to date"), money(standing.due) or none),
        (_("Gap"), signed_money(standing.gap) or none),
        (_("Gap, points"), formatting.points(standing.gap_share) or none),
    )
    by_plan = standing.by_plan
    plans = [
        (_plan(each, differ), formatting.percent(each.share) or none) for each in by_plan if differ or each.is_rated
    ]
    return format_html(
        '<dl class="sums">{}\n{}</dl>',
        format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", sums),
        format_html_join(
            "", '<div class="wide"><dt>{}</dt><dd>{}</dd></div>', plans if by_plan else [(_("Plan of the year"), none)]
        ),
    )


def _plan(each: PlanProgress, differ: bool) -> SafeString:
    name = format_html("{} {}", capfirst(str(each.plan.kind.label)), money(each.plan.amount))
    if not (each.is_rated and differ):
        return name
    return format_html('{} <span class="muted">{}</span>', name, _("(rated by this one)"))
