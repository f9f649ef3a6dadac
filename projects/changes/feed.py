"""Change feed: every change in the order of commits, as its reader may see it, in pages that can be resumed.

A revision's number is given under a lock that is held to the commit, so a reader of everything up to the newest number has
missed nothing: no later commit can get a lower one. A large revision may be spread over several pages; where a page ends
within one is said by a position, and `FeedPage.after` never passes a revision of which something is left.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Exists, F, ForeignKey, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from projects.access import get_access
from projects.choices import ReportState
from projects.models import (
    LightRule,
    MonthlyReport,
    Note,
    PlausibilityRule,
    Prefecture,
    Programme,
    Project,
    Proposal,
    Rating,
    Revision,
    Round,
    Source,
    Target,
)
from projects.models.fields import normalised_code
from projects.periods import Month
from sectors.models import ChainLink, Direction, Sector

from .differences import ComparedPart, Difference, RecordNames, differences, parts_of
from .kinds import Kind, all_rows, filter_by_projects, hidden_fields, kind_of, visible_rows
from .search import CHANGED, CREATED, DELETED, Item, get_items, get_revisions, row_before, row_just_before

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
        """Parse `57.claim.1204`, which the caller has checked for its form."""
        revision, stream, row = text.split(".")
        return cls(int(revision), stream, int(row))

    def __str__(self) -> str:
        return f"{self.revision}.{self.stream}.{self.row}"


@dataclass(frozen=True)
class FeedQuery:
    """What a reader wants to be told. Empty means anything that may be seen."""

    user: Any
    kinds: tuple[Kind, ...]
    events: frozenset[str] = frozenset(EVENTS)
    door: str = ""
    project: str = ""  # a code
    prefecture: str = ""  # an adcode: projects that are or were there, and what belongs to them


@dataclass(frozen=True)
class Stream:
    """The rows of a kind that the reader may read, or by which what the reader saw has left."""

    kind: Kind
    left: bool

    @property
    def name(self) -> str:
        """Return what a position says; what left comes after the rest of its kind."""
        return f"{self.kind.name}-{LEFT}" if self.left else self.kind.name

    def get_start(self, after: int, position: Position | None) -> tuple[int, int]:
        """Return the revision of its first row to come, and the lowest key of such a row within this revision."""
        if position is None:
            return after + 1, 0
        if self.name == position.stream:
            return position.revision, position.row + 1
        return position.revision + (self.name < position.stream), 0

    def places(self, query: FeedQuery, after: int, position: Position | None, newest: int) -> QuerySet:
        """Return (revision, history row) of the rows to come, in their order."""
        first, row = self.get_start(after, position)
        rows = self.rows(query).filter(revision_id__gte=first, revision_id__lte=newest)
        rows = rows.filter(Q(revision_id__gt=first) | Q(history_id__gte=row)).order_by("revision_id", "history_id")
        return rows.values_list("revision_id", "history_id")

    def rows(self, query: FeedQuery) -> QuerySet:
        """Return those that are query, in no order."""
        rows = _rows_that_left(self.kind, query.user) if self.left else _filter_by_event(self.kind, query)
        for given, condition in (
            (query.project, Q(code=normalised_code(query.project))),
            (query.prefecture, Q(prefecture__adcode=query.prefecture)),
        ):
            if given:
                projects = all_rows(kind_of(Project).history).filter(condition).values("id")
                rows = filter_by_projects(rows, self.kind, projects)
        return (rows.filter(revision__door=query.door) if query.door else rows).order_by()


def can_see_history(user: Any, model: type[Model], column: str, value: str) -> bool:
    """Return whether the user may see any history of such a record, also of one that is gone or has left their view."""
    kind = kind_of(model)
    sets = [visible_rows(kind, user), *([_rows_that_left(kind, user)] if _can_lose(kind, user) else [])]
    return any(rows.filter(**{column: value}).exists() for rows in sets)


def get_streams(query: FeedQuery) -> list[Stream]:
    """Return the streams of each kind, in the order of names; what left its readers after what they may read."""
    found = []
    for kind in sorted(query.kinds, key=lambda each: each.name):
        if (query.project or query.prefecture) and not kind.belongs_to_project:
            continue
        if query.events - {LEFT}:
            found.append(Stream(kind, left=False))
        if LEFT in query.events and _can_lose(kind, query.user):
            found.append(Stream(kind, left=True))
    return found


def _filter_by_event(kind: Kind, query: FeedQuery) -> QuerySet:
    """Return the rows that the reader may read of the events that the query wants."""
    rows, parts = visible_rows(kind, query.user), query.events & PARTS_OF_EVENTS.keys()
    if query.events >= EVENTS.keys() - {LEFT}:
        return rows
    chosen = Q(history_type__in=[sign for event, sign in EVENTS.items() if event in query.events])
    if parts:
        rows = rows.alias(row_before=row_before(kind, query.user), row_just_before=row_just_before(kind))
    for part in parts:
        chosen |= PARTS_OF_EVENTS[part]
    return rows.filter(chosen)


def _can_lose(kind: Kind, user: Any) -> bool:
    """Return whether records of a kind can leave what the reader sees: a project moves away, a report is reopened."""
    access = get_access(user)
    if kind.model is MonthlyReport:
        return access.public and access.can_read
    return kind.model is Project and access.can_read and not access.reads_all


def _rows_that_left(kind: Kind, user: Any) -> QuerySet:
    """Return the rows by which a record left what the reader sees."""
    seen = Q(place__in=get_access(user).reads_in) if kind.model is Project else Q(state=ReportState.APPROVED)
    return _filter_leaving(all_rows(kind.history), kind, seen)


def _filter_leaving(rows: QuerySet, kind: Kind, seen: Q) -> QuerySet:
    if kind.model is Project:
        rows = rows.alias(place=Coalesce("prefecture_id", 0))
    earlier = rows.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    before = Subquery(earlier.values("history_id")[:1])
    left = rows.filter(~seen).alias(before=before).filter(Exists(rows.filter(seen, history_id=OuterRef("before"))))
    # what came back within the same revision has not left: it is told before what left, and would be dropped
    same = {"id": OuterRef("id"), "revision_id": OuterRef("revision_id"), "history_id__gt": OuterRef("history_id")}
    return left.filter(~Exists(rows.filter(seen, **same)))


@dataclass(frozen=True)
class FeedChange:
    """One row of the feed. What left the reader's view is told without its content."""

    item: Item
    revision: Revision
    left: bool

    @property
    def event(self) -> str:
        """Return created, restored, changed, deleted, left; entered where the reader could not see the record before."""
        if self.left:
            return LEFT
        if self.item.event == CHANGED and (self.item.before is None or self.item.appeared):
            return ENTERED
        if self.item.is_restored:
            return RESTORED
        return {sign: name for name, sign in EVENTS.items()}[self.item.event]


@dataclass(frozen=True)
class FeedPage:
    """Changes in order. Everything up to revision `after` has been told; `position` is None where nothing is left."""

    changes: Sequence[FeedChange]
    after: int
    newest: int
    position: Position | None


def get_feed_page(
    query: FeedQuery, *, newest: int, after: int, size: int, position: Position | None = None
) -> FeedPage:
    """Return the changes that follow a revision, or a position within one; as many queries whatever the size.

    `newest` is the newest revision, read before: what is committed from then on is for the next page.
    """
    after = min(after, newest)  # a number that is not given yet must not be waited past
    streams = get_streams(query)
    # of each stream the first rows, by revision, index of the stream and row: one more than a page tells whether more follow
    places = sorted(
        (revision, index, row)
        for index, stream in enumerate(streams)
        for revision, row in stream.places(query, after, position, newest)[: size + 1]
    )
    chosen, further = places[:size], places[size:]
    changes = _build_changes(chosen, streams, query.user)
    if not further:
        return FeedPage(changes, newest, newest, None)
    revision, index, row = chosen[-1]
    whole = revision if further[0][0] != revision else revision - 1
    return FeedPage(changes, max(whole, after), newest, Position(revision, streams[index].name, row))


def get_revisions_after(after: int, query: FeedQuery, *, size: int) -> tuple[list[int], int]:
    """Return the next revisions with anything for a reader, and the number up to which these are all. Two queries."""
    newest = Revision.objects.newest_number()
    touched = Q(pk__in=[])
    for stream in get_streams(query):
        touched |= Q(Exists(stream.rows(query).filter(revision_id=OuterRef("pk"))))
    revisions = Revision.objects.filter(touched, number__gt=after, number__lte=newest).order_by("number")
    numbers = list(revisions.values_list("number", flat=True)[:size])
    return numbers, numbers[-1] if len(numbers) == size else max(after, newest)


def _build_changes(chosen: Sequence[tuple[int, int, int]], streams: Sequence[Stream], user: Any) -> list[FeedChange]:
    revisions = get_revisions({revision for revision, _index, _row in chosen})
    items: dict[tuple[int, int], Item] = {}
    for index, stream in enumerate(streams):
        if keys := [row for _revision, own, row in chosen if own == index]:
            kind = stream.kind
            left = all_rows(kind.history).filter(history_id__in=keys) if stream.left else ()
            found = [Item(kind, row, None) for row in left] if stream.left else get_items(kind, keys, user)
            items |= {(index, item.row.history_id): item for item in found}
    return [
        FeedChange(items[index, row], revisions[revision], streams[index].left)
        for revision, index, row in chosen
        if (index, row) in items
    ]


@dataclass(frozen=True)
class Spelling:
    """What lists call a column, and how they write its value, which may need the year of the record's programme."""

    name: str
    written: Callable[[Any, int | None], Any] = lambda value, year: value
    needs_year: bool = False


def _serialize_month(value: int, year: int | None) -> str | None:
    return str(Month(year, value)) if year else None


def _serialize_proposed(value: Any, _year: int | None) -> Any:
    names = {"year": "programme"}
    return [{names.get(name, name): part for name, part in each.items()} for each in value]


_OF_MONTH = {"month": Spelling("month", _serialize_month, needs_year=True)}
_SPELLINGS: Mapping[type[Model], Mapping[str, Spelling]] = {
    MonthlyReport: _OF_MONTH,
    Round: _OF_MONTH | {"punctual_until": Spelling("last_punctual")},
    Rating: _OF_MONTH,
    Note: _OF_MONTH,
    Target: {"through_month": Spelling("through", _serialize_month, needs_year=True)},
    Proposal: {"fields": Spelling("changes", _serialize_proposed)},
    Source: {"url": Spelling("address")},
}


def get_spelling(model: type[Model], part: ComparedPart) -> Spelling:
    """Return how lists spell a part of a record; as it is stored unless the table says otherwise."""
    return _SPELLINGS.get(model, {}).get(part.name) or Spelling(part.name)


def get_parts_moved_with_year(
    model: type[Model], parts: tuple[ComparedPart, ...], found: list[Difference]
) -> list[ComparedPart]:
    """Return parts that read otherwise though stored as before: the months of a record that went to another year."""
    if not {"programme", "entry"} & {each.part.name for each in found}:
        return []
    told = {each.part.name for each in found}
    return [part for part in parts if get_spelling(model, part).needs_year and part.name not in told]


# the columns by which the API names records; others are named by their id
_KEYS: dict[type[Model], str] = {
    Project: "code",
    Direction: "code",
    Sector: "code",
    ChainLink: "code",
    Prefecture: "adcode",
    Programme: "year",
    LightRule: "code",
    PlausibilityRule: "kind",
}
# paths of the API whose name is not the model's with an s; of grants it has no list
_PATHS = {
    "chainlink": "chain-links",
    "entry": "entries",
    "monthlyreport": "reports",
    "lightrule": "light-rules",
    "plausibilityrule": "plausibility-rules",
}
Keys = dict[type[Model], dict[Any, Any]]


def serialize_changes(changes: Sequence[FeedChange], user: Any) -> list[dict[str, Any]]:
    """Return each change as a dict for JSON: who, when and why, of which record, what before and after.

    `address` is (endpoint, key) of a record that can still be read, None otherwise. Persons and reasons are not for the
    public, and what left the reader's view is told without its content and without the words of whoever moved it.
    """
    rows = [(each.item.kind, row) for each in changes for row in (each.item.row, each.item.before) if row is not None]
    names = RecordNames(rows)
    differing = [_differences(each, user) for each in changes]
    keys = _get_keys_by_model([found for each in differing for found in each], user)
    public = get_access(user).public
    found = []
    for change, parts in zip(changes, differing, strict=True):
        item, revision = change.item, change.revision
        silent = public or change.left
        named = names.get_name(item.kind, item.row)
        found.append(
            {
                "revision": revision.number,
                "at": timezone.localtime(revision.created_at),
                "known_on": revision.day,
                "door": revision.door,
                "user": None if silent else revision.username or None,
                "reason": None if silent else revision.reason_in_words,
                "undoes": revision.undoes_id,
                "event": change.event,
                "kind": item.kind.name,
                "id": getattr(item.row, item.kind.key),
                "project": named.code or None,
                "name": "" if change.left else str(named),
                "address": _address(change),
                "changes": [_difference(item.kind.model, each, keys, names) for each in parts],
            }
        )
    return found


def _differences(change: FeedChange, user: Any) -> list[Difference]:
    item = change.item
    if change.left:
        return []
    hidden = hidden_fields(item.kind, user)
    if change.event == "deleted":
        return differences(item.kind.model, item.row, None, hidden=hidden)
    before = item.before if change.event == "changed" else None
    found = differences(item.kind.model, before, item.row, hidden=hidden)
    moved = get_parts_moved_with_year(item.kind.model, parts_of(item.kind.model), found) if before is not None else []
    return found + [Difference(part, before, item.row) for part in moved if part.name not in hidden]


def get_endpoint(kind: Kind) -> tuple[str, str] | None:
    """Return the path of a kind's list in the API, and the column by which it names a record; None for one without."""
    if kind.name == "grant":
        return None
    return _PATHS.get(kind.name, f"{kind.name}s"), _KEYS.get(kind.model, kind.key)


def _address(change: FeedChange) -> tuple[str, Any] | None:
    endpoint = get_endpoint(change.item.kind)
    if change.event in ("deleted", "left") or endpoint is None:
        return None
    path, key = endpoint
    return path, getattr(change.item.row, key)


def _difference(model: type[Model], each: Difference, keys: Keys, names: RecordNames) -> dict[str, Any]:
    spelling = get_spelling(model, each.part)
    values = [
        None if (value := _value(each.part, row, keys)) is None else spelling.written(value, names.year_of(row))
        for row in (each.before, each.after)
    ]
    return {"field": spelling.name, "before": values[0], "after": values[1]}


def _value(part: ComparedPart, row: Any, keys: Keys) -> Any:
    if row is None or part.is_blank(row):
        return None
    if part.partial is not None:
        return str(part.partial.__get__(row))
    value = getattr(row, part.field.attname)
    if isinstance(value, dt.datetime):
        return timezone.localtime(value)  # as lists write it
    if isinstance(part.field, ForeignKey):
        return keys[part.field.related_model].get(value) if part.field.related_model in keys else value
    return value if isinstance(value, bool | int | str | list | dict | dt.date) else str(value)


def _get_keys_by_model(found: Sequence[Difference], user: Any) -> Keys:
    """Return the keys of the records that are referred to, as far as the user may know them; a query for each kind."""
    query: dict[Any, set[Any]] = defaultdict(set)
    for each in found:
        model = each.part.field.related_model if isinstance(each.part.field, ForeignKey) else None
        if model in _KEYS or (model is not None and model._meta.app_label not in ("projects", "sectors")):
            for row in filter(None, (each.before, each.after)):
                query[model] |= {*each.part.values(row)} - {None}
    return {model: _get_keys(model, ids, user) for model, ids in query.items()}


def _get_keys(model: Any, ids: set[Any], user: Any) -> dict[Any, Any]:
    if model not in _KEYS:  # accounts
        return dict(model._default_manager.filter(pk__in=ids).values_list("pk", "username"))
    kind = kind_of(model)
    rows = visible_rows(kind, user).filter(**{f"{kind.key}__in": ids}).order_by("history_id")
    return dict(rows.values_list(kind.key, _KEYS[model]))
