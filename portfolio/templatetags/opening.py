"""Template tags of addresses to which numbers open: a report, a figure of one project, a place on a page."""

from __future__ import annotations

from django import template

from projects.pages import links

register = template.Library()


@register.simple_tag
def report_page(code: str, year: int, month: int) -> str:
    """The address of the report of a month, without asking which year its entry is of."""
    return links.report(code, f"{year}-{month:02}")


@register.simple_tag
def narrowed_to(code: str, figure: str, year: int, through: str = "", since: str = "") -> str:
    """How a figure comes about of one project alone, from January to a month."""
    asked = {"programme": str(year), "through": through, "code": code, "since": since}
    return links.page("figure", figure, query=[pair for pair in asked.items() if pair[1]], filters=False)


@register.filter
def at(address: str, place: str) -> str:
    """A place on a page, by its id."""
    return f"{address}#{place}"
