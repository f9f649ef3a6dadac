"""Months of a past state: what they were told from, stored with each revision that made it another.

To count it takes all entries of then and all their reports, for the one number that nearly every question begins with.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from projects.database.constraint_triggers import lifted
from projects.database.prepared_statements import prepared
from projects.models import Entry, MonthlyReport, MonthsThen, Programme, Round
from projects.versioning.as_of import AsOf, current, looking_back
from projects.versioning.revisions import Draft

from .month_rows import MonthRow, month_query, month_rows, rows_from
from .months import months_from

_TOLD_FROM = {model.history.model for model in (Programme, Entry, MonthlyReport, Round)}


def newest(programme: Any) -> Subquery:
    """The rows of a programme in the state that is looked at, as they are stored; NULL where none are."""
    stored = MonthsThen.objects.filter(programme=programme).order_by("-revision")
    return Subquery(stored.values("rows")[:1])


def rows_then(programme: Programme, stored: str | None) -> list[MonthRow]:
    """What `newest` gave of a programme; counted where nothing is stored."""
    return month_rows(programme) if stored is None else rows_from(json.loads(stored))


def keep(draft: Draft, **_signal: Any) -> None:
    """Signal receiver: store with a revision what it made another."""
    if not draft.touched.isdisjoint(_TOLD_FROM):
        store(draft.number)


def store(number: int, state: AsOf | None = None) -> None:
    """Store what this revision made another, as the present is, or as a state was known."""
    found: dict[int, list[Any]] = defaultdict(list)
    told = partial(month_query, to_store=True)
    with looking_back(state):
        for row in prepared(("months of all programmes", state is None), told).rows():
            found[row[1]].append(row)
        known = prepared(("stored months", state is None), _stored).rows()
    new = {programme: json.dumps(sorted(found[programme], key=str), default=str) for programme, _rows in known}
    MonthsThen.objects.bulk_create(
        MonthsThen(programme=programme, revision=number, rows=new[programme])
        for programme, rows in known
        if new[programme] != rows
    )


def _stored() -> QuerySet:
    return Programme.objects.order_by().values_list("pk", newest(OuterRef("pk")))


def wrong() -> Iterator[MonthsThen]:
    """What is stored and is not what the history of its state comes to."""
    for stored in MonthsThen.objects.order_by("revision"):
        with looking_back(AsOf.parse(f"r{stored.revision}")):
            programme = Programme.objects.get(pk=stored.programme)
            rows = rows_then(programme, stored.rows), month_rows(programme)
            told = (months_from(programme, each, current()) for each in rows)
            one, other = (dict(months.by_number) for months in told)
        if one != other:
            yield stored


def forget() -> None:
    """Leave nothing stored: what is asked of the past is counted then."""
    with lifted(MonthsThen.objects.db):
        MonthsThen.objects.all().delete()
