"""Template tag of help: the '?' of a page, which leads to the part of help that is about it."""

from __future__ import annotations

from typing import Any

from django import template

from portfolio.help.roles import part_of

register = template.Library()


@register.inclusion_tag("frame/_help.html", takes_context=True)
def help_of_page(context: Any) -> dict[str, Any]:
    """To the whole of it from a page that is not there."""
    match = getattr(context.get("request"), "resolver_match", None)
    name = (match and match.url_name) or ""
    return {"part": part_of(name), "is_here": name == "help"}
