"""Marks in a page: the disc of a basis, and the dash that stands where nothing is known."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from projects.choices import Basis

HALF_FILLED = '<circle class="{}" cx="6" cy="6" r="4.6"/><path class="b-half" d="M6 1.4a4.6 4.6 0 0 1 0 9.2Z"/>'
GLYPHS = {
    Basis.PUBLISHED: format_html('<circle class="{}" cx="6" cy="6" r="5"/>', "b-pub"),
    Basis.REPORTED: format_html(HALF_FILLED, "b-rep"),
    Basis.ILLUSTRATIVE: format_html('<circle class="{}" cx="6" cy="6" r="4.6"/>', "b-ill"),
}
PARTLY = format_html(HALF_FILLED, "b-ill")
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
