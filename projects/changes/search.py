"""Search in the log: which revisions answer a question, newest first, and what each changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value

from projects.access import access_of
from projects.database.open_values import with_open_values
from projects.database.prepared_records import plain_of, records, records_of
from projects.models import Revision

from .kinds import Kind, kinds_for, visible_rows
from .query import CREATED, ChangelogQuery, row_before, row_just_before

SIZE = 20  # revisions of a page
SHOWN = 12  # a revision with more rows is told in numbers, for each kind and what happened
Counts = dict[int, dict[tuple[Kind, str], int]]  # by revision: rows of a kind, by what happened


@dataclass(frozen=True)
class Item:
    """One history row; `before` is the last one before it of the same record that may be seen, None where there is none."""

    kind: Kind
    row: Any
    before: Any
    appeared: bool = False  # there is a row just before it that may not be seen: the record was out of sight

    @property
    def event(self) -> str:
        return self.row.history_type

    @property
    def restored(self) -> bool:
        return self.event == CREATED and self.before is not None


@dataclass
class Group:
    """What one revision changed: row by row, or, where it changed much, in numbers by kind and event."""

    revision: Any
    items: list[Item] = field(default_factory=list)
    numbers: dict[tuple[Kind, str], int] = field(default_factory=dict)
    folded: list[Any] = field(default_factory=list)  # earlier revisions that are told with it, newest first


@dataclass(frozen=True)
class Found:
    """A page of the log. `older` and `newer` are the numbers to go on from, None at the ends."""

    groups: list[Group]
    older: int | None
    newer: int | None


def found(question: ChangelogQuery, *, before: int | None = None, after: int | None = None, size: int = SIZE) -> Found:
    """The page of revisions below the number `before`, or the nearest above `after`, or the newest."""
    order, step, place = ("-number", "number__lt", before) if after is None else ("number", "number__gt", after)
    places = [] if place is None else [place]

    def build(*values: Any) -> QuerySet:
        rows = question.of(values).revisions()
        return (rows.filter(**{step: values[-1]}) if places else rows).order_by(order)[: size + 1]

    chosen = records(("page of the log", question.kind, order, size), build, *question.values, *places)
    further, chosen = len(chosen) > size, chosen[:size] if after is None else chosen[:size][::-1]
    more_newer, more_older = (before is not None, further) if after is None else (further, True)
    groups = {revision.number: Group(revision) for revision in chosen}
    _fill(groups, question, counted(question, groups))
    return Found(
        groups=list(groups.values()),
        older=chosen[-1].number if chosen and more_older else None,
        newer=chosen[0].number if chosen and more_newer else None,
    )


def counted(question: ChangelogQuery, numbers: Iterable[int]) -> Counts:
    """How many rows of each kind these revisions wrote, by what happened; one query."""
    numbers, rows = list(numbers), question.of_rows(*question.kinds)
    found: Counts = {number: {} for number in numbers}
    if question.kinds and numbers:

        def build(some: Sequence[int], *values: Any) -> QuerySet:
            return _counting(rows.of(values), revision_id__in=some)

        found |= _by_revision(rows, plain_of(("counts of revisions", rows.kind), build, numbers, *rows.values).rows())
    return found


def _counting(question: ChangelogQuery, **which: Any) -> QuerySet:
    first, *others = [
        question.rows(kind)
        .filter(**which)
        .order_by()
        .values("revision_id", "history_type")
        .annotate(place=Value(place, output_field=IntegerField()), number=Count("pk"))
        .values_list("revision_id", "history_type", "place", "number")
        for place, kind in enumerate(question.kinds)
    ]
    return first.union(*others, all=True)


def _by_revision(question: ChangelogQuery, rows: Iterable[tuple[int, str, int, int]]) -> Counts:
    found: Counts = {}
    for revision, event, place, number in sorted(rows, key=lambda row: row[2]):
        found.setdefault(revision, {})[question.kinds[place], event] = number
    return found


def newest_of_project(code: str, user: Any, *, size: int) -> list[Group]:
    """What the newest revisions changed of a project and of what belongs to it.

    Its rows are few: they are counted at once.
    """
    kinds = tuple(kind for kind in kinds_for(user) if kind.belongs_to_project)
    question = ChangelogQuery(user=user, kinds=kinds, project=code)
    if not kinds:
        return []
    name = ("changes of a project", question.kind)
    statement = with_open_values(name, question.values, lambda values: _counting(question.of(values)))
    counts = _by_revision(question, statement.rows())
    newest = sorted(counts, reverse=True)[:size]
    revisions = revisions_of(newest)
    groups = {number: Group(revisions[number]) for number in newest}
    _fill(groups, question, {number: counts[number] for number in newest})
    return list(groups.values())


def revisions_of(numbers: Sequence[int]) -> dict[int, Any]:
    """Revisions by their numbers, with who made them and what they undo."""
    named = Revision.objects.select_related("user", "undoes")
    return {each.number: each for each in records_of("revisions", lambda *of: named.filter(pk__in=of), numbers)}


def _fill(groups: dict[int, Group], question: ChangelogQuery, counts: Counts) -> None:
    """With the rows of each kind that these revisions wrote and that answer."""
    told = [number for number, found in counts.items() if Counter(found).total() <= SHOWN]
    for number in counts.keys() - set(told):
        groups[number].numbers = counts[number]
    for kind in question.kinds:
        if any(each is kind for number in told for each, _event in counts[number]):
            for item in _items(kind, _rows_of(question.of_rows(kind), kind, told), question.user):
                groups[item.row.revision_id].items.append(item)


def _rows_of(question: ChangelogQuery, kind: Kind, numbers: Sequence[int]) -> list[Any]:
    own = question.values

    def build(*values: Any) -> QuerySet:
        rows = question.of(values).rows(kind).filter(revision_id__in=values[len(own) :])
        return _with_befores(rows, kind, question.user)

    return records_of(("rows of revisions", question.kind), build, [*own, *numbers])


def items_of(kind: Kind, keys: Sequence[int], user: Any) -> list[Item]:
    """The history rows of one kind with these keys that may be seen, each with the one before it; two queries."""

    def build(*some: int) -> QuerySet:
        return _with_befores(visible_rows(kind, user).filter(history_id__in=some), kind, user)

    return _items(kind, records_of(("history rows", kind.name, access_of(user)), build, keys), user)


def _with_befores(rows: QuerySet, kind: Kind, user: Any) -> QuerySet:
    befores = {"before": row_before(kind, user), "just_before": row_just_before(kind)}
    return rows.annotate(**befores).order_by("history_id")


def _items(kind: Kind, rows: Iterable[Any], user: Any) -> list[Item]:
    chosen = list(rows)
    keys = sorted({row.before for row in chosen} - {None})
    name = ("rows before", kind.name, access_of(user))
    found = records_of(name, lambda *some: visible_rows(kind, user).filter(history_id__in=some), keys)
    earlier = {row.history_id: row for row in found}
    return [Item(kind, row, earlier.get(row.before), appeared=row.before != row.just_before) for row in chosen]
