"""Pagination of lists on pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import links

PAGE, PAGE_SIZE = "page", 50
_MOST_DIGITS = 10  # of the number of a page: Python makes no number of thousands of digits


@dataclass(frozen=True)
class Pages:
    """Where in the list this page is; addresses are empty at its ends."""

    first: int
    last: int
    total: int
    previous_url: str
    next_url: str
    number: int
    pages: int


def get_page_number(request: HttpRequest) -> int:
    """Return the number of the page that is asked for. Raises `ValidationError` for what is no page of any list."""
    text = request.GET.get(PAGE) or "1"
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0
    if not number:
        raise ValidationError({PAGE: _("“%(value)s” is not the number of a page.") % {"value": text}})
    return number


def get_pages(request: HttpRequest, total: int, *, size: int = PAGE_SIZE) -> Pages:
    """Return the page asked for. Raises `ValidationError` for one that is no number or that there is not."""
    last, number = max(1, -(-total // size)), get_page_number(request)
    if number > last:
        words = _("There is no page “%(value)s”. Known: 1 to %(last)s.")
        raise ValidationError({PAGE: words % {"value": request.GET[PAGE], "last": last}})
    return Pages(
        first=(number - 1) * size + 1,
        last=min(number * size, total),
        total=total,
        previous_url=links.same_page(request, page=str(number - 1)) if number > 1 else "",
        next_url=links.same_page(request, page=str(number + 1)) if number < last else "",
        number=number,
        pages=last,
    )
