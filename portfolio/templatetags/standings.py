"""Template tags of the attention list: an entry, what it has done beside what its plan asks for, and why, as one text."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.choices import Light
from projects.pages import formatting, links
from projects.pages.marks import basis_mark, dash, light_mark
from projects.pages.monitoring.attention import AttentionEntry
from projects.text import format_html, format_html_join
from projects.totals.plans import PlanProgress
from projects.totals.scope import Scope
from projects.totals.standings import Standing

from .unbroken import unbroken

register = template.Library()

_ENTRY = (
    '<th scope="row" class="name"><a href="{}">{}</a><span class="sub">{}<span class="nw">{}</span>{} {}</span></th>'
    "<td>{}{}</td>{}"
)
_TROUBLE = '<p class="trouble">{} {}</p>'


_ROW = '<tr id="{}">{}\n<td class="t why">{}\n{}{}{}\n{}</td></tr>\n'
_REASON = '<p><b>{}</b> {} <a class="muted" href="{}">{}</a></p>'
_MEASURE = "<p><b>{}</b> {}</p>"
_FORM = (
    '<details class="writing"{}><summary>{}<span class="vh"> {}</span></summary><form method="post" class="stack">{}'
    '<input type="hidden" name="entry" value="{}">{}<button class="btn main" type="submit">{}</button></form></details>'
)


@register.simple_tag(takes_context=True)
def attention_rows(context: Any, entries: Iterable[AttentionEntry]) -> SafeString:
    """Fifty to a page: each entry with its numbers, what is said of it, and the form of a rating for whoever may rate it."""
    return format_html_join("", _ROW, (_row(context, entry) for entry in entries))


def _row(context: Any, entry: AttentionEntry) -> tuple[Any, ...]:
    standing = entry.standing
    beside = {"rating": standing.rating, "standing": standing, "scope": context["scope"]}
    return (
        *(standing.project.code, _standing(entry, context["scope"]), _troubles(entry)),
        render_to_string("rounds/_rated.html", beside) if standing.rating else "",
        _reported(standing) if standing.last_report else "",
        dash(_("no reason or measure given")) if entry.is_silent else "",
        _form(context, entry) if entry.may_rate else "",
    )


def _reported(standing: Standing) -> SafeString:
    report, reason, measure = standing.last_report, "", ""
    if report.reason:
        address = links.page("report", standing.project.code, str(standing.last_month))
        reason = format_html(_REASON, _("Reason"), unbroken(report.reason), address, standing.last_month)
    if report.measure:
        measure = format_html(_MEASURE, pgettext("report", "Measure"), unbroken(report.measure))
    return format_html("{}{}", reason, measure)


def _form(context: Any, entry: AttentionEntry) -> SafeString:
    project, form = entry.standing.project, entry.form
    if form:
        fields = render_to_string("rounds/_posted_rating.html", {"form": form})
    else:  # the empty form is the same for each project but for its code
        fields = format_html_join(project.code, "{}", ((part,) for part in context["blank_rating"]))
    is_open = format_html(" open") if form and form.errors else ""
    token, save = context.get("token", ""), _("Save the rating")
    return format_html(_FORM, is_open, _("Add a rating"), project.name, token, project.code, fields, save)


def _standing(entry: AttentionEntry, scope: Scope) -> SafeString:
    """The project, its light and its numbers."""
    standing, project = entry.standing, entry.standing.project
    url = links.project(project.code, year=standing.entry.programme.year)
    is_earlier = standing.month and standing.month != scope.end_month
    return format_html(
        _ENTRY,
        *(url, project.name, format_html("{} · ", project.prefecture.name) if project.prefecture else ""),
        *(
            project.code,
            format_html(" · {}", standing.stage.label) if standing.stage else "",
            basis_mark(project.basis),
        ),
        light_mark(standing.light),
        format_html('<span class="sub">{}</span>', _("as at %(month)s") % {"month": standing.month})
        if is_earlier
        else "",
        _cells(standing, url),
    )


def _troubles(entry: AttentionEntry) -> SafeString:
    """Why it stands among those that need attention, beyond its light."""
    standing = entry.standing
    return format_html(
        "{}{}{}{}",
        format_html('<p class="because">{}</p>', entry.because) if entry.because else "",
        _late(standing) if standing.start and standing.start != Light.GREEN else "",
        _missing(standing) if standing.reports and standing.reports != Light.GREEN else "",
        _problems(standing, entry.problems_url) if standing.problems else "",
    )


def _late(standing: Standing) -> SafeString:
    months = standing.months_late
    text = ngettext(
        "start was due %(date)s, %(months)s month without one",
        "start was due %(date)s, %(months)s months without one",
        months,
    )
    return format_html(
        _TROUBLE, light_mark(standing.start), text % {"date": standing.project.started, "months": months}
    )


def _missing(standing: Standing) -> SafeString:
    text = ngettext(
        "%(count)s report missing, that of %(month)s",
        "%(count)s reports missing in a row, the last of %(month)s",
        standing.missing_count,
    )
    values = {"count": standing.missing_count, "month": standing.missing_until}
    return format_html(_TROUBLE, light_mark(standing.reports), text % values)


def _problems(standing: Standing, url: str) -> SafeString:
    overdue, count = standing.problems_overdue, standing.problems
    if overdue:
        text = ngettext("%(count)s problem overdue", "%(count)s problems overdue", overdue) % {"count": overdue}
    else:
        text = ngettext("%(n)s problem not solved", "%(n)s problems not solved", count) % {"n": count}
    return format_html('<p class="trouble"><a href="{}">{}</a></p>', url, text)


def _cells(standing: Standing, project: str) -> SafeString:
    """Each number leads to its place on the page of its project: the line of its plan, or its months."""
    none, rated = dash(_("not known")), standing.plan
    line = f"{project}#plan-{rated.kind}" if rated else ""
    others = [each for each in standing.by_plan if standing.plans_differ and not each.is_rated]
    numbers = (
        (line, _money(rated.amount) if rated else ""),
        (f"{project}#disbursed", _money(standing.disbursed)),
        (line, formatting.share(standing.share)),
        (line, _money(standing.due)),
        (line, "" if standing.gap is None else formatting.signed_money(standing.gap, "table")),
        (line, formatting.points(standing.gap_share)),
    )
    cells = [_opening(address, text) or none for address, text in numbers]
    if others and rated:  # which plan the numbers are of, and what the other ones are
        of_rated = format_html(
            '<span class="sub">{} {}</span>', capfirst(str(rated.kind.label)), _("(rated by this one)")
        )
        cells[0] = format_html("{}{}", cells[0], of_rated)
        cells[2] = format_html(
            "{}{}", cells[2], format_html_join("", "{}", ((_other(each, project),) for each in others))
        )
    return format_html_join("", '<td class="r">{}</td>', ((cell,) for cell in cells))


def _other(each: PlanProgress, project: str) -> SafeString:
    address = f"{project}#plan-{each.plan.kind}"
    name = capfirst(str(each.plan.kind.label))
    amount, share = _opening(address, _money(each.plan.amount)), _opening(address, formatting.percent(each.share))
    return format_html('<span class="sub">{} {} {}</span>', name, amount, share)


def _opening(address: str, text: str) -> str:
    return format_html('<a class="q" href="{}">{}</a>', address, text) if text else ""


def _money(amount: int | Fraction | None) -> str:
    return "" if amount is None else formatting.money(amount, "table")
