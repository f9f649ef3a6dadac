"""Pages of the change feed: rows of the history in the order of commits, which can be resumed at a revision.

A revision's number is given under a lock that is held to the commit, so whoever has read everything up to the newest
number has missed nothing: no later commit can get a lower one. A large revision may be spread over several pages; where
a page ends within one is said by a position, and `Page.after` never passes a revision that was not told whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from projects.changes.kinds import Kind, every_row_of
from projects.changes.query import CHANGED
from projects.changes.search import Item, items_of, revisions_of
from projects.database.open_values import with_open_values
from projects.database.prepared_records import records_of
from projects.database.sql import Sql, joined
from projects.models import Revision

from .streams import ENTERED, EVENTS, LEFT, RESTORED, Position, Stream, Wanted, streams_of

_BOUNDS = 3  # values of revisions with changes: from which one and up to which one, and how many of them


@dataclass(frozen=True)
class FeedChange:
    """One row of the feed. What left the reader's view is told without its content."""

    item: Item
    revision: Revision
    left: bool

    @property
    def event(self) -> str:
        """created, restored, changed, deleted, left; entered where the reader could not see the record before."""
        if self.left:
            return LEFT
        if self.item.event == CHANGED and (self.item.before is None or self.item.appeared):
            return ENTERED
        if self.item.restored:
            return RESTORED
        return {sign: name for name, sign in EVENTS.items()}[self.item.event]


@dataclass(frozen=True)
class Page:
    """Changes in order. Everything up to revision `after` has been told; `position` is None where nothing is left."""

    changes: Sequence[FeedChange]
    after: int
    newest: int
    position: Position | None


def page_of(wanted: Wanted, *, newest: int, after: int, size: int, position: Position | None = None) -> Page:
    """The changes that follow a revision, or a position within one; as many queries whatever the size.

    `newest` is the newest revision, read before: what is committed from then on is for the next page.
    """
    after = min(after, newest)  # a number that is not given yet must not be waited past
    streams = streams_of(wanted)
    places = _places(streams, wanted, after, position, newest, size)
    chosen, further = places[:size], places[size:]
    changes = _told(chosen, streams, wanted.user)
    if not further:
        return Page(changes, newest, newest, None)
    revision, place, row = chosen[-1]
    whole = revision if further[0][0] != revision else revision - 1
    return Page(changes, max(whole, after), newest, Position(revision, streams[place].name, row))


def revisions_after(after: int, wanted: Wanted, *, size: int) -> tuple[list[int], int]:
    """The next revisions with anything for a reader, and the number up to which these are all."""
    newest = Revision.objects.newest_number()
    streams = streams_of(wanted)
    if not streams:
        return [], max(after, newest)

    def build(values: Sequence[Any]) -> Sql:
        return _revisions(streams, wanted.of(values[_BOUNDS:]), *values[:_BOUNDS])

    values = [after + 1, newest, size, *wanted.values.values()]
    found = with_open_values(("revisions with changes", wanted.kind), values, build).rows()
    numbers = [number for (number,) in found]
    return numbers, numbers[-1] if len(numbers) == size else max(after, newest)


def _places(
    streams: Sequence[Stream], wanted: Wanted, after: int, position: Position | None, newest: int, size: int
) -> list[tuple[int, int, int]]:
    """(revision, place of the stream, history row), one more than a page if there are more."""
    if not streams:
        return []
    # each revision has a row; one of them may have been told up to the position
    bounds = [position.revision if position else after + 1, newest, size + 2]
    begins = [number for stream in streams for number in stream.begins(after, position)]

    def build(values: Sequence[Any]) -> Sql:
        most, *bounds = values[: 1 + _BOUNDS]
        firsts, own = values[1 + _BOUNDS :], wanted.of(values[1 + _BOUNDS + len(begins) :])
        limit = Sql(" LIMIT %s", (most,))
        parts = [
            joined(
                [
                    f"SELECT revision_id, {place} AS place, history_id FROM (",  # nosec B608 # our own numbers
                    rows,
                    limit,
                    f") s{place}",
                ]
            )
            for place, stream in enumerate(streams)
            if (rows := _beginning(stream.rows(own), *firsts[2 * place : 2 * place + 2]))
        ]
        if not parts:
            raise EmptyResultSet
        head: list[Sql | str] = ["WITH asked (number) AS MATERIALIZED (", _revisions(streams, own, *bounds), ") "]
        return joined([*head, joined(parts, " UNION ALL "), " ORDER BY 1, 2, 3", limit])

    values = [size + 1, *bounds, *begins, *wanted.values.values()]
    return with_open_values(("places of changes", wanted.kind), values, build).rows()


def _beginning(rows: QuerySet, first: int, row: int) -> Sql | None:
    """Those of the rows in the revisions that are asked about which come from a row on; None where there can be none."""
    asked = RawSQL("SELECT number FROM asked", ())  # nosec B611 # our own SQL
    rest = Q(revision_id__gt=first) | Q(history_id__gte=row)
    rows = rows.filter(rest, revision_id__gte=first, revision_id__in=asked).order_by("revision_id", "history_id")
    try:
        return Sql.of(rows.values_list("revision_id", "history_id"))
    except EmptyResultSet:
        return None


def _revisions(streams: Sequence[Stream], wanted: Wanted, first: int, newest: int, most: int) -> Sql:
    """The first revisions in which any of the streams has a row."""
    found, touched = Revision.objects.filter(number__gte=first, number__lte=newest).order_by("number"), Q()
    if wanted.values:  # few rows: begin with them
        between = {"revision_id__gte": first, "revision_id__lte": newest}
        rows, *others = [stream.rows(wanted).filter(**between).values("revision_id") for stream in streams]
        touched = Q(number__in=rows.union(*others))
    else:
        for stream in streams:
            touched |= Q(Exists(stream.rows(wanted).filter(revision_id=OuterRef("pk"))))
    found = (found.filter(door=wanted.door) if wanted.door else found).filter(touched)
    return joined([Sql.of(found.values_list("number")), Sql(" LIMIT %s", (most,))])


def _told(chosen: Iterable[tuple[int, int, int]], streams: Sequence[Stream], user: Any) -> list[FeedChange]:
    chosen = list(chosen)
    revisions = revisions_of(list({revision for revision, _place, _row in chosen}))
    items: dict[tuple[int, int], Item] = {}
    for place, stream in enumerate(streams):
        rows = [row for _revision, of, row in chosen if of == place]
        if rows:
            found = _rows_that_left(stream.kind, rows) if stream.left else items_of(stream.kind, rows, user)
            items |= {(place, item.row.history_id): item for item in found}
    return [
        FeedChange(items[place, row], revisions[revision], streams[place].left)
        for revision, place, row in chosen
        if (place, row) in items
    ]


def _rows_that_left(kind: Kind, keys: Sequence[int]) -> list[Item]:
    every = every_row_of(kind.history)
    found = records_of(("every row", kind.name), lambda *some: every.filter(history_id__in=some), keys)
    return [Item(kind, row, None) for row in found]
