"""Links to pages: every figure opens to exactly the records behind it, and the question travels with every link.

The question is what the page under way is asked: programme, months, filters, and the past state that is looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import get_script_prefix, resolve, reverse

from projects.history import as_of
from projects.models import Revision
from projects.totals.filters import ProjectFilterSet
from projects.totals.totals import Row

_OF_ONE_READING = ("lang", "page", "note")  # what another page of the same question does not take along
_MONTHS = ("month", "through")
REACH, ALL, OWN = "reach", "all", "own"  # whose rows pages show: see `projects.pages.reach`
_FILTERS = frozenset(ProjectFilterSet.base_filters) - {"ordering"}
# what means something else on a page than on all others
_OWN = {"changes": ("kind", "search"), "review": ("month",), "search": ("search",)}
# pages whose address begins a part with their year: by the part's place
_SAYS_ITS_YEAR = {"programme": 0, "report": 1, "report-reopen": 1, "report-submit": 1, "report-withdraw": 1}
Pairs = tuple[tuple[str, str], ...]
_travelling: ContextVar[Pairs] = ContextVar("travelling", default=())


@dataclass(frozen=True)
class PageLink:
    """What leads somewhere. `current`: it is what is shown; `count`: what stands behind it in small, such as how many
    records; empty where that says nothing.
    """

    label: str
    url: str
    current: bool = False
    count: str = ""


@dataclass(frozen=True)
class CountLink:
    """So many records in words, which lead to exactly these; nowhere where there are none. `name` says what they are."""

    text: str
    url: str
    value: int
    name: str = ""


@contextmanager
def keep_question(request: HttpRequest) -> Iterator[None]:
    """Take the question of the page under way along with every link that is written meanwhile."""
    match = request.resolver_match
    route = match.url_name or "" if match else ""
    taken = {"programme", REACH, *_MONTHS, *_FILTERS} - set(get_own_parameters(route))
    pairs = [(name, value) for name, values in request.GET.lists() if name in taken for value in values if value]
    if match and (year := _year_in_address(route, tuple(map(str, match.kwargs.values())))):
        pairs = [*(pair for pair in pairs if pair[0] != "programme"), ("programme", year)]
    token = _travelling.set(tuple(pairs))
    try:
        yield
    finally:
        _travelling.reset(token)


def get_own_parameters(name: str) -> tuple[str, ...]:
    """The parameters of the question by which a page means something else than all others do."""
    return _OWN.get(name, ())


def travel_in(year: int) -> None:
    """Say which programme the page under way is about, where its address does not: other pages are to stay with it."""
    travel_with("programme", str(year))


def travel_with(name: str, value: str) -> None:
    """Take a parameter along with every link that is written from now on, unless the address of the page says it."""
    if all(name != given for given, _value in _travelling.get()):
        _travelling.set((*_travelling.get(), (name, value)))


def travel_without(name: str) -> None:
    """Leave a parameter out of every link that is written from now on."""
    _travelling.set(tuple(pair for pair in _travelling.get() if pair[0] != name))


def get_travelling_parameters(named: Iterable[str] = (), *, year: str = "", filters: bool = True) -> Pairs:
    """What a link takes along of the question, beside what it names itself; of another `year` no months."""
    names, pairs = set(named), _travelling.get()
    if not pairs:
        return ()
    if names & set(_MONTHS):
        names |= {*_MONTHS}
    year = year or next((value for name, value in pairs if name == "programme"), "")
    return tuple(
        (name, value)
        for name, value in pairs
        if name not in names
        and (filters or name not in _FILTERS)
        and not (name in _MONTHS and year and not value.startswith(f"{year}-"))
    )


def page(name: str, *args: str, query: Iterable[tuple[str, str]] = (), filters: bool = True) -> str:
    """Return the address of a page, with the question that travels along and the past state that is looked at.

    `filters=False` for one that says all its conditions itself. What other systems read says everything itself.
    """
    pairs, travelling = list(query), _travelling.get()
    if travelling and not name.startswith("api:"):
        year = _year_in_address(name, args) or dict(pairs).get("programme", "")
        names = [*(key for key, _value in pairs), *(["programme"] if name in _SAYS_ITS_YEAR else [])]
        along = get_travelling_parameters(names, year=year, filters=filters)
        pairs += [pair for pair in along if pair[0] not in get_own_parameters(name)]
    address, state = reverse(name, args=args), as_of.get_as_of()
    if state and as_of.PARAMETER not in dict(pairs) and _has_past(address):
        pairs.append((as_of.PARAMETER, state.text))
    if REACH in dict(pairs) and ((REACH, ALL) in pairs or not _has_past(address)):  # work has one reach
        pairs = [pair for pair in pairs if pair[0] != REACH]
    return f"{address}?{urlencode(pairs)}" if pairs else address


def _year_in_address(name: str, args: tuple[str, ...]) -> str:
    """The year that the address of a page says by itself, so that it needs no parameter; empty for others."""
    return args[_SAYS_ITS_YEAR[name]][:4] if name in _SAYS_ITS_YEAR else ""


def narrow_to(code: str, parameters: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return a question about one of its records alone."""
    return [*(pair for pair in parameters if pair[0] != "code"), ("code", code)]


def _has_past(address: str) -> bool:
    """Return whether the page can be looked at as it was: work is always of today."""
    view = resolve(address.removeprefix(get_script_prefix().rstrip("/"))).func
    return not getattr(view, "is_work", False)


def records(parameters: Iterable[tuple[str, str]]) -> str:
    """The list of exactly these projects."""
    return page("projects", query=parameters, filters=False)


def figure_address(row: Row, figure: str) -> str:
    """How a figure of a row comes about."""
    return page("figure", figure, query=row.parameters, filters=False)


def get_permanent_parameters(parameters: Iterable[tuple[str, str]], newest: int | None = None) -> list[tuple[str, str]]:
    """A question that is answered alike for ever: as of the newest revision, if it was not of a past state already."""
    pairs = list(parameters)
    if any(key == as_of.PARAMETER for key, _value in pairs):
        return pairs
    return [*pairs, (as_of.PARAMETER, f"r{Revision.objects.newest_number() if newest is None else newest}")]


def api(name: str, parameters: Iterable[tuple[str, str]], *, request: HttpRequest) -> str:
    """The call of the API that gives the same, with the host."""
    return request.build_absolute_uri(f"{reverse(f'api:{name}')}?{urlencode(list(parameters))}")


def counted_address(row: Row, figure: str) -> str:
    """The list of the records that a figure's value is made of."""
    return records(row.counted_parameters(figure))


def missing_address(row: Row, figure: str) -> str:
    """The list of the records for which a figure is not known."""
    return records(row.missing_parameters(figure))


def known_address(row: Row, figure: str) -> str:
    """The list of the records for which it is known."""
    return records(row.known_parameters(figure))


def figure_of_record(figure: str, code: str, parameters: Iterable[tuple[str, str]]) -> str:
    """How a figure comes about for one record of a question."""
    return page("figure", figure, query=narrow_to(code, parameters), filters=False)


def project(code: str, *, year: int | None = None) -> str:
    return in_programme("project", code, year=year)


def report(code: str, month: str) -> str:
    """The report of a project's month, such as 2023-07: who handed it in and approved it, and all it says."""
    return page("report", code, month)


def in_programme(name: str, *args: str, year: int | None) -> str:
    """A page of the site, about a given year's programme."""
    return page(name, *args, query=[("programme", str(year))] if year else [])


def same_page(request: HttpRequest, *, without: Iterable[str] = (), **changes: str) -> str:
    """This page again: `changes` replace query parameters, those in `without` fall away."""
    gone = (*_OF_ONE_READING, *without)
    asked = {name: values for name, values in request.GET.lists() if name not in gone}
    return _address(request, asked | {name: [value] for name, value in changes.items()})


def other_day_address(request: HttpRequest, day: dt.date, programme: Any) -> str:
    """This page as of another day. It names its programme, if that was known then: another one may have been current."""
    named = _programme_parameter(programme) if programme and programme.known_since <= day else {}
    return same_page(request, **named, **{as_of.PARAMETER: day.isoformat()})


def get_other_day_parameters(request: HttpRequest, programme: Any) -> list[tuple[str, str]]:
    """The question of this page, for a form that asks it as of another day: with its programme, for the same reason."""
    left_out = (*_OF_ONE_READING, as_of.PARAMETER)
    asked = [(name, value) for name, values in request.GET.lists() if name not in left_out for value in values]
    return asked if "programme" in request.GET else [*asked, *_programme_parameter(programme).items()]


def _programme_parameter(programme: Any) -> dict[str, str]:
    return {"programme": str(programme.year)} if programme else {}


def without_value(request: HttpRequest, name: str, value: str) -> str:
    """This page without one value of a parameter that may have several."""
    asked = {each: values for each, values in request.GET.lists() if each != "page"}
    return _address(request, asked | {name: [each for each in asked.get(name, []) if each != value]})


def _address(request: HttpRequest, asked: Mapping[str, Sequence[str]]) -> str:
    query = urlencode([(name, value) for name, values in asked.items() for value in values])
    return f"{request.path}?{query}" if query else request.path
