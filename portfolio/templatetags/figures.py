"""Template tags of figures: how they, their coverage, basis, lights and sources are written into a page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import wraps
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.choices import Measure, Unit
from projects.models import Source
from projects.pages import formatting, links
from projects.pages.figure_display import ALL, FigureDisplay, withheld_sentence
from projects.pages.marks import basis_mark, dash, glyph, glyph_with_word, light_mark, light_shape, light_word
from projects.pages.month_notice import no_month_sentence
from projects.pages.targets import Compared, PublishedTarget, value_text
from projects.totals.totals import Row
from sectors.models import in_language

register = template.Library()


def optional_filter(function: Callable[..., str]) -> Callable[..., str]:
    """Register and return a filter of the function's name that gives '' for what is not known."""

    @wraps(function)
    def text(value: Any, *arguments: Any) -> str:
        return "" if value is None else function(value, *arguments)

    return register.filter(text)


@optional_filter
def money_with_unit(amount: int | Fraction, form: str = "table") -> str:
    return formatting.money_with_unit(amount, form)


@optional_filter
def signed_money(amount: int | Fraction, form: str = "table") -> str:
    return formatting.signed_money(amount, form)


@optional_filter
def precise(value: int, unit: Unit) -> str:
    """Return a figure's value to the last digit, in the unit that columns are added up by hand in."""
    return formatting.number(value, unit, "precise")


@optional_filter
def signed_precise(difference: int, unit: Unit) -> str:
    return formatting.signed_number(difference, unit, "precise")


@optional_filter
def exact(value: int, unit: Unit) -> str:
    """Return a figure's value in the unit of tables, with every digit that was published."""
    return formatting.exact_money(value) if unit == Unit.CNY else formatting.count(value)


@optional_filter
def signed_exact(difference: int, unit: Unit) -> str:
    return formatting.signed_exact_money(difference) if unit == Unit.CNY else formatting.signed_count(difference)


@optional_filter
def day(date: dt.date) -> str:
    """Return what Django's own `date:"Y-m-d"` does, which takes a tenth of a page with many."""
    return date.isoformat() if date else ""


money = optional_filter(formatting.money)
count = optional_filter(formatting.count)
optional_filter(formatting.signed_count)
minute = optional_filter(formatting.minute)
register.filter(formatting.share)
register.filter(formatting.percent)
register.filter(formatting.points)
register.filter("month", formatting.month_name)
register.filter(formatting.unit_name)
register.filter("target_value", value_text)


@register.filter
def header(measure: str) -> str:
    """Return the name of a measure as the head of a column."""
    return Measure(measure).header


@register.filter
def display(row: Row, figure: str) -> FigureDisplay:
    """Return a figure of a row, as the tags below write it."""
    return FigureDisplay(row, figure)


@register.filter
def withheld(row: Row) -> str:
    """Return why a row has no share of its plan, or '' where it has one."""
    return withheld_sentence(row.figures[Measure.DISBURSED_OF_PLAN])


register.filter(no_month_sentence)
register.filter(light_word)
register.simple_tag(dash)
register.simple_tag(basis_mark)
register.simple_tag(glyph, name="basis_glyph")
register.simple_tag(light_mark)
register.simple_tag(light_shape)


@register.simple_tag(takes_context=True, name="withheld")
def withheld_from_reader(context: Context) -> SafeString:
    """Return what stands where this reader may not see something, for eyes and for screen readers alike."""
    words = _("visible to those with access") if context["user"].is_authenticated else _("visible after signing in")
    return format_html('<span class="muted">{}</span>', words)


@register.simple_tag
def figure(shown: FigureDisplay) -> SafeString:
    """Return a figure as a link to how it comes about, marked if it rests on illustrative records."""
    if shown.value is None:
        return format_html("{}{}", dash(shown.reason), today(shown))
    return format_html(
        '{}<a class="q" href="{}" data-figure="{}" data-value="{}">{}</a>{}',
        illustrative_mark(shown.illustrative_extent),
        shown.url,
        shown.name,
        shown.value,
        shown.text,
        today(shown),
    )


def today(shown: FigureDisplay) -> str:
    """Return what a figure of a past state is today, where that differs."""
    if not shown.today:
        return ""
    return format_html('<span class="now">{}</span>', _("today %(figure)s") % {"figure": shown.today})


@register.inclusion_tag("figures/_headline.html")
def headline(shown: FigureDisplay, label: str = "", *, silent: Any = False) -> dict[str, Any]:
    """A figure in large type, with its unit and the mark that opens it; `silent` where its basis is said below."""
    return {
        "shown": shown,
        "value": str(shown.value),
        "opens": _("%(figure)s: how it is calculated") % {"figure": label or shown.label},
        "equals": glyph("equals", 14, 10),
        "basis": "" if silent else illustrative_words(shown.illustrative_extent),
        "today": today(shown),
    }


@register.inclusion_tag("tables/_coverage.html")
def coverage(figure: FigureDisplay) -> dict[str, FigureDisplay]:
    """Return how many of how many records have a figure, as a link to them: '7/8'; where none has, to all that lack it."""
    return {"shown": figure}


@register.simple_tag
def coverage_link(shown: FigureDisplay, text: str) -> SafeString:
    """Return coverage in words, as a link to the records that have the figure; where none has, to all that lack it."""
    if not shown.known:
        return _missing_link(shown, "q", text) if shown.missing else format_html("{}", text)
    having = format_html(
        '<a class="q" href="{}" data-having="{}" data-value="{}">{}</a>',
        shown.having_url,
        shown.name,
        shown.known,
        text,
    )
    if not shown.missing:
        return having
    without = _("%(count)s without") % {"count": formatting.count(shown.missing)}
    return format_html("{} {}", having, _missing_link(shown, "q lack", without))


def _missing_link(shown: FigureDisplay, css_class: str, text: str) -> SafeString:
    return format_html(
        '<a class="{}" href="{}" data-missing="{}" data-value="{}">{}</a>',
        css_class,
        shown.missing_url,
        shown.name,
        shown.missing,
        text,
    )


def _illustrative(how: str) -> tuple[SafeString, str]:
    if how == ALL:
        return glyph("illustrative"), _("illustrative")
    return glyph("partly"), _("partly illustrative")


@register.simple_tag
def illustrative_mark(how: str) -> str:
    """Return a small mark for a figure that rests on illustrative records, wholly or in part."""
    if not how:
        return ""
    shape, title = _illustrative(how)
    return format_html('<span class="rests" title="{0}">{1}<span class="vh">{0} </span></span>', title, shape)


@register.simple_tag
def illustrative_words(how: str) -> str:
    """Return the same mark with its word, where there is room for it."""
    return glyph_with_word("basis", *_illustrative(how)) if how else ""


@register.simple_tag
def source(record: Source | None) -> str:
    """Return a source as a link with its date."""
    if record is None:
        return ""
    name = record.publisher
    if record.link:
        name = format_html('<a href="{}" rel="noreferrer">{}</a>', record.link, name)
    return format_html('{} <span class="nw muted">{}</span>', name, record.published_on or "")


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
def published_target(target: Compared) -> SafeString:
    """What was announced of a figure with its source; of a part of the list with what that comes to."""
    said, part = target.said, ""
    if said.part:
        colon = _(": ") if target.held_against else ""
        part = " " + _("of %(sector)s alone") % {"sector": said.part} + colon + target.held_against
    return format_html("{} {}{}", said.kind.lower(), published_number(said, said.note), part)


@register.simple_tag
def linked_value(text: str, url: str = "", reason: str = "") -> SafeString:
    """Return a rate, as a link to the records it is made of; a dash where it is not known."""
    if not text:
        return dash(reason or _("not known"))
    return format_html('<a class="q" href="{}">{}</a>', url, text) if url else format_html("{}", text)


@register.simple_tag
def report_page(code: str, year: int, month: int) -> str:
    """Return the address of the report of a month, without asking which year its entry is of."""
    return links.report(code, f"{year}-{month:02}")


@register.simple_tag
def narrowed_to(code: str, figure: str, year: int, through: str = "", since: str = "") -> str:
    """Return the address of how a figure comes about of one project alone, from January to a month."""
    query = {"programme": str(year), "through": through, "code": code, "since": since}
    return links.page("figure", figure, query=[pair for pair in query.items() if pair[1]], filters=False)


@register.simple_tag
def space() -> str:
    """Return what stands between a sentence and the next, and after a colon, when a template puts them together."""
    return formatting.space()


@register.filter("in_language")
def name_in_language(names: tuple[str, str]) -> str:
    """Return the one of a Chinese and an English name."""
    return in_language(*names)


@register.filter
def listing(names: Iterable[Any]) -> str:
    """Return names in a row: '甲、乙', 'a, b'."""
    return formatting.listing([str(name) for name in names])


@register.filter
def as_json(value: Any) -> str:
    """Return what a script reads from a `data-` attribute."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def get(mapping: Any, key: str) -> Any:
    """Return the value of a key: a template cannot look one up by variable."""
    return mapping.get(key)
