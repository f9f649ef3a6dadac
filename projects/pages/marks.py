"""Marks in a page: the disc of a basis, the shape of a light, and the dash that stands where nothing is known."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Basis, Light

from . import formatting


def dash(reason: str) -> SafeString:
    """Return the dash that stands where nothing is known, with the reason. It is never zero."""
    return format_html(
        '<span class="na" title="{0}"><span aria-hidden="true">—</span><span class="vh">{0}</span></span>', reason
    )


@cache
def glyph(name: str, width: int = 12, height: int = 12) -> SafeString:
    """Return a shape of `figures/_glyph.html`: drawn once, since a table has one in most of its cells."""
    return format_html(
        '<svg width="{0}" height="{1}" viewBox="0 0 {0} {1}" aria-hidden="true" focusable="false">{2}</svg>',
        width,
        height,
        render_to_string("figures/_glyph.html", {"name": name}),
    )


def glyph_with_word(css_class: str, shape: SafeString, word: SafeString | str) -> SafeString:
    return format_html('<span class="{}">{}{}</span>', css_class, shape, word)


def basis_mark(basis: str, text: str = "") -> SafeString:
    """Return the mark of a basis and its word: a disc for published, half of one for reported, a ring for illustrative."""
    return glyph_with_word("basis", glyph(basis), text or str(Basis(basis).label))


def light_word(light: str | None) -> str:
    """Return the word of a light; its mark is drawn beside it."""
    return str(Light(light).label) if light else pgettext("light", "not rated")


def light_mark(light: str | None) -> SafeString:
    """Return a light as its shape and its word; a broken ring and 'not rated' for none. Never colour alone."""
    return glyph_with_word("light", _light_glyph(light), light_word(light))


def light_shape(light: str | None, *, silent: bool = False) -> SafeString:
    """Return the shape alone, for where there is little room; its word is for screen readers, unless it stands beside."""
    word = "" if silent else format_html('<span class="vh">{}</span>', light_word(light))
    return glyph_with_word("light", _light_glyph(light), word)


def _light_glyph(light: str | None) -> SafeString:
    return glyph(light or "not-rated", 14, 14)


def illustrative_mark(share: Fraction | None) -> SafeString | str:
    """Return how much of a number is made up, as it stands in a sentence behind it; '' where nothing is."""
    if not share:
        return ""
    if share == 1:
        return glyph_with_word("ill", glyph("illustrative"), _("all illustrative"))
    text = pgettext("mark", "%(share)s illustrative") % {"share": formatting.part_in_percent(share)}
    return glyph_with_word("ill", glyph("partly"), text)
