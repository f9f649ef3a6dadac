"""Template filter against line breaks: a browser breaks '2023-08-10' at its hyphens where a line ends."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

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
