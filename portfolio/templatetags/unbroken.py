"""Template filters of texts that people wrote: days and codes that do not break at their hyphens, and their language."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.pages import formatting

register = template.Library()

# a day or a month, and a code such as HN-EI-2023-08
_WHOLE = re.compile(r"\b(\d{4}-\d{2}(?:-\d{2})?|[A-Z]+(?:-[A-Z]+)*-\d+(?:-\d+)*)\b", re.ASCII)


@register.filter
def unbroken(text: Any) -> Any:
    """Return the text with each day and code in an element that does not break; what is markup already stays as it is."""
    if not isinstance(text, str) or isinstance(text, SafeString):
        return text
    pieces = _WHOLE.split(text)
    pieces[1::2] = [format_html('<span class="nw">{}</span>', piece) for piece in pieces[1::2]]  # days and codes
    return format_html_join("", "{}", ((piece,) for piece in pieces)) if len(pieces) > 1 else text


@register.filter
def mark_chinese(text: Any) -> Any:
    """Return a text marked as Chinese where it is and the page is not, so that it is read out and understood as such."""
    if formatting.in_chinese() or not re.search(r"[\u4e00-\u9fff]", str(text or "")):
        return text
    # in front, where no short cell cuts it off
    return format_html('<span class="muted">({})</span> <span lang="zh-Hans">{}</span>', _("in Chinese"), text)
