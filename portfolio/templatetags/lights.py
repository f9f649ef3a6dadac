"""Template tags of lights: a shape and a word, never colour alone."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from projects.choices import Light
from projects.views.monitoring.rule_description import light_word

register = template.Library()
register.filter(light_word)

_SHAPES = {
    Light.RED: format_html('<rect class="{}" x="1.5" y="1.5" width="11" height="11"/>', "l-red"),
    Light.YELLOW: format_html('<path class="{}" d="M7 1.2 13.2 12.6H.8Z"/>', "l-yellow"),
    Light.GREEN: format_html('<circle class="{}" cx="7" cy="7" r="6"/>', "l-green"),
}
_NONE = format_html('<circle class="{}" cx="7" cy="7" r="5.5"/>', "l-none")
_SVG = '<svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" focusable="false">{}</svg>'


@register.simple_tag
def light_mark(light: str | None) -> SafeString:
    """A light as its shape and its word; a broken ring and 'not rated' for none."""
    return _mark(light, get_language())


@lru_cache(maxsize=20)
def _mark(light: str | None, _language: str | None) -> SafeString:
    shape = _SHAPES[Light(light)] if light else _NONE
    return format_html('<span class="light">{}{}</span>', format_html(_SVG, shape), light_word(light))
