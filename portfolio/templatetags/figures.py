"""Template tags of figures: how they, their coverage, basis and sources are written into a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from typing import Any

from django import template
from django.template import Context
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from projects.choices import Basis, Measure, Unit
from projects.models import Source
from projects.pages import formatting, links
from projects.pages.figure_display import ALL, FigureDisplay, shown, withheld_sentence
from projects.pages.marks import GLYPHS, PARTLY, basis_glyph, basis_mark, dash, drawn
from projects.pages.targets import Compared, PublishedTarget
from projects.text import format_html
from projects.totals.totals import Row
from sectors.models import in_language

register = template.Library()

_EQUALS = format_html(
    '<svg width="14" height="10" viewBox="0 0 14 10" aria-hidden="true" focusable="false">'
    '<path d="{}" stroke="currentColor" stroke-width="2.2" fill="none"/></svg>',
    "M1 2.5h12M1 7.5h12",
)
_TODAY = '<span class="now">{}</span>'
_NOTHING = format_html("")


@register.filter
def money(amount: int | Fraction | None, form: str = "table") -> str:
    """CNY in the unit of a form, '' when it is not known, as all filters here."""
    return "" if amount is None else formatting.money(amount, form)


@register.filter
def money_with_unit(amount: int | Fraction | None, form: str = "table") -> str:
    return "" if amount is None else formatting.money_with_unit(amount, form)


@register.filter
def signed_money(amount: int | Fraction | None, form: str = "table") -> str:
    """A gap in CNY with its sign."""
    return "" if amount is None else formatting.signed_money(amount, form)


@register.filter
def precise(value: int | None, unit: Unit) -> str:
    """A figure's value to the last digit, in the unit that columns are added up by hand in."""
    return "" if value is None else formatting.number(value, unit, "precise")


@register.filter
def signed_precise(difference: int | None, unit: Unit) -> str:
    return "" if difference is None else formatting.signed_number(difference, unit, "precise")


@register.filter
def exact(value: int | None, unit: Unit) -> str:
    """The same in the unit of tables."""
    if value is None:
        return ""
    return formatting.exact_money(value) if unit == Unit.CNY else formatting.count(value)


@register.filter
def signed_exact(difference: int | None, unit: Unit) -> str:
    if difference is None:
        return ""
    return formatting.signed_exact_money(difference) if unit == Unit.CNY else formatting.signed_count(difference)


@register.filter
def count(number: int | None) -> str:
    return "" if number is None else formatting.count(number)


@register.filter
def signed_count(difference: int | None) -> str:
    return "" if difference is None else formatting.signed_count(difference)


@register.filter
def day(date: dt.date | None) -> str:
    """As Django's own `date:"Y-m-d"`, which takes a tenth of a page with many."""
    return date.isoformat() if date else ""


@register.filter
def minute(moment: dt.datetime | None) -> str:
    return "" if moment is None else formatting.minute(moment)


register.filter(formatting.share)
register.filter(formatting.percent)
register.filter(formatting.points)
register.filter("month", formatting.month_name)
register.filter(formatting.unit_name)


@register.filter
def display(row: Row, figure: str) -> FigureDisplay:
    """A figure of a row, as the tags below write it."""
    return shown(row, figure)


@register.filter
def withheld(row: Row) -> str:
    """Why a row has no share of its plan, or '' where it has one."""
    return withheld_sentence(row.figures[Measure.DISBURSED_OF_PLAN])


register.filter(links.opening)
register.filter(links.explaining)


register.simple_tag(dash)
register.simple_tag(basis_mark)
register.simple_tag(basis_glyph)


@register.simple_tag(takes_context=True, name="withheld")
def withheld_from_reader(context: Context) -> SafeString:
    """What stands where there is something that this reader may not see, for eyes and for screen readers alike."""
    told = _("visible to those with access") if context["user"].is_authenticated else _("visible after signing in")
    return format_html('<span class="muted">{}</span>', told)


@register.simple_tag
def figure(shown: FigureDisplay) -> SafeString:
    """A figure as a link to how it comes about, marked if it rests on illustrative records."""
    if shown.value is None:
        return dash(shown.reason) + today(shown)
    return format_html(
        '{}<a class="q" href="{}" data-figure="{}" data-value="{}">{}</a>{}',
        rests(shown.rests),
        shown.url,
        shown.name,
        shown.value,
        shown.text,
        today(shown),
    )


def today(shown: FigureDisplay) -> SafeString:
    """Beside a figure of a past state that differs what it is today."""
    figure = shown.today
    return format_html(_TODAY, _("today %(figure)s") % {"figure": figure}) if figure else _NOTHING


@register.simple_tag
def headline(shown: FigureDisplay, label: str = "", *, silent: Any = False) -> SafeString:
    """A figure in large type, with its unit and the mark that opens it; `silent` where its basis is said below."""
    if shown.value is None:
        return format_html(
            '<p class="fig none">{}<span class="unit">{}</span>{}</p>', dash(shown.reason), shown.unit, today(shown)
        )
    opens = _("%(figure)s: how it is calculated") % {"figure": label or shown.label}
    return format_html(
        '<p class="fig"><a class="plain" href="{}" data-figure="{}" data-value="{}">{}</a><span class="unit">{}</span>'
        '<a class="eq" href="{}" title="{}" aria-label="{}">{}</a>{}{}</p>',
        shown.url,
        shown.name,
        shown.value,
        shown.text,
        shown.unit,
        shown.url,
        opens,
        opens,
        _EQUALS,
        "" if silent else rests_in_words(shown.rests),
        today(shown),
    )


_COUNTED = '<a class="q{}" href="{}" data-{}="{}" data-value="{}">{}</a>'


@register.simple_tag
def coverage(shown: FigureDisplay) -> SafeString:
    """How many records have a figure, as a link to them, and how many do not, as one to those."""
    return covered(shown, shown.coverage)


@register.simple_tag
def covered(shown: FigureDisplay, text: str) -> SafeString:
    """The same in words of one's own. Of what nobody has, the number leads to all that lack it."""
    lacking = (shown.missing_url, "missing", shown.name, shown.missing)
    if not shown.known:
        return format_html(_COUNTED, "", *lacking, text) if shown.missing else escape(text)
    said = format_html(_COUNTED, "", shown.having_url, "having", shown.name, shown.known, text)
    if not shown.missing:
        return said
    without = _("%(count)s without") % {"count": formatting.count(shown.missing)}
    return format_html("{} {}", said, format_html(_COUNTED, " lack", *lacking, without))


@register.simple_tag
def rests(how: str) -> str:
    """A small mark for a figure that rests on illustrative records, wholly or in part."""
    return _rests(how, get_language()) if how else ""


@cache
def _rests(how: str, _language: str | None) -> SafeString:
    """A table has it in most of its cells."""
    title = _("illustrative") if how == ALL else _("partly illustrative")
    glyph = GLYPHS[Basis.ILLUSTRATIVE] if how == ALL else PARTLY
    return format_html(
        '<span class="rests" title="{}">{}<span class="vh">{} </span></span>', title, drawn(glyph), title
    )


@register.simple_tag
def rests_in_words(how: str) -> str:
    """The same mark with its word, where there is room for it."""
    if not how:
        return ""
    word = _("illustrative") if how == ALL else _("partly illustrative")
    glyph = GLYPHS[Basis.ILLUSTRATIVE] if how == ALL else PARTLY
    return format_html('<span class="basis">{}{}</span>', drawn(glyph), word)


@register.simple_tag
def source(record: Source | None) -> str:
    """A source as a link with its date."""
    if record is None:
        return ""
    name = format_html('<a href="{}" rel="noreferrer">{}</a>', record.link, record.publisher)
    return format_html(
        '{} <span class="nw muted">{}</span>', name if record.link else record.publisher, record.published_on or ""
    )


@register.simple_tag
def published_number(number: PublishedTarget, note: str = "") -> SafeString:
    """A published number as a link to its source."""
    source = number.source
    if not source.link:
        return format_html('<span title="{}">{}</span>', source, number.value)
    beside = f" · {note}" if note else ""
    return format_html(
        '<a class="q" href="{}" rel="noreferrer" title="{} {}{}">{}</a>',
        *(source.link, source.publisher, source.published_on or "", beside, number.value),
    )


@register.simple_tag
def announced(target: Compared) -> SafeString:
    """What was announced of a figure with its source; of a part of the list with what that comes to."""
    said, part = target.said, ""
    if said.part:
        colon = _(": ") if target.held_against else ""
        part = " " + _("of %(sector)s alone") % {"sector": said.part} + colon + target.held_against
    return format_html("{} {}{}", said.kind.lower(), published_number(said, said.note), part)


@register.simple_tag
def ratio(text: str, url: str = "", reason: str = "") -> SafeString:
    """A rate, as a link to the records it is made of; a dash where it is not known."""
    if not text:
        return dash(reason or _("not known"))
    return format_html('<a class="q" href="{}">{}</a>', url, text) if url else format_html("{}", text)


@register.simple_tag
def space() -> str:
    """What stands between a sentence and the next, and after a colon, when a template puts them together."""
    return formatting.space()


@register.filter("in_language")
def name_in_language(names: tuple[str, str]) -> str:
    """Of a Chinese and an English name."""
    return in_language(*names)


@register.filter
def listing(names: Iterable[Any]) -> str:
    """Names in a row: '甲、乙', 'a, b'."""
    return formatting.listing([str(name) for name in names])


@register.filter
def get(mapping: Any, key: str) -> Any:
    """The value of a key: a template cannot look one up by variable."""
    return mapping.get(key)
