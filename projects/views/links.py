"""Links to pages: every figure opens to exactly the records behind it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import get_script_prefix, reverse

from projects.models import Revision
from projects.totals.totals import Row
from projects.versioning import as_of

_OF_ONE_READING = ("lang", "page")  # what another page of the same question does not take along


def page(name: str, *args: str, query: Iterable[tuple[str, str]] = ()) -> str:
    """The address of a page for reading; who looks at a past state goes on looking at it there."""
    pairs = list(query)
    looked_at = as_of.current()
    if looked_at and all(key != as_of.PARAMETER for key, _value in pairs):
        pairs.append((as_of.PARAMETER, looked_at.text))
    return _written(get_script_prefix(), name, args, tuple(pairs))


@lru_cache(maxsize=10_000)
def _written(_prefix: str, name: str, args: tuple[str, ...], pairs: tuple[tuple[str, str], ...]) -> str:
    """Pages link to the same questions over and over: to write an address costs more than to find it again."""
    address = reverse(name, args=args)
    return f"{address}?{urlencode(pairs)}" if pairs else address


def records(parameters: Iterable[tuple[str, str]]) -> str:
    """The list of exactly these projects."""
    return page("projects", query=parameters)


def explaining(row: Row, figure: str) -> str:
    """How a figure of a row comes about."""
    return page("figure", figure, query=row.parameters)


def fixed(parameters: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """A question that is answered alike for ever: as of the newest revision, if it was not of a past state already."""
    pairs = list(parameters)
    if any(key == as_of.PARAMETER for key, _value in pairs):
        return pairs
    return [*pairs, (as_of.PARAMETER, f"r{Revision.objects.newest_number()}")]


def api(name: str, parameters: Iterable[tuple[str, str]], *, request: HttpRequest) -> str:
    """The call of the API that gives the same, with the host."""
    return request.build_absolute_uri(f"{reverse(f'api:{name}')}?{urlencode(list(parameters))}")


def opening(row: Row, figure: str) -> str:
    """The list of the records that a figure's value is made of."""
    return records(row.opening(figure))


def lacking(row: Row, figure: str) -> str:
    """The list of the records for which a figure is not known."""
    return records(row.lacking(figure))


def project(code: str, *, year: int | None = None) -> str:
    return in_programme("project", code, year=year)


def in_programme(name: str, *args: str, year: int | None) -> str:
    """A page of the site, about a given year's programme."""
    return page(name, *args, query=[("programme", str(year))] if year else [])


def same_page(request: HttpRequest, *, without: Iterable[str] = (), **changes: str) -> str:
    """This page again: `changes` replace query parameters, those in `without` fall away."""
    data = request.GET.copy()
    for name in (*_OF_ONE_READING, *without):
        data.pop(name, None)
    for name, value in changes.items():
        data[name] = value
    return _address(request, data)


def without_value(request: HttpRequest, name: str, value: str) -> str:
    """This page without one value of a parameter that may have several."""
    data = request.GET.copy()
    data.pop("page", None)
    data.setlist(name, [each for each in data.getlist(name) if each != value])
    return _address(request, data)


def _address(request: HttpRequest, data: QueryDict) -> str:
    query = data.urlencode()
    return f"{request.path}?{query}" if query else request.path
