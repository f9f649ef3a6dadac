"""Marks in a page: the disc of a basis, the shape of a light, and the dash that stands where nothing is known."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from projects.choices import Basis, Light
from projects.text import format_html

from . import formatting

HALF_FILLED = '<circle class="{}" cx="6" cy="6" r="4.6"/><path class="b-half" d="M6 1.4a4.6 4.6 0 0 1 0 9.2Z"/>'
GLYPHS = {
    Basis.PUBLISHED: format_html('<circle class="{}" cx="6" cy="6" r="5"/>', "b-pub"),
    Basis.REPORTED: format_html(HALF_FILLED, "b-rep"),
    Basis.ILLUSTRATIVE: format_html('<circle class="{}" cx="6" cy="6" r="4.6"/>', "b-ill"),
}
PARTLY = format_html(HALF_FILLED, "b-ill")
_SHAPES = {
    Light.RED: format_html('<rect class="{}" x="1.5" y="1.5" width="11" height="11"/>', "l-red"),
    Light.YELLOW: format_html('<path class="{}" d="M7 1.2 13.2 12.6H.8Z"/>', "l-yellow"),
    Light.GREEN: format_html('<circle class="{}" cx="7" cy="7" r="6"/>', "l-green"),
}
_UNLIT = format_html('<circle class="{}" cx="7" cy="7" r="5.5"/>', "l-none")
_LIGHT = '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" focusable="false">{}</svg>'
_SVG = '<svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" focusable="false">{}</svg>'


def dash(reason: str) -> SafeString:
    """What stands where nothing is known: a dash that says why. It is never zero."""
    return format_html(
        '<span class="na" title="{}"><span aria-hidden="true">—</span><span class="vh">{}</span></span>', reason, reason
    )


def basis_mark(basis: str, text: str = "") -> SafeString:
    """The mark of a basis with its word: a disc for published, half of one for reported, a broken ring for illustrative."""
    return format_html('<span class="basis">{}{}</span>', basis_glyph(basis), text or Basis(basis).label)


def basis_glyph(basis: str) -> SafeString:
    return drawn(GLYPHS[Basis(basis)])


def drawn(glyph: SafeString) -> SafeString:
    return format_html(_SVG, glyph)


def light_word(light: str | None) -> str:
    """Return the word of a light; its mark is drawn beside it."""
    return str(Light(light).label) if light else pgettext("light", "not rated")


def light_mark(light: str | None) -> SafeString:
    """A light as its shape and its word; a broken ring and 'not rated' for none. Never colour alone."""
    return _light(light, get_language())


@lru_cache(maxsize=20)
def _light(light: str | None, _language: str | None) -> SafeString:
    shape = _SHAPES[Light(light)] if light else _UNLIT
    return format_html('<span class="light">{}{}</span>', format_html(_LIGHT, shape), light_word(light))


def light_shape(light: str | None, *, silent: bool = False) -> SafeString:
    """The shape alone, for where there is little room; its word is for screen readers, unless it stands beside it."""
    shape = format_html(_LIGHT, _SHAPES[Light(light)] if light else _UNLIT)
    word = "" if silent else format_html('<span class="vh">{}</span>', light_word(light))
    return format_html('<span class="light">{}{}</span>', shape, word)


def illustrative_mark(share: Fraction | None) -> SafeString | str:
    """How much of a number is made up, as it stands in a sentence behind it; nothing where nothing is."""
    if not share:
        return ""
    if share == 1:
        glyph, text = GLYPHS[Basis.ILLUSTRATIVE], _("all illustrative")
    else:
        glyph, text = PARTLY, pgettext("mark", "%(share)s illustrative") % {"share": formatting.part_in_percent(share)}
    return format_html('<span class="ill">{}{}</span>', drawn(glyph), text)
