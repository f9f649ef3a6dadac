"""Scope bar over every page with totals: which programme, through which month, on what basis, seen by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.access import Access, get_access
from projects.choices import Basis, Listed, Measure
from projects.history import as_of
from projects.history.clocks import get_day_of_knowledge
from projects.models import Programme
from projects.periods import MONTHS_OF_YEAR, Month
from projects.totals.coverage import MonthReports
from projects.totals.list_changes import list_changes
from projects.totals.months import MonthStatus
from projects.totals.programmes import current_of, get_reader
from projects.totals.scope import Scope
from projects.totals.totals import Answer, Row
from sectors.models import in_language

from . import formatting, links
from .filter_form import get_chips, get_clear_url
from .month_notice import MonthNotice, month_notice
from .parameters import MINE
from .reach import has_reach

_MOST_DAYS = 6  # ends of months that can be looked back at by a link; any other day is typed


@dataclass(frozen=True)
class Menu:
    """What is shown, and what could be. `keeps_state`: also where there is little room."""

    label: str
    value: str
    state: str
    choices: list[links.PageLink]  # each with what is said beside it
    keeps_state: bool = False


def bar(
    request: HttpRequest,
    scope: Scope,
    *,
    basis: Answer | None = None,
    whole: Row | None = None,
    year_url: Callable[[int], str] | None = None,
    record: Model | None = None,
) -> dict[str, Any]:
    """Return the bar of a page, of a `record` if it is of one.

    `year_url` leads to the same page of another year; by default it is a query parameter. Menus are None where there is
    nothing to choose.
    """
    default = stay_in_year(scope)
    notice, today = month_notice(request, scope), timezone.localdate()
    return {
        "reach": reach_menu(request),
        "years": years_menu(request, scope, default=default, year_url=year_url),
        "months": months_menu(request, scope, notice),
        "days": days_menu(request, scope, today=today, record=record),
        "action": request.path,
        "carried": links.get_other_day_parameters(request, scope.programme),  # by the form of a day
        "basis": _basis_counts(basis) if basis else [],
        "parts": list(_parts(scope)),  # of a list that changed in its year: 42 at the start, 1 left, 41 now
        "whose": _whose(scope, whole),
        "working_date": get_working_date(scope),
        "as_of": as_of.today().isoformat() if scope.as_of else "",  # as an input of a date wants it
        "today": today.isoformat(),
        "notice": notice,  # what there is to say of the month, or of an open one after it
    }


def get_working_date(scope: Scope) -> dt.date | None:
    """Return the day that deadlines of the programme go by, where that is not the day of the data."""
    return scope.today if scope.today != as_of.today() else None


def get_dates_text(scope: Scope) -> str:
    """Return the dates of the bar in words, for what is taken away from a page."""
    data, working = as_of.today().isoformat(), get_working_date(scope)
    if working is None:
        return _("Data as at %(day)s") % {"day": data}
    return _("Data as at %(day)s · working date %(working)s") % {"day": data, "working": working.isoformat()}


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
        "chips": get_chips(request, scope),
        "clear_url": get_clear_url(request, scope),
        "unit": formatting.money_unit("table"),
        "headline_unit": formatting.money_unit("headline"),
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
        counts.append(links.CountLink(text, links.counted_address(row, Measure.PROJECT_COUNT), value, str(row.key)))
    return counts


def reach_menu(request: HttpRequest) -> Menu | None:
    """The whole province and the own prefectures; None for whoever has nothing to choose, and on a record's page."""
    if not has_reach(request.user) or hasattr(request, "has_fixed_reach"):
        return None
    is_own = get_reader(request) is request.user
    place = _("%(places)s only") % {"places": places_read(get_access(request.user))}
    choices = [
        links.PageLink(_("Whole province"), links.same_page(request, without=(links.REACH, MINE)), not is_own),
        links.PageLink(place, links.same_page(request, **{links.REACH: links.OWN}), is_own),
    ]
    return Menu(_("Area"), choices[is_own].label, "", choices)


def years_menu(request: HttpRequest, scope: Scope, *, default: Any, year_url: Callable[[int], str] | None) -> Menu:
    """The programmes, newest first. `year_url` leads to this page of another year; by default it is a query parameter."""

    def with_year(year: int) -> str:
        months = () if year == scope.year else ("through", "month")
        return links.same_page(request, without=months, programme=str(year))

    def state(programme: Any) -> str:
        if programme == default:
            return pgettext("programme", "current")
        return "" if programme.has_projects else _("announced figures only")

    choices = [
        links.PageLink(str(each.year), (year_url or with_year)(each.year), each.year == scope.year, state(each))
        for each in scope.programmes
    ]
    shown = next((each for each in choices if each.current), None)
    return Menu(pgettext("scope bar", "Programme"), str(scope.year or "—"), shown.count if shown else "", choices)


def months_menu(request: HttpRequest, scope: Scope, notice: MonthNotice | None) -> Menu | None:
    """January to each month that there is something to see of, the newest first; None before there is one."""
    programme, newest = scope.programme, scope.months.newest_month
    if programme is None or not (newest or scope.last_month):
        return None
    choices = [
        links.PageLink(
            formatting.short_months(1, number),
            links.same_page(request, without=("month",), through=str(Month(programme.year, number))),
            number == scope.last_month and not scope.is_single_month,
            _state(scope, number, notice),
        )
        for number in range(max(newest, scope.last_month), 0, -1)
    ]
    value = formatting.short_months(scope.first_month, scope.last_month) if scope.last_month else _("none yet")
    state = _state(scope, scope.last_month, notice) if scope.last_month else ""
    if scope.is_single_month:
        state = formatting.clauses([_("this month alone"), *([state] if state else [])])
    return Menu(_("Months"), value, state, choices, keeps_state=True)


def _state(scope: Scope, number: int, notice: MonthNotice | None) -> str:
    """'closed', 'closed 28/30', 'open 6/30'; who reads a part of the list is told of the own reports alone."""
    status = scope.months.by_number.get(number)
    if status is None or not status.asked:
        return ""
    reports = _reports(scope, status, notice)
    counted = f" {formatting.count(reports.approved)}/{formatting.count(reports.asked)}" if reports else ""
    if status.counts:
        return pgettext("month", "closed") + ("" if status.is_complete else counted)
    if not status.is_closed:
        return pgettext("month", "open") + counted
    return (_("an earlier month has gaps") if status.follows_gap else _("too few approved")) + counted


def _reports(scope: Scope, status: MonthStatus, notice: MonthNotice | None) -> MonthReports | MonthStatus | None:
    """The numbers that are known anyway: a reader of some prefectures would need a query for each month."""
    if notice is not None and notice.status == status:
        return notice.reports
    return status if scope.access.reads_all else None


def days_menu(request: HttpRequest, scope: Scope, *, today: dt.date, record: Model | None) -> Menu:
    """Today, and the ends of the newest months of the programme's year; any other day is typed below them.

    None before the programme was known, or the `record` that the page is of: there the page would have no answer. Each says
    which programme is meant, since on that day another one may have been the current one.
    """
    state, programme = scope.as_of, scope.programme
    looked_at = as_of.today() if state else today
    here = links.PageLink(
        today.isoformat(), links.same_page(request, without=(as_of.PARAMETER,)), state is None, _("today")
    )
    days = [
        links.PageLink(
            day.isoformat(),
            links.other_day_address(request, day, programme),
            bool(state and state.is_day and day == looked_at),
            _("end of %(month)s") % {"month": formatting.month_name(day.month)},
        )
        for day in _ends_of_months(programme, today, record)
    ]
    if state is None:
        said = _("today")
    else:
        said = _("not today") if state.is_day else _("revision %(number)s") % {"number": state.revision}
    return Menu(_("Data as at"), looked_at.isoformat(), said, [here, *days], keeps_state=state is not None)


def _ends_of_months(programme: Any, today: dt.date, record: Model | None) -> Iterator[dt.date]:
    if programme is None:
        return
    with as_of.override_as_of(None):
        last = min(programme.today, today)
        first = (
            max(programme.known_since, get_day_of_knowledge(record) or dt.date.max) if record else programme.known_since
        )
    ends = [Month(programme.year, number).last_day for number in range(MONTHS_OF_YEAR, 0, -1)]
    yield from [day for day in ends if first <= day <= last][:_MOST_DAYS]
