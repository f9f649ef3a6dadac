"""Menus of the scope bar: programme, months, day of knowledge. Each choice is a link to this page: none needs a script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.history import as_of
from projects.history.clocks import get_day_of_knowledge
from projects.periods import MONTHS_OF_YEAR, Month
from projects.totals.coverage import MonthReports
from projects.totals.months import MonthStatus
from projects.totals.scope import Scope

from . import formatting, links
from .month_notice import MonthNotice

_MOST_DAYS = 6  # ends of months that can be looked back at by a link; any other day is typed


@dataclass(frozen=True)
class Menu:
    """What is shown, and what could be. `keeps_state`: also where there is little room."""

    label: str
    value: str
    state: str
    choices: list[links.PageLink]  # each with what is said beside it
    keeps_state: bool = False


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
    return (_("too few approved") if status.is_closed else pgettext("month", "open")) + counted


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
            links.on_day(request, day, programme),
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
