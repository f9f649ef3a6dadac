"""Scope bar over every page with totals: which programme, through which month, on what basis, seen by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.choices import Basis, Listed, Measure
from projects.periods import Month
from projects.totals.list_changes import list_changes
from projects.totals.programmes import current_of
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row
from projects.versioning import as_of
from sectors.models import in_language

from . import formatting, links
from .chips import chips, clear_url
from .month_notice import MonthNotice, month_notice, withheld

_NOT_CARRIED = ("through", "month", "page", "lang", as_of.PARAMETER)


@dataclass(frozen=True)
class YearLink:
    year: int
    url: str
    current: bool
    has_projects: bool
    is_default: bool  # what is shown where no year is asked for


@dataclass(frozen=True)
class MonthChoice:
    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class BasisCount:
    basis: str
    label: str
    text: str
    value: int
    url: str


@dataclass(frozen=True)
class ListPart:
    """How many projects are in a part of a list that changed in its year, as a link to them."""

    text: str
    value: int
    url: str


@dataclass(frozen=True)
class Bar:
    years: list[YearLink]
    action: str
    months: list[MonthChoice]
    carried: list[tuple[str, str]]  # parameters that the month's form takes along
    single_month: str  # the one month that figures are limited to, else empty
    whole_year_url: str
    basis: list[BasisCount]
    parts: list[ListPart]  # of a list that changed in its year: 42 at the start, 1 left, 41 now
    visible: str  # what a reader of single prefectures sees; empty for readers of everything
    as_of: str  # the day that is looked at, as an input of a date wants it; empty for the present
    today: str
    notice: MonthNotice | None  # what there is to say of the month, or of an open one after it


def bar(
    request: HttpRequest,
    scope: Scope,
    *,
    basis: Answer | None = None,
    whole: Row | None = None,
    year_url: Callable[[int], str] | None = None,
) -> Bar:
    """The bar of a page. `year_url` leads to the same page of another year; by default it is a query parameter."""

    def with_year(year: int) -> str:
        months = () if year == current else ("through", "month")
        return links.same_page(request, without=months, programme=str(year))

    at_year = year_url or with_year
    current = scope.programme.year if scope.programme else None
    default = current_of(scope.programmes)
    if scope.programme and scope.programme != default:
        links.travel_in(scope.programme.year)
    return Bar(
        years=[
            YearLink(each.year, at_year(each.year), each.year == current, each.has_projects, each == default)
            for each in reversed(scope.programmes)
        ],
        action=request.path,
        months=_months(scope),
        carried=[(name, value) for name, values in request.GET.lists() if name not in _NOT_CARRIED for value in values],
        single_month=formatting.month_of_year(scope.through) if scope.through and scope.is_single_month else "",
        whole_year_url=links.same_page(request, without=("month",)),
        basis=_basis_counts(basis) if basis else [],
        parts=list(_parts(scope)),
        visible=visible_part(scope, whole),
        as_of=as_of.today().isoformat() if scope.as_of else "",
        today=timezone.localdate().isoformat(),
        notice=month_notice(request, scope),
    )


def shell(
    request: HttpRequest,
    scope: Scope,
    *,
    basis: Answer | None = None,
    whole: Row | None = None,
    year_url: Callable[[int], str] | None = None,
) -> dict[str, Any]:
    """What the frame of a page with totals needs in its template: the bar, and the filters of the address as chips."""
    return {
        "scope": scope,
        "bar": bar(request, scope, basis=basis, whole=whole, year_url=year_url),
        "chips": chips(request, scope),
        "clear_url": clear_url(request, scope),
        "unit": formatting.money_unit("table"),
        "headline_unit": formatting.money_unit("headline"),
        "withheld": withheld(scope),
    }


def visible_part(scope: Scope, whole: Row | None = None) -> str:
    """Which part of the register the reader sees; empty when it is all of it. `whole` is the reader's own list."""
    access = scope.access
    if access.reads_all or not access.places:
        return ""
    places = formatting.listing([in_language(zh, en) for _adcode, zh, en in access.places])
    if whole is None:
        return _("Visible to you: %(places)s") % {"places": places}
    count = formatting.count(whole.figures[Measure.PROJECT_COUNT].value or 0)
    return _("Visible to you: %(places)s, %(count)s of the list") % {"places": places, "count": count}


def _months(scope: Scope) -> list[MonthChoice]:
    programme = scope.programme
    newest = scope.months.newest
    if programme is None or not (newest or scope.last_month):
        return []
    choices = []
    for number in range(1, max(newest, scope.last_month) + 1):
        month = Month(programme.year, number)
        status = scope.months.by_number.get(number)
        label = _("%(month)s (open)") % {"month": month} if status is not None and status.is_open else str(month)
        choices.append(MonthChoice(str(month), label, number == scope.last_month))
    return choices


def _parts(scope: Scope) -> Iterator[ListPart]:
    changes = list_changes(scope)
    if changes is None:
        return
    words = {
        Listed.START: _("%(count)s at the start of the year"),
        Listed.JOINED: _("%(count)s joined"),
        Listed.LEFT: _("%(count)s left"),
        Listed.NOW: _("%(count)s now"),
        Listed.LATER: _("%(count)s joining later"),
    }
    for part, text in words.items():
        number = changes.numbers[part]
        if number or part in (Listed.START, Listed.NOW):
            url = links.records(changes.opening(part))
            yield ListPart(text % {"count": formatting.count(number)}, number, url)


def _basis_counts(answer: Answer) -> list[BasisCount]:
    counts = []
    for row in answer.rows:
        value = row.figures[Measure.PROJECT_COUNT].value or 0
        label = str(Basis(row.key).label)
        text = _("%(count)s %(basis)s") % {"count": formatting.count(value), "basis": label}
        counts.append(BasisCount(str(row.key), label, text, value, links.opening(row, Measure.PROJECT_COUNT)))
    return counts
