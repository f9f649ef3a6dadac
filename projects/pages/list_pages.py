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


def refuse_no_number(request: HttpRequest) -> None:
    """Raise `ValidationError` for what is no page of any list."""
    if not _number_asked(request):
        told = _("“%(value)s” is not the number of a page.")
        raise ValidationError({PAGE: told % {"value": request.GET[PAGE]}})


def _number_asked(request: HttpRequest) -> int:
    """0 for what is no number."""
    text = request.GET.get("page") or "1"
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0


def pages_of(request: HttpRequest, total: int, *, size: int = PAGE_SIZE) -> Pages:
    """The page asked for. Raises `ValidationError` for one that is no number or that there is not."""
    last = max(1, -(-total // size))
    number = _number_asked(request)
    if not 1 <= number <= last:
        told = {"value": request.GET.get("page", ""), "last": last}
        raise ValidationError({"page": _("There is no page “%(value)s”. Known: 1 to %(last)s.") % told})
    return Pages(
        first=(number - 1) * size + 1,
        last=min(number * size, total),
        total=total,
        previous_url=links.same_page(request, page=str(number - 1)) if number > 1 else "",
        next_url=links.same_page(request, page=str(number + 1)) if number < last else "",
        number=number,
        pages=last,
    )
