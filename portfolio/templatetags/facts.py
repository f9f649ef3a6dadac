"""Template tags of the facts about a project: each with where it comes from, all as one text."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from projects.pages.facts import Fact
from projects.text import format_html, format_html_join

from .figures import basis_mark, dash, source

register = template.Library()
_FACT = '<div><dt>{}</dt><dd class="v"{}>{}</dd><dd class="from">{}{}{}{}</dd></div>'
_PLACE = ' id="{}"'
_LINK = '<a href="{}">{}</a>'
_KNOWN = "{}{}{}"
_UNIT = '<span class="unit">{}</span>'
_BESIDE = " · {}"
_WAITS = ' <span class="waits">{}</span>'


@register.simple_tag
def fact_list(facts: Iterable[Fact]) -> SafeString:
    return format_html_join("", _FACT, (_cells(each) for each in facts))


def _cells(fact: Fact) -> tuple[object, ...]:
    return (
        *(fact.label, format_html(_PLACE, fact.figure) if fact.figure else ""),
        _known(fact) if fact.text else dash(fact.missing),
        source(fact.source),
        basis_mark(fact.basis) if fact.basis else "",
        _origin(fact),
        format_html_join("", _WAITS, ((_waiting(each),) for each in fact.waits)),
    )


def _known(fact: Fact) -> SafeString:
    return format_html(
        _KNOWN,
        format_html(_LINK, fact.url, fact.text) if fact.url else fact.text,
        format_html(_UNIT, fact.unit) if fact.unit else "",
        format_html(_BESIDE, fact.detail) if fact.detail else "",
    )


def _origin(fact: Fact) -> SafeString | str:
    if not fact.origin:
        return "" if fact.text else fact.missing
    origin = format_html(_LINK, fact.origin_url, fact.origin) if fact.origin_url else fact.origin
    return format_html(_BESIDE, origin) if fact.source or fact.basis else origin


def _waiting(proposed: object) -> SafeString:
    """What is proposed of it and not decided, which few facts have."""
    return render_to_string("proposals/_waiting.html", {"each": proposed})
