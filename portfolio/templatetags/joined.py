"""Template tags of static files: a page's one stylesheet and its scripts, each joined of its sources."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def stylesheet(name: str) -> SafeString:
    """The one stylesheet of a page, joined of those of its subjects; see `portfolio/static_files/bundles.py`."""
    return format_html('<link rel="stylesheet" href="{}">', static(f"joined/{name}.css"))


@register.simple_tag
def script(name: str) -> SafeString:
    """A script of a page, joined as its stylesheet is; it runs when the page is there."""
    return format_html('<script src="{}" defer></script>', static(f"joined/{name}.js"))
