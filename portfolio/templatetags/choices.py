"""Template tags of what there is to choose from: entries of a menu, boxes of a filter, files of a table; as texts."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from projects.pages.filter_form import Picker
from projects.pages.links import CountLink, PageLink
from projects.pages.marks import basis_glyph
from projects.text import format_html, format_html_join

register = template.Library()
_ENTRY = '<li><a href="{}"{}>{}{}</a></li>'
_CURRENT = format_html(' aria-current="{}"', "true")
_BESIDE = " <span>{}</span>"
_BOX = '<label class="pick"><input type="checkbox" name="{}" value="{}"{}>{}</label>'
_CHECKED = format_html(" {}", "checked")
_BASIS = '<span class="basis">{}<a class="q" href="{}" data-figure="project_count" data-value="{}">{}</a></span>'
_FILE_ENTRY = '<li><a href="{}" rel="nofollow" download>{}</a></li>'
_FILE = ' <a href="{}" rel="nofollow" download>{}</a>'


@register.simple_tag
def menu_entries(choices: Iterable[PageLink]) -> SafeString:
    """The choices of a menu of the scope bar, which each page of figures has three of."""
    entries = (
        (each.url, _CURRENT if each.current else "", each.label, format_html(_BESIDE, each.count) if each.count else "")
        for each in choices
    )
    return format_html_join("", _ENTRY, entries)


@register.simple_tag
def basis_counts(counts: Iterable[CountLink]) -> SafeString:
    """How many projects of the list are of each basis."""
    return format_html_join("", _BASIS, ((basis_glyph(each.name), each.url, each.value, each.text) for each in counts))


@register.simple_tag
def boxes(picker: Picker) -> SafeString:
    """The boxes of one filter of the list of projects."""
    ticked = ((picker.name, each.value, _CHECKED if each.picked else "", each.label) for each in picker.choices)
    return format_html_join("", _BOX, ticked)


@register.simple_tag
def downloads(files: Iterable[PageLink]) -> SafeString:
    """The files that a table can be read as."""
    return format_html_join("", _FILE, ((each.url, each.label) for each in files))


@register.simple_tag
def download_entries(files: Iterable[PageLink]) -> SafeString:
    """The same as entries of a menu."""
    return format_html_join("", _FILE_ENTRY, ((each.url, each.label) for each in files))
