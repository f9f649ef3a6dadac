"""Template tags of the years of one project: its plans of one, its places on the lists of all; as texts."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.choices import ListStatus
from projects.models import Entry
from projects.pages import formatting, links
from projects.text import format_html, format_html_join
from projects.totals.plans import PlanProgress

from .figures import basis_mark, dash, day, figure, money, ratio, signed_money, source
from .opening import narrowed_to
from .unbroken import unbroken

register = template.Library()
_PLAN = (
    '<tr id="plan-{}"><th scope="row">{}{}</th>{}<td class="r" data-rate>{}</td><td class="r" data-beside>{}</td>'
    '<td class="r" data-beside>{}</td><td class="r" data-beside>{}</td><td>{}</td><td class="t">{}</td>'
    '<td class="t">{}</td><td>{}</td><td>{}</td></tr>'
)
_SUB = '<span class="sub">{}</span>'
_OWN = '<td class="r" data-own>{}</td>'
_LISTED = '<td class="r">{}</td>'
_ENTRY = (
    '<tr><th scope="row"><a href="{}">{}</a></th><td>{}</td><td>{}</td><td>{}</td><td class="r">{}</td>{}'
    "<td>{}</td><td>{}{}</td></tr>"
)
_MUTED = '<span class="muted">{}</span>'
_OF_YEAR = '<td class="r">{}</td><td class="r">{}</td>'
_OTHER_YEAR = '<td class="r" colspan="2"><a href="{}#reports">{}</a></td>'


@register.simple_tag(takes_context=True)
def plan_rows(context: Context) -> SafeString:
    """The plans of the year, each with what is done of it."""
    rows = (_plan(context, each) for each in context["tables"]["plans"].lines)
    return format_html_join("", _PLAN, rows)


def _plan(context: Context, line: PlanProgress) -> tuple[Any, ...]:
    plan, record, unknown, listed = line.plan, line.plan.record, _("not known"), _("as on the list")
    code, scope = context["project"].code, context["scope"]
    asked = (scope.programme.year, scope.end_month or "")
    amount, on_list = money(plan.amount), narrowed_to(code, "planned_disbursement", *asked)
    basis = record.basis if record else context["entry"].basis
    return (
        *(plan.kind.value, formatting.sentence_case(str(plan.kind.label))),
        format_html(_SUB, _("the light is measured against it")) if line.is_rated else "",
        format_html(_OWN, amount) if record else format_html(_LISTED, ratio(amount, on_list)),
        ratio(formatting.share(line.share), narrowed_to(code, "disbursed", *asked), unknown),
        ratio(money(line.due), "", unknown),
        ratio(signed_money(line.gap), "", unknown),
        ratio(formatting.points(line.gap_share), "", unknown),
        day(record.decided_on) if record else dash(listed),
        ratio(unbroken(record.document) if record else "", "", listed),
        ratio(unbroken(record.reason) if record else "", "", unknown),
        _("pro-rata plan") if plan.is_even else _("month by month"),
        source(record.source) if record and record.source else basis_mark(basis),
    )


@register.simple_tag(takes_context=True)
def entry_rows(context: Context) -> SafeString:
    """The places on the lists of all years; of the year of the page with what was done in it."""
    rows = (_entry(context, each) for each in context["tables"]["lists"].lines)
    return format_html_join("", _ENTRY, rows)


def _entry(context: Context, each: Entry) -> tuple[Any, ...]:
    code, year, unknown, shown = context["project"].code, each.programme.year, _("not known"), context["entry"]
    url, plan = links.project(code, year=year), narrowed_to(code, "planned_disbursement", year)
    if shown and each.pk == shown.pk:
        done = format_html(_OF_YEAR, figure(context["disbursed"]), figure(context["of_plan"]))
    else:
        done = format_html(_OTHER_YEAR, url, _("see that year"))
    is_unknown = each.status == ListStatus.UNKNOWN
    return (
        *(url, year, dash(unknown) if is_unknown else str(ListStatus(each.status).label)),
        each.joined.isoformat() if each.joined else format_html(_MUTED, _("from the start of the year")),
        each.left.isoformat() if each.left else format_html(_MUTED, _("on the list")),
        *(ratio(money(each.planned_disbursement), plan, unknown), done, basis_mark(each.basis)),
        source(each.source) if each.source else dash(unknown),
        format_html(_SUB, unsourced) if (unsourced := context["unsourced"].get(each.pk)) else "",
    )
