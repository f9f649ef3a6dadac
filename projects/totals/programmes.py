"""Programmes that a question can be about, with what the choice of one needs: read once at every request.

The SQL is made once for everybody who sees the same, since to make it costs ten times what it costs to run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import orjson
from django.db.models import Exists, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from projects.access import Access, access_of
from projects.database.prepared_records import RecordsOnDemand, records_on_demand, records_with_rows
from projects.models import Cell, Entry, Programme
from projects.models.entry import changes_the_list
from projects.models.rollups import ALL, CHANGES
from projects.versioning import as_of
from projects.versioning.clocks import day_of_knowledge

from .month_rows import COLUMNS, ENTRIES, OF_PROGRAMME, SUMS, MonthRow, month_query, rows_from
from .months import months_from
from .months_then import newest, rows_then


class Programmes(Sequence[Any]):
    """Programmes, newest first, each made when somebody looks at it: most questions are about one.

    Each has `known_since`, the day on which it became known;
    `has_projects`: whether a project is on its list that the user sees; `list_changes`: whether one joined or left
    on a day that is known; and `months`, which are of the whole list (`projects.totals.months`), so that all readers begin
    with the same one.
    """

    def __init__(self, found: RecordsOnDemand | None, rows: Sequence[str | None] | None = None) -> None:
        """Without `rows` each has its months of a past state, which are looked for when it is."""
        self._found, self._rows, self._state = found or (), rows, as_of.current()
        self._made: dict[int, Any] = {}
        # months of what somebody sees or writes of a programme, by their keys, once they were counted for who has read these
        self.counted: dict[tuple[Any, Access], Any] = {}

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, place: Any) -> Any:
        if place not in self._made:
            self._made[place] = self._programme(self._found[place], self._rows_of(place))
        return self._made[place]

    def _rows_of(self, place: Any) -> list[MonthRow]:
        if self._rows is not None:
            rows = self._rows[place]
            return rows_from(orjson.loads(rows)) if rows else []
        programme = self._found[place]
        with as_of.looking_back(self._state):
            return rows_then(programme, programme.stored_months)

    def _programme(self, programme: Any, rows: list[MonthRow]) -> Any:
        programme.months = months_from(programme, rows, self._state)
        programme.known_since = day_of_knowledge(programme.first_recorded_at, programme.first_known_on)
        if not hasattr(programme, "has_projects"):  # who sees the whole list is told by these rows
            entries = [row for row in rows if row.kind in (SUMS, ENTRIES) and not row.month]
            programme.has_projects = any(row.number for row in entries)
            programme.list_changes = any(row.first_day or row.last_day for row in entries)
        return programme

    @property
    def is_of_present(self) -> bool:
        return self._state is None

    @property
    def years(self) -> list[int]:
        return self._found.column("year") if isinstance(self._found, RecordsOnDemand) else []

    @property
    def chosen(self) -> list[Any]:
        """Those that the province chose as the current one at some time."""
        moments = self._found.column("chosen_at") if isinstance(self._found, RecordsOnDemand) else []
        return [self[place] for place, moment in enumerate(moments) if moment]

    @property
    def with_month(self) -> Iterator[Any]:
        """Those with a month that can be shown by default."""
        told_of = (self[place] for place in range(len(self)) if self._rows is None or self._rows[place])
        return (each for each in told_of if each.months.default)


def programmes_of(user: Any) -> Programmes:
    """All programmes as the user sees them."""
    return _past(user) if as_of.current() else _present(user)


def programmes_read(request: Any) -> Programmes:
    """The same as who asks sees them: read once while something is only read, whichever part of a page asks for them."""
    if getattr(request, "method", "") not in ("GET", "HEAD"):
        return programmes_of(request.user)
    read, state = request.__dict__.setdefault("_programmes_read", {}), as_of.current()
    if state not in read:
        read[state] = programmes_of(request.user)
    return read[state]


def _present(user: Any) -> Programmes:
    kind = ("programmes", access_of(user))
    order = '"year" DESC'
    return Programmes(
        *records_with_rows(kind, lambda: _programmes(user), month_query, COLUMNS, key=OF_PROGRAMME, ordered_by=order)
    )


def _past(user: Any) -> Programmes:
    def build() -> QuerySet:
        return _programmes(user).annotate(stored_months=newest(OuterRef("pk"))).order_by("-year")

    return Programmes(records_on_demand(("programmes of the past", access_of(user)), build))


def known_at(state: as_of.AsOf | None, programme: Any, user: Any) -> Any:
    """A programme with the rule of lights, the day and the months that a question of that state is answered by. One query.

    One that was not known then has none of them.
    """
    with as_of.looking_back(state):
        programmes = programmes_of(user)
        if programme.year in programmes.years:
            return programmes[programmes.years.index(programme.year)]
        return Programme(pk=programme.pk, year=programme.year)


def current_of(programmes: Programmes) -> Any:
    """The current one of all programmes: that which the province chose last. While none is chosen, the newest with a month
    that can be shown by default, so that the first project of a new year turns nothing over; else the newest with projects,
    else the newest whose year has begun: a day of 2023 on which nothing was announced yet is one of 2023.
    """
    if chosen := programmes.chosen:
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
    if programme is None or programmes.chosen or current_of(programmes) != programme:
        return False
    return any(each.has_projects for each in programmes if each != programme)


def _programmes(user: Any) -> QuerySet:
    first = Programme.history.filter(id=OuterRef("pk")).order_by("history_id")
    programmes = Programme.objects.visible_to(user).annotate(
        first_recorded_at=Subquery(first.values("revision__created_at")[:1]),
        first_known_on=Subquery(first.values("revision__known_on")[:1]),
    )
    if access_of(user).reads_all:
        return programmes
    return programmes.annotate(**(_lists(user) if as_of.current() else _rollup_lists(access_of(user))))


def _lists(user: Any) -> dict[str, Any]:
    entries = Entry.objects.visible_to(user).filter(programme=OuterRef("pk"))
    changes = entries.filter(changes_the_list())
    return {"has_projects": Exists(entries), "list_changes": Exists(changes)}


def _rollup_lists(access: Access) -> dict[str, Any]:
    """The same of the present, from the rollup: however many projects there are."""
    cells = Cell.objects.filter(programme=OuterRef("pk"), chain_link=ALL, prefecture__in=access.reads_in)
    return {
        "has_projects": Exists(cells.filter(project_count__gt=0)),
        "list_changes": Exists(cells.filter(month__gte=CHANGES)),
    }
