"""Template tags of the overview: rows of its small tables, and what was announced beside a figure, as texts."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from portfolio.dashboards.presenters.disbursement import DisbursedMonth, EvenPace
from portfolio.dashboards.presenters.plan_gaps import GapRow
from portfolio.dashboards.presenters.published_against_list import PublishedLine
from projects.choices import Measure
from projects.pages import formatting
from projects.pages.figure_display import shown
from projects.pages.marks import light_shape
from projects.pages.targets import Compared, PublishedTarget
from projects.text import format_html, format_html_join

from .figures import figure, ratio, rests
from .unbroken import unbroken

register = template.Library()
_SAID = '<a class="q" href="{}" rel="noreferrer" title="{} {}{}">{}</a>'
_NOTE = " · {}"
_UNLINKED = '<span title="{}">{}</span>'
_ANNOUNCED = "{} {}{}"
_LINE = '<tr><th scope="row" class="t">{}{}</th><td class="r">{}</td><td class="r">{}</td><td class="t">{}</td></tr>'
_SUB = '<span class="sub">{}</span>'
_BEHIND = (
    '<tr><th scope="row" class="t"><span class="lt">{}</span><a href="{}">{}</a></th>'
    '<td class="r">{}<a class="q" href="{}">{}</a></td><td class="t">{}</td></tr>'
)
_WHY_LINK = '<a class="q why" href="{}" title="{}">{}</a>'
_WHY = '<span class="why" title="{}">{}</span>'
_SILENT = '<span class="muted">{}</span>'
_MOST_OF_REASON = 120  # characters of it that a row has room for
_MONTH = '<tr><th scope="row">{}</th><td class="r">{}</td><td class="r">{}</td>{}</tr>'
_PACE = '<td class="r"{}>{}</td>'
_DIVIDED = format_html(" data-rate")


@register.simple_tag
def announced(compared: Iterable[Compared]) -> SafeString:
    """What was announced of a figure, each number with its source; of a part of the list with what that comes to."""
    return format_html_join(_("; "), "{}", ((_announced(each),) for each in compared))


def _announced(each: Compared) -> SafeString:
    said = each.said
    number = _said(said, said.note) if said.source.link else format_html(_UNLINKED, said.source, said.value)
    part = ""
    if said.part:
        alone = _("of %(sector)s alone") % {"sector": said.part}
        part = format_html(" {}{}{}", alone, _(": ") if each.held_against else "", each.held_against)
    return format_html(_ANNOUNCED, said.kind.lower(), number, part)


def _said(said: PublishedTarget, note: str = "") -> SafeString:
    """A published number as a link to its source."""
    source = said.source
    beside = format_html(_NOTE, note) if note else ""
    return format_html(_SAID, source.link, source.publisher, source.published_on or "", beside, said.value)


@register.simple_tag
def published_rows(lines: Iterable[PublishedLine]) -> SafeString:
    """Published numbers beside those of the list."""
    rows = (
        (
            *(each.label, format_html(_SUB, each.months) if each.months else ""),
            format_html_join(
                " / ", "{}", ((_said(said) if said.source.link else said.value,) for said in each.published)
            ),
            *(figure(each.shown), each.note),
        )
        for each in lines
    )
    return format_html_join("", _LINE, rows)


@register.simple_tag
def behind_rows(rows: Iterable[GapRow]) -> SafeString:
    """The entries that are furthest behind, and why."""
    cells = (
        (
            *(light_shape(each.light), each.url, each.name),
            *(rests(each.rests), each.gap_url, each.gap, _reason(each)),
        )
        for each in rows
    )
    return format_html_join("", _BEHIND, cells)


def _reason(each: GapRow) -> SafeString:
    if not each.reason:
        return format_html(_SILENT, _("no reason given"))
    short = unbroken(Truncator(each.reason).chars(_MOST_OF_REASON))
    if each.reason_url:
        return format_html(_WHY_LINK, each.reason_url, each.reason, short)
    return format_html(_WHY, each.reason, short)


@register.simple_tag
def disbursed_months(months: Iterable[DisbursedMonth]) -> SafeString:
    """The months of a year beside the even pace of each plan."""
    rows = (
        (
            *(each.month.row.name_zh, figure(shown(each.month.row, Measure.DISBURSED))),
            ratio(formatting.money(each.month.since_january), each.url),
            format_html_join("", _PACE, (_pace(expected) for expected in each.expected)),
        )
        for each in months
    )
    return format_html_join("", _MONTH, rows)


def _pace(expected: EvenPace) -> tuple[str, SafeString]:
    return _DIVIDED if expected.is_divided else "", ratio(formatting.money(expected.amount), expected.url)
