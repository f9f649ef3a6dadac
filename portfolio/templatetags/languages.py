"""Template tags of the languages of the site: this page in each of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale

from projects.text import format_html, format_html_join

from .navigation import each_query

register = template.Library()
_READ = '<span aria-current="true" lang="{}">{}</span>\n'
_OTHER = '<a href="{0}" lang="{1}" hreflang="{1}">{2}</a>\n'


@register.simple_tag(takes_context=True)
def languages(context: Any) -> SafeString:
    """Each language, of which the one that is read leads nowhere."""
    return _links(context, settings.LANGUAGES)


@register.simple_tag(takes_context=True)
def other_languages(context: Any) -> SafeString:
    """Those that are not read, for where there is little room."""
    return _links(context, [each for each in settings.LANGUAGES if each[0] != get_language()])


def _links(context: Any, shown: Iterable[tuple[str, str]]) -> SafeString:
    request, read = context.get("request"), get_language()
    address = each_query(request, "lang") if request else "?lang={}".format
    links = (
        format_html(_READ, _tag(code), name) if code == read else format_html(_OTHER, address(code), _tag(code), name)
        for code, name in shown
    )
    return format_html_join("", "{}", ((link,) for link in links))


def _tag(code: str) -> str:
    """As documents name it: zh-Hans."""
    return to_locale(code).replace("_", "-")
