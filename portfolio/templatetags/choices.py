"""Template tags of what there is to choose from: entries of a menu, boxes of a filter, files of a table; as texts."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from projects.pages.links import PageLink
from projects.text import format_html, format_html_join

register = template.Library()
_CURRENT = format_html(' aria-current="{}"', "true")
_SWITCH = '<a href="{}"{}>{}{}</a>'
_NUMBER = ' <span class="n">{}</span>'
_TAB = '<li><a href="{}"{}>{}</a></li>'
_PAGE = format_html(' aria-current="{}"', "page")
_FILE_ENTRY = '<li><a href="{}" rel="nofollow" download>{}</a></li>'


@register.simple_tag
def switch_links(switches: Iterable[PageLink]) -> SafeString:
    """The ways to show a list, one of which is shown."""
    links = (
        (each.url, _CURRENT if each.current else "", each.label, format_html(_NUMBER, each.count) if each.count else "")
        for each in switches
    )
    return format_html_join("", _SWITCH, links)


@register.simple_tag
def tab_entries(tabs: Iterable[PageLink]) -> SafeString:
    return format_html_join("", _TAB, ((each.url, _PAGE if each.current else "", each.label) for each in tabs))


@register.simple_tag
def download_entries(files: Iterable[PageLink]) -> SafeString:
    """The same as entries of a menu."""
    return format_html_join("", _FILE_ENTRY, ((each.url, each.label) for each in files))
