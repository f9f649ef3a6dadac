"""Template tag of print: what a sheet of paper says of itself, which on the screen menus and the address bar say."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.history import as_of
from projects.pages import formatting
from projects.pages.return_address import BACK
from projects.text import format_html, format_html_join

register = template.Library()
_UNSAID = ("lang", BACK)


_PAPER = '<div class="paper">{}<p>{}{}</p></div>\n'
_QUESTION = "<p>{}</p>"
_ADDRESS = " · {}"


@register.simple_tag(takes_context=True)
def paper(context: Any) -> SafeString:
    """The question of a page in words (programme, months, day, filters), the day of print, the address."""
    question, request = _question(context.get("scope"), context), context.get("request")
    # as people read it: no bytes in per cent, no language, which the paper shows, nor the page that one came from
    address = unquote(request.build_absolute_uri(request.path) + _asked(request)) if request else ""
    return format_html(
        _PAPER,
        format_html(_QUESTION, format_html_join(" · ", "{}", ((part,) for part in question))) if question else "",
        _("Printed on %(day)s") % {"day": timezone.localdate().isoformat()},
        format_html(_ADDRESS, address) if address else "",
    )


def _asked(request: Any) -> str:
    asked = "&".join(
        f"{name}={value}" for name, values in request.GET.lists() if name not in _UNSAID for value in values
    )
    return f"?{asked}" if asked else ""


def _question(scope: Any, context: Any) -> list[str]:
    """Nothing for a page that has none."""
    if scope is None:
        return []
    programme, looked_at = scope.programme, as_of.get_as_of()
    day = looked_at.text if looked_at else timezone.localdate().isoformat()
    chips = context.get("chips") or getattr(context.get("filters"), "chips", None) or []
    said = [_("Data as at %(day)s") % {"day": day}]
    if programme is not None:
        said.insert(0, _("%(year)s programme") % {"year": programme.year})
    if programme is not None and scope.last_month:
        said.insert(1, formatting.months_of_year(scope.first_month, scope.last_month, programme.year))
    if chips:
        said.append(_("Only %(conditions)s") % {"conditions": formatting.listing([str(chip.label) for chip in chips])})
    return said
