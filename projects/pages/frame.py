"""Scope bar over every page with totals: which programme, through which month, on what basis, seen by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.access import Access
from projects.choices import Basis, Listed, Measure
from projects.history import as_of
from projects.models import Programme
from projects.totals.list_changes import list_changes
from projects.totals.programmes import current_of
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row
from sectors.models import in_language

from . import formatting, links
from .chips import chips, clear_url
from .month_notice import MonthNotice, month_notice, withheld
from .scope_menus import Menu, days_menu, months_menu, years_menu


@dataclass(frozen=True)
class Bar:
    years: Menu
    months: Menu | None  # None before there is a month to see
    days: Menu
    action: str
    carried: list[tuple[str, str]]  # parameters that the form of a day takes along
    basis: list[links.CountLink]
    parts: list[links.CountLink]  # of a list that changed in its year: 42 at the start, 1 left, 41 now
    whose: str  # that figures are of what a reader of single prefectures sees; empty for readers of everything
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
    record: Model | None = None,
) -> Bar:
    """The bar of a page, of a `record` if it is of one. `year_url` leads to the same page of another year; by default it
    is a query parameter.
    """
    default = stay_in_year(scope)
    notice, today = month_notice(request, scope), timezone.localdate()
    return Bar(
        years=years_menu(request, scope, default=default, year_url=year_url),
        months=months_menu(request, scope, notice),
        days=days_menu(request, scope, today=today, record=record),
        action=request.path,
        carried=links.taken_to_another_day(request, scope.programme),
        basis=_basis_counts(basis) if basis else [],
        parts=list(_parts(scope)),
        whose=_whose(scope, whole),
        as_of=as_of.today().isoformat() if scope.as_of else "",
        today=today.isoformat(),
        notice=notice,
    )


def stay_in_year(scope: Scope) -> Programme | None:
    """Links of the page lead on in the year that it is about, unless that is the current one, which comes back."""
    default: Programme | None = current_of(scope.programmes)
    if scope.programme and scope.programme != default:
        links.travel_in(scope.programme.year)
    return default


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


def places_read(access: Access) -> str:
    """The prefectures whose records are all that a reader sees; empty for whoever reads everything."""
    return "" if access.reads_all else formatting.listing([in_language(zh, en) for _adcode, zh, en in access.places])


def visible_part(scope: Scope) -> str:
    """Which part of the register the reader sees; empty when it is all of it."""
    places = places_read(scope.access)
    if not places:
        return ""
    return _("Visible to you: %(places)s") % {"places": places}


def _whose(scope: Scope, whole: Row | None) -> str:
    """Whose numbers a page has, as its first sentence. `whole` is the reader's own list."""
    places = places_read(scope.access)
    if not places:
        return ""
    if whole is None:
        return _("The figures here are of %(places)s only, not of the whole list.") % {"places": places}
    values = {"places": places, "count": formatting.count(whole.figures[Measure.PROJECT_COUNT].value or 0)}
    return _("The figures here are of %(places)s only: %(count)s of the list, not the whole list.") % values


def _parts(scope: Scope) -> Iterator[links.CountLink]:
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
            url = links.records(changes.part_parameters(part))
            yield links.CountLink(text % {"count": formatting.count(number)}, url, number, part)


def _basis_counts(answer: Answer) -> list[links.CountLink]:
    counts = []
    for row in answer.rows:
        value = row.figures[Measure.PROJECT_COUNT].value or 0
        text = _("%(count)s %(basis)s") % {"count": formatting.count(value), "basis": Basis(row.key).label}
        counts.append(links.CountLink(text, links.opening(row, Measure.PROJECT_COUNT), value, str(row.key)))
    return counts
