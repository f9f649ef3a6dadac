"""Template tag of the queue of a review: its rows, fifty to a page, each one text."""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.pages import formatting
from projects.pages.marks import light_mark
from projects.pages.review.review_rows import ReviewRow
from projects.text import format_html, format_html_join

from .figures import money, ratio, signed_money
from .navigation import each_query

register = template.Library()

_ROW = (
    '<tr{}><td class="chk"><label class="pick"><input type="checkbox" name="report" value="{}" data-amount="{}"{}>'
    '<span class="vh">{}</span></label></td>\n<th scope="row" class="name"><a href="{}">{}</a><span class="sub">{}{}</span>'
    '{}</th>\n<td class="r was">{}</td><td class="r"><b>{}</b></td><td class="r">{}</td><td class="r">{}</td>'
    '<td class="r">{}</td><td class="r">{}</td><td class="r">{}</td>\n<td class="nw">{}{}</td><td class="t">{}</td>'
    '<td><a href="{}">{}<span class="vh"> {}</span></a></td></tr>\n'
)


@register.simple_tag(takes_context=True)
def review_rows(context: Context) -> SafeString:
    opened, chosen = each_query(context["request"], "open", "page"), context["attempt"].chosen
    last_month = bool(context["last_month"])
    rows = context["rows"]
    return format_html_join("", "{}", ((_written(row, opened(row.project.code), chosen, last_month),) for row in rows))


def _written(row: ReviewRow, address: str, chosen: object, last_month: bool) -> SafeString:
    line, project, waiting = row.line, row.project, row.waiting
    is_chosen, unplanned, unreported = row.report.pk in chosen, _("no plan known"), _("no report")  # type: ignore[operator]
    return format_html(
        _ROW,
        *(format_html(' class="sel"') if is_chosen else "", row.chosen_as, row.amount),
        format_html(" {}", "disabled" if waiting.is_own else "checked") if waiting.is_own or is_chosen else "",
        *(_("Choose %(project)s") % {"project": project.name}, row.url, project.name),
        *(format_html("{} · ", project.prefecture.name) if project.prefecture else "", project.code),
        format_html('<span class="sub strong">{}</span>', _("You submitted this one, so another person approves it."))
        if waiting.is_own
        else "",
        *(ratio(money(line.last), "", unreported) if last_month else "", money(line.now)),
        ratio(signed_money(line.change), "", unreported),
        *(ratio(formatting.share(line.month_share, 0), "", unplanned), money(line.year_to_date)),
        *(ratio(formatting.share(line.share), "", unplanned), ratio(formatting.points(line.gap), "", unplanned)),
        format_html("{} → ", light_mark(waiting.before)) if waiting.before != waiting.after else "",
        light_mark(waiting.after),
        row.hints or format_html('<span class="muted">{}</span>', pgettext("hints", "none")),
        *(address, pgettext("review", "Open"), project.name),
    )
