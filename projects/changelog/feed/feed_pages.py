"""Pages of the change feed: rows of the history in the order of commits, which can be resumed at a revision.

A revision's number is given under a lock that is held to the commit, so whoever has read everything up to the newest
number has missed nothing: no later commit can get a lower one. A large revision may be spread over several pages; where
a page ends within one is said by a position, and `Page.after` never passes a revision that was not told whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from projects.access import access_of
from projects.changelog.kinds import Kind, every_row_of, kind_of, of_projects, visible_rows
from projects.changelog.search import CHANGED, CREATED, DELETED, Item, items_of, row_before, row_just_before
from projects.choices import ReportState
from projects.models import MonthlyReport, Project, Revision
from projects.models.fields import normalised_code

LEFT = "left"  # the record is not among what the reader may see any more
RESTORED, ENTERED = "restored", "entered"
EVENTS = {"created": CREATED, "changed": CHANGED, "deleted": DELETED, LEFT: LEFT}
# what is created or changed in a way of its own, and can be asked for alone: whether the reader saw the record before
PARTS_OF_EVENTS = {
    RESTORED: Q(history_type=CREATED, row_before__isnull=False),
    # also where it was seen once and then not: whoever obeyed `left` has nothing to change any more
    ENTERED: Q(history_type=CHANGED) & (Q(row_before__isnull=True) | Q(row_before__lt=F("row_just_before"))),
}


@dataclass(frozen=True)
class Position:
    """Within a revision: everything up to this history row of this kind has been told."""

    revision: int
    stream: str
    row: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Of `57.claim.1204`, which the caller has checked for its form."""
        revision, stream, row = text.split(".")
        return cls(int(revision), stream, int(row))

    def __str__(self) -> str:
        return f"{self.revision}.{self.stream}.{self.row}"


@dataclass(frozen=True)
class Wanted:
    """What a reader wants to be told. Empty means anything that may be seen."""

    user: Any
    kinds: tuple[Kind, ...]
    events: frozenset[str] = frozenset(EVENTS)
    door: str = ""
    project: str = ""  # a code
    prefecture: str = ""  # an adcode: projects that are or were there, and what belongs to them


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


@dataclass(frozen=True)
class _Stream:
    kind: Kind
    rows: QuerySet
    left: bool

    @property
    def name(self) -> str:
        """What a position says; what left is told after the rest of its kind."""
        return f"{self.kind.name}-{LEFT}" if self.left else self.kind.name

    def beyond(self, after: int, position: Position | None, newest: int) -> QuerySet:
        rows = self.rows.filter(revision_id__lte=newest)
        if position is None:
            return rows.filter(revision_id__gt=after)
        if self.name == position.stream:
            rest = Q(revision_id=position.revision, history_id__gt=position.row)
            return rows.filter(Q(revision_id__gt=position.revision) | rest)
        told = self.name < position.stream
        return rows.filter(**{"revision_id__gt" if told else "revision_id__gte": position.revision})


def page_of(
    wanted: Wanted, *, after: int, size: int, position: Position | None = None, through: int | None = None
) -> Page:
    """The changes that follow a revision, or a position within one; as many queries whatever the size.

    `through`: the last revision that is looked at, which is the newest of this page then.
    """
    newest = Revision.objects.newest_number()  # read first: what is committed from now on is for the next page
    newest = newest if through is None else min(newest, through)
    after = min(after, newest)  # a number that is not given yet must not be waited past
    streams = _streams(wanted)
    if not streams:
        return Page([], newest, newest, None)
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
    streams = _streams(wanted)
    numbers = list(_numbers(streams, wanted.door, after + 1, newest)[:size]) if streams else []
    return numbers, numbers[-1] if len(numbers) == size else max(after, newest)


def may_be_told_of(user: Any, model: type[Model], condition: Q) -> bool:
    """Whether the user may be told anything of such a record: also of one that is gone, or that has left what they see."""
    kind = kind_of(model)
    sets = (visible_rows(kind, user), _gone(kind, user))
    return any(rows.filter(condition).exists() for rows in sets if rows is not None)


def _streams(wanted: Wanted) -> list[_Stream]:
    """The rows of each kind, in the order of names; what left its readers beside what they may read."""
    found = []
    for kind in sorted(wanted.kinds, key=lambda each: each.name):
        sets = [(_happened(kind, wanted), False)] if wanted.events - {LEFT} else []
        gone = _gone(kind, wanted.user) if LEFT in wanted.events else None
        sets += [(gone, True)] if gone is not None else []
        for rows, left in sets:
            if (narrowed := _narrowed(rows, kind, wanted)) is not None:
                found.append(_Stream(kind, narrowed.order_by(), left))
    return found


def _happened(kind: Kind, wanted: Wanted) -> QuerySet:
    """The rows that the reader may read of the events that are wanted."""
    rows, parts = visible_rows(kind, wanted.user), wanted.events & PARTS_OF_EVENTS.keys()
    chosen = Q(history_type__in=[sign for event, sign in EVENTS.items() if event in wanted.events])
    if parts:
        rows = rows.alias(row_before=row_before(kind, wanted.user), row_just_before=row_just_before(kind))
    for part in parts:
        chosen |= PARTS_OF_EVENTS[part]
    return rows.filter(chosen)


def _narrowed(rows: QuerySet, kind: Kind, wanted: Wanted) -> QuerySet | None:
    for given, condition in (
        (wanted.project, Q(code=normalised_code(wanted.project))),
        (wanted.prefecture, Q(prefecture__adcode=wanted.prefecture)),
    ):
        if given and not kind.belongs_to_project:
            return None
        if given:
            rows = of_projects(rows, kind, every_row_of(kind_of(Project).history).filter(condition).values("id"))
    return rows


def _gone(kind: Kind, user: Any) -> QuerySet | None:
    """The rows by which a record left what the reader sees: a project moved away, a report reopened."""
    access, rows = access_of(user), every_row_of(kind.history)
    if kind.model is Project and access.reads and not access.reads_all:
        return _leaving(rows, kind, Q(place__in=access.reads_in))
    if kind.model is MonthlyReport and access.public and access.reads:
        return _leaving(rows, kind, Q(state=ReportState.APPROVED))
    return None


def _leaving(rows: QuerySet, kind: Kind, seen: Q) -> QuerySet:
    if kind.model is Project:
        rows = rows.alias(place=Coalesce("prefecture_id", 0))
    earlier = rows.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    before = Subquery(earlier.values("history_id")[:1])
    left = rows.filter(~seen).alias(before=before).filter(Exists(rows.filter(seen, history_id=OuterRef("before"))))
    # what came back within the same revision has not left: it is told before what left, and would be dropped
    same = {"id": OuterRef("id"), "revision_id": OuterRef("revision_id"), "history_id__gt": OuterRef("history_id")}
    return left.filter(~Exists(rows.filter(seen, **same)))


def _places(
    streams: Sequence[_Stream], wanted: Wanted, after: int, position: Position | None, newest: int, size: int
) -> list[tuple[int, int, int]]:
    """(revision, place of the stream, history row), one more than a page if there are more."""
    # each has a row; one of them may have been told up to the position
    first = position.revision if position else after + 1
    numbers = list(_numbers(streams, wanted.door, first, newest)[: size + 2])
    if not numbers:
        return []
    each = [
        stream.beyond(after, position, newest)
        .filter(revision_id__in=numbers)
        .annotate(place=Value(place, output_field=IntegerField()), row=F("history_id"))
        .values_list("revision_id", "place", "row")
        for place, stream in enumerate(streams)
    ]
    rows = each[0].union(*each[1:], all=True) if len(each) > 1 else each[0]
    ordered = rows.order_by("revision_id", "place", "row")[: size + 1]
    return [(revision, place, row) for revision, place, row in ordered]


def _numbers(streams: Sequence[_Stream], door: str, first: int, newest: int) -> QuerySet:
    """The revisions in which any of the streams has a row."""
    revisions = Revision.objects.filter(number__gte=first, number__lte=newest).order_by("number")
    touched = Q()
    for stream in streams:
        touched |= Q(Exists(stream.rows.filter(revision_id=OuterRef("pk"))))
    return (revisions.filter(door=door) if door else revisions).filter(touched).values_list("number", flat=True)


def _told(chosen: Iterable[tuple[int, int, int]], streams: Sequence[_Stream], user: Any) -> list[FeedChange]:
    chosen = list(chosen)
    revisions = Revision.objects.select_related("user").in_bulk({revision for revision, _place, _row in chosen})
    items: dict[tuple[int, int], Item] = {}
    for place, stream in enumerate(streams):
        rows = [row for _revision, of, row in chosen if of == place]
        if rows and stream.left:
            found = every_row_of(stream.kind.history).filter(history_id__in=rows)
            items |= {(place, row.history_id): Item(stream.kind, row, None) for row in found}
        elif rows:
            of_kind = items_of(stream.kind, stream.rows.filter(history_id__in=rows), user)
            items |= {(place, item.row.history_id): item for item in of_kind}
    return [
        FeedChange(items[place, row], revisions[revision], streams[place].left)
        for revision, place, row in chosen
        if (place, row) in items
    ]
