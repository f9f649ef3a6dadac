"""Programmes that a question can be about, with what the choice of one needs: read once at every request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db.models import Exists, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from projects.access import Access, get_access
from projects.history import as_of
from projects.history.clocks import day_of_knowledge
from projects.models import Entry, Programme
from projects.models.entry import changes_the_list

from .months import months_by_programme


class Programmes(tuple[Any, ...]):
    """Programmes, newest first, as they are in the state that is looked at.

    Each has `known_since`, the day on which it became known;
    `has_projects`: whether a project is on its list that the user sees; `list_changes`: whether one joined or left
    on a day that is known; and `months`, which are of the whole list (`projects.totals.months`), so that all readers begin
    with the same one.
    """

    def __init__(self, _found: QuerySet) -> None:
        months = months_by_programme(self)
        for programme in self:
            programme.months = months[programme.pk]
            programme.known_since = day_of_knowledge(programme.first_recorded_at, programme.first_known_on)
        self.is_of_present = as_of.get_as_of() is None
        # months of what somebody sees or writes of a programme, by their keys, once they were counted for who has read these
        self.counted: dict[tuple[Any, Access], Any] = {}

    @property
    def closing(self) -> dict[tuple[Any, int], dt.date]:
        """The last day for the reports of each month, by programme and month."""
        months = {programme.pk: programme.months.by_number for programme in self}
        return {(key, number): status.closes for key, each in months.items() for number, status in each.items()}

    @property
    def years(self) -> list[int]:
        return [programme.year for programme in self]

    @property
    def chosen_programmes(self) -> list[Any]:
        """Those that the province chose as the current one at some time."""
        return [programme for programme in self if programme.chosen_at]

    @property
    def with_month(self) -> Iterator[Any]:
        """Those with a month that can be shown by default."""
        return (programme for programme in self if programme.months.default)


def programmes_of(user: Any) -> Programmes:
    """All programmes as the user sees them. Four queries."""
    first = Programme.history.filter(id=OuterRef("pk")).order_by("history_id")
    entries = Entry.objects.visible_to(user).filter(programme=OuterRef("pk"))
    programmes = Programme.objects.visible_to(user).annotate(
        first_recorded_at=Subquery(first.values("revision__created_at")[:1]),
        first_known_on=Subquery(first.values("revision__known_on")[:1]),
        has_projects=Exists(entries),
        list_changes=Exists(entries.filter(changes_the_list())),
    )
    return Programmes(programmes.order_by("-year"))


def get_reader(request: Any) -> Any:
    """Return the user whose rows a request is answered with: the `reader` that a page has chosen, else who asks."""
    return getattr(request, "reader", request.user)


def programmes_read(request: Any) -> Programmes:
    """The same as the reader sees them: read once while something is only read, whichever part of a page asks for them."""
    reader = get_reader(request)
    if getattr(request, "method", "") not in ("GET", "HEAD"):
        return programmes_of(reader)
    read, key = request.__dict__.setdefault("_programmes_read", {}), (as_of.get_as_of(), get_access(reader))
    if key not in read:
        read[key] = programmes_of(reader)
    return read[key]


def known_at(state: as_of.AsOf | None, programme: Any, user: Any) -> Any:
    """A programme with the rule of lights, the day and the months that a question of that state is answered by. One query.

    One that was not known then has none of them.
    """
    with as_of.override_as_of(state):
        programmes = programmes_of(user)
        if programme.year in programmes.years:
            return programmes[programmes.years.index(programme.year)]
        return Programme(pk=programme.pk, year=programme.year)


def current_of(programmes: Programmes) -> Any:
    """The current one of all programmes: that which the province chose last. While none is chosen, the newest with a month
    that can be shown by default, so that the first project of a new year turns nothing over; else the newest with projects,
    else the newest whose year has begun: a day of 2023 on which nothing was announced yet is one of 2023.
    """
    if chosen := programmes.chosen_programmes:
        return max(chosen, key=lambda each: each.chosen_at)
    with_projects = (each for each in programmes if each.has_projects)
    begun = (each for each in programmes if each.has_begun)
    return next(chain(programmes.with_month, with_projects, begun, programmes), None)


def with_year_of_record(rows: QuerySet, current: int | None) -> QuerySet:
    """Rows about projects, each with the `year` in which its project's record is shown (`year_of_record`).

    That is the current one where it stands on its list, else that of the newest that it stands on; null where it is on none.
    """
    entries = Entry.objects.filter(project=OuterRef("project"), left__isnull=True).order_by()
    # a plain function, since the groups that Django makes for a sum cost as much as the look at the entries
    largest = Func("programme__year", function="MAX", output_field=IntegerField())
    of_newest = entries.annotate(newest=largest).values("newest")
    of_current = entries.filter(programme__year=current or 0).values("programme__year")[:1]
    return rows.annotate(year=Coalesce(Subquery(of_current), Subquery(of_newest)))


def is_shown_unchosen(programme: Any, programmes: Programmes) -> bool:
    """Whether a programme is the current one although nobody chose it and another has projects too: the next list, or a
    month of one that counts, may then change what everybody sees first.
    """
    if programme is None or programmes.chosen_programmes or current_of(programmes) != programme:
        return False
    return any(each.has_projects for each in programmes if each != programme)
