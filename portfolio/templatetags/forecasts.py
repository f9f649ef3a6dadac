"""Template tags of the forecasts of a year: what each method comes to beside each plan, and how it reckons, as texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.monitoring.forecast import Forecast, Method, Outlook
from projects.pages import formatting
from projects.text import format_html, format_html_join

from .figures import dash, money, ratio
from .opening import explained_below

register = template.Library()
_ROW = (
    '<tr><th scope="row" class="name"><b>{}</b><span class="sub">{}</span></th><td class="r strong">{}</td>'
    '<td class="cov">{}</td>{}</tr>'
)
_LINK = '<a class="q" href="{}">{}</a>'
_AGAINST = '<td class="r"><a class="q" href="{}">{}</a><span class="sub">{}</span></td>'
_TOO_FEW = '<td class="withheld" colspan="{}">{}</td>'
_UNKNOWN = '<td class="r">{}</td>'
_REMARKS = '<ul class="remarks">{}</ul>\n'
_HOW = '<li id="how-{}"><b>{}</b>{}{} {}{}</li>'
_RECKONED = "{} ÷ {} = {}"
_REST = "{}{} − {} = {}"


@register.simple_tag(takes_context=True)
def forecast_rows(context: Context, forecasts: Iterable[Forecast]) -> SafeString:
    """The methods, each with what it means for each plan."""
    return format_html_join("", _ROW, (_row(context, each) for each in forecasts))


def _row(context: Context, forecast: Forecast) -> tuple[Any, ...]:
    is_officers, how = forecast.method == Method.OFFICERS, explained_below(forecast.method)
    missing = _("no forecast reported yet") if is_officers else _("nothing to calculate from yet")
    spoken = context.get("spoken_url") if not is_officers else ""
    counted = f"{formatting.count(forecast.known)}/{formatting.count(forecast.of)}"
    return (
        *(formatting.sentence_case(str(forecast.label)), str(forecast.method.explanation)),
        ratio(money(forecast.value), how, missing),
        dash(missing) if forecast.value is None else format_html(_LINK, spoken or how, counted),
        _against(context, forecast, how, missing),
    )


def _against(context: Context, forecast: Forecast, how: str, missing: str) -> SafeString:
    plans, made_up = context["plans"], context.get("made_up")
    if forecast.against:
        rows = (
            (how, formatting.signed_money(each.difference, "table"), _verdict(each, made_up))
            for each in forecast.against
        )
        return format_html_join("", _AGAINST, rows)
    if forecast.too_few and plans:
        return format_html(_TOO_FEW, len(plans), _("too few to be held against a plan"))
    return format_html_join("", _UNKNOWN, ((dash(missing),) for _plan in plans))


def _verdict(outlook: Outlook, made_up: Any) -> str:
    if made_up:
        return pgettext("verdict", "cannot be tested")
    return _("met") if outlook.met else _("falls short")


@register.simple_tag(takes_context=True)
def forecasts_explained(context: Context, forecasts: Iterable[Forecast]) -> SafeString:
    """How each method that says something has reckoned, with its numbers."""
    told = (_how(context, each) for each in forecasts if each.value is not None)
    return format_html(_REMARKS, format_html_join("", _HOW, told))


def _how(context: Context, forecast: Forecast) -> tuple[Any, ...]:
    value, then = money(forecast.value), _("; ")
    told = value
    if forecast.method != Method.OFFICERS:
        amount = ratio(money(forecast.amount), context.get("spoken_url", ""))
        told = format_html(_RECKONED, amount, formatting.percent(forecast.share), value)
    rests = [
        format_html(_REST, then, value, money(each.planned), formatting.signed_money(each.difference, "table"))
        for each in forecast.against
    ]
    of = {"known": formatting.count(forecast.known), "of": formatting.count(forecast.of)}
    rests.append(format_html("{}{}", then, _("of %(known)s/%(of)s projects") % of))
    return (
        *(forecast.method.value, formatting.sentence_case(str(forecast.label)), _(": ")),
        *(told, context["unit"], format_html_join("", "{}", ((each,) for each in rests))),
    )
