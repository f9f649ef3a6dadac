"""Streams of the change feed: of each kind the rows of the history that its reader is told, and where in them to go on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from projects.access import access_of
from projects.changes.kinds import Kind, every_row_of, kind_of, of_projects, visible_rows
from projects.changes.query import CHANGED, CREATED, DELETED, row_before, row_just_before
from projects.choices import ReportState
from projects.database.open_values import with_open_values
from projects.models import MonthlyReport, Project
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

    @property
    def values(self) -> dict[str, Any]:
        """What of it stays open in its statements (`open_values`)."""
        asked = {"project": normalised_code(self.project), "prefecture": self.prefecture}
        return {name: value for name, value in asked.items() if value}

    @property
    def kind(self) -> Hashable:
        """All else that its statements follow from."""
        kinds = tuple(kind.name for kind in self.kinds)
        return access_of(self.user), kinds, self.events, self.door, tuple(self.values)

    def of(self, values: Iterable[Any]) -> Self:
        """The same with other values."""
        return replace(self, **dict(zip(self.values, values, strict=True)))


@dataclass(frozen=True)
class Stream:
    """The rows of a kind that the reader may read, or by which what the reader saw has left."""

    kind: Kind
    left: bool

    @property
    def name(self) -> str:
        """What a position says; what left is told after the rest of its kind."""
        return f"{self.kind.name}-{LEFT}" if self.left else self.kind.name

    def begins(self, after: int, position: Position | None) -> tuple[int, int]:
        """The revision of its first row that was not told, and the lowest key of such a row within this revision."""
        if position is None:
            return after + 1, 0
        if self.name == position.stream:
            return position.revision, position.row + 1
        return position.revision + (self.name < position.stream), 0

    def rows(self, wanted: Wanted) -> QuerySet:
        """Those that are wanted, in no order."""
        rows = _gone(self.kind, wanted.user) if self.left else _happened(self.kind, wanted)
        for given, condition in (
            (wanted.project, Q(code=wanted.project)),
            (wanted.prefecture, Q(prefecture__adcode=wanted.prefecture)),
        ):
            if given:
                projects = every_row_of(kind_of(Project).history).filter(condition).values("id")
                rows = of_projects(rows, self.kind, projects)
        return rows.order_by()


def may_be_told_of(user: Any, model: type[Model], column: str, value: str) -> bool:
    """Whether the user may be told anything of such a record: also of one that is gone, or that has left what they see."""
    kind, access = kind_of(model), access_of(user)

    def build(rows: Callable[[Kind, Any], QuerySet], values: Sequence[str]) -> QuerySet:
        return rows(kind, user).filter(**{column: values[0]}).order_by().values_list("pk")[:1]

    sets = (visible_rows, _gone) if _may_lose(kind, user) else (visible_rows,)
    return any(
        with_open_values(("told of", kind.name, column, access, rows), [value], partial(build, rows)).rows()
        for rows in sets
    )


def streams_of(wanted: Wanted) -> list[Stream]:
    """Of each kind, in the order of names; what left its readers beside what they may read."""
    found = []
    for kind in sorted(wanted.kinds, key=lambda each: each.name):
        if wanted.values and not kind.belongs_to_project:
            continue
        if wanted.events - {LEFT}:
            found.append(Stream(kind, left=False))
        if LEFT in wanted.events and _may_lose(kind, wanted.user):
            found.append(Stream(kind, left=True))
    return found


def _happened(kind: Kind, wanted: Wanted) -> QuerySet:
    """The rows that the reader may read of the events that are wanted."""
    rows, parts = visible_rows(kind, wanted.user), wanted.events & PARTS_OF_EVENTS.keys()
    if wanted.events >= EVENTS.keys() - {LEFT}:
        return rows
    chosen = Q(history_type__in=[sign for event, sign in EVENTS.items() if event in wanted.events])
    if parts:
        rows = rows.alias(row_before=row_before(kind, wanted.user), row_just_before=row_just_before(kind))
    for part in parts:
        chosen |= PARTS_OF_EVENTS[part]
    return rows.filter(chosen)


def _may_lose(kind: Kind, user: Any) -> bool:
    """Whether records of a kind can leave what the reader sees: a project that moves away, a report that is reopened."""
    access = access_of(user)
    if kind.model is MonthlyReport:
        return access.public and access.reads
    return kind.model is Project and access.reads and not access.reads_all


def _gone(kind: Kind, user: Any) -> QuerySet:
    """The rows by which a record left what the reader sees."""
    seen = Q(place__in=access_of(user).reads_in) if kind.model is Project else Q(state=ReportState.APPROVED)
    return _leaving(every_row_of(kind.history), kind, seen)


def _leaving(rows: QuerySet, kind: Kind, seen: Q) -> QuerySet:
    if kind.model is Project:
        rows = rows.alias(place=Coalesce("prefecture_id", 0))
    earlier = rows.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    before = Subquery(earlier.values("history_id")[:1])
    left = rows.filter(~seen).alias(before=before).filter(Exists(rows.filter(seen, history_id=OuterRef("before"))))
    # what came back within the same revision has not left: it is told before what left, and would be dropped
    same = {"id": OuterRef("id"), "revision_id": OuterRef("revision_id"), "history_id__gt": OuterRef("history_id")}
    return left.filter(~Exists(rows.filter(seen, **same)))
