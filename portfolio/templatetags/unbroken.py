"""Template filter against line breaks: a browser breaks '2023-08-10' at its hyphens where a line ends."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.safestring import SafeString

from projects.text import format_html, format_html_join

register = template.Library()

# a day or a month, and a code such as HN-EI-2023-08
_WHOLE = re.compile(r"\b(\d{4}-\d{2}(?:-\d{2})?|[A-Z]+(?:-[A-Z]+)*-\d+(?:-\d+)*)\b", re.ASCII)


@register.filter
def unbroken(text: Any) -> Any:
    """The text with each day and code in an element that does not break; what is markup already stays as it is."""
    if not isinstance(text, str) or isinstance(text, SafeString):
        return text
    pieces = _WHOLE.split(text)  # every second one is a day or a code
    if len(pieces) == 1:
        return text
    return format_html_join("", "{}", ((_one(each) if place % 2 else each,) for place, each in enumerate(pieces)))


def _one(text: str) -> SafeString:
    return format_html('<span class="nw">{}</span>', text)
