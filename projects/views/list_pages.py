"""Pagination of lists on pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import links

PAGE_SIZE = 50
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


def number_asked(request: HttpRequest) -> int:
    """The number of the page asked for, where how many there are is not known yet: `pages_of` refuses what is none."""
    return max(1, _number(request.GET.get("page") or "1"))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def pages_of(request: HttpRequest, total: int, *, size: int = PAGE_SIZE) -> Pages:
    """The page asked for. Raises `ValidationError` for one that is no number or that there is not."""
    text = request.GET.get("page") or "1"
    last, number = max(1, -(-total // size)), _number(text)
    if not 1 <= number <= last:
        raise ValidationError(
            {"page": _("There is no page “%(value)s”. Known: 1 to %(last)s.") % {"value": text, "last": last}}
        )
    return Pages(
        first=(number - 1) * size + 1,
        last=min(number * size, total),
        total=total,
        previous_url=links.same_page(request, page=str(number - 1)) if number > 1 else "",
        next_url=links.same_page(request, page=str(number + 1)) if number < last else "",
        number=number,
        pages=last,
    )
