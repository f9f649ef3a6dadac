"""Search in the log: which revisions answer a question, newest first, and what each changed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.db.models.lookups import IsNull
from django.utils import timezone

from projects.access import access_of
from projects.database.open_values import with_open_values
from projects.database.prepared_records import records, records_of
from projects.models import Project, Revision
from projects.models.fields import normalised_code

from .differences import ComparedPart
from .kinds import Kind, every_row_of, kind_of, kinds_for, of_projects, visible_rows

SIZE = 20  # revisions of a page
SHOWN = 12  # a revision with more rows is told in numbers, for each kind and what happened
CREATED, CHANGED, DELETED = "+", "~", "-"
Counts = dict[int, dict[tuple[Kind, str], int]]  # by revision: rows of a kind, by what happened
_NAMES = ("code", "name_zh", "name_en", "url", "adcode", "description", "publisher_zh", "publisher_en")


@dataclass(frozen=True)
class ChangelogQuery:
    """What is looked for, and by whom. Empty means anything."""

    user: Any
    kinds: tuple[Kind, ...]
    who: str = ""
    record: str = ""  # a part of a code, a name, an address
    project: str = ""  # the code of a project: it and what belongs to it
    key: int | None = None  # of one record; asks for one kind
    part: ComparedPart | None = None  # a field that was changed; asks for one kind
    event: str = ""
    door: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def rows(self, kind: Kind) -> QuerySet:
        """The history rows of a kind that answer."""
        rows = visible_rows(kind, self.user)
        if self.event:
            rows = rows.filter(history_type=self.event)
        if self.key is not None:
            rows = rows.filter(**{kind.key: self.key})
        if self.part is not None:
            rows = _where_changed(rows, kind, self.part, self.user)
        if self.project:
            rows = _of_project(rows, kind, Q(code=normalised_code(self.project)))
        return _named(rows, kind, self.record) if self.record else rows

    def revisions(self) -> QuerySet:
        """The revisions with at least one such row, in no order yet."""
        found = Revision.objects.select_related("user", "undoes")
        if self.door:
            found = found.filter(door=self.door)
        if self.since:
            found = found.filter(created_at__gte=_start_of(self.since))
        if self.until:
            found = found.filter(created_at__lt=_start_of(self.until + dt.timedelta(days=1)))
        if self.who:
            found = found.alias(full_name=Concat("user__last_name", "user__first_name")).filter(
                Q(username__icontains=self.who)
                | Q(full_name__icontains=self.who)
                | Q(user__first_name__icontains=self.who)
                | Q(user__username__icontains=self.who)
            )
        if not self.kinds:
            return found.none()
        if self.project or self.record or self.key is not None:  # few rows: begin with them
            first, *others = [self.rows(kind).order_by().values("revision_id") for kind in self.kinds]
            return found.filter(number__in=first.union(*others))
        touched = Q()  # many: go down from the newest until the page is full
        for kind in self.kinds:
            touched |= Q(Exists(self.rows(kind).filter(revision_id=OuterRef("pk"))))
        return found.filter(touched)


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
    revisions = question.revisions()
    if after is not None:
        chosen = list(revisions.filter(number__gt=after).order_by("number")[: size + 1])
        more_newer, more_older = len(chosen) > size, True
        chosen = chosen[:size][::-1]
    else:
        below = revisions if before is None else revisions.filter(number__lt=before)
        chosen = list(below.order_by("-number")[: size + 1])
        more_newer, more_older = before is not None, len(chosen) > size
        chosen = chosen[:size]
    groups = {revision.number: Group(revision) for revision in chosen}
    _fill(groups, question, counted(question, groups), partial(_rows_of, question))
    return Found(
        groups=list(groups.values()),
        older=chosen[-1].number if chosen and more_older else None,
        newer=chosen[0].number if chosen and more_newer else None,
    )


def counted(question: ChangelogQuery, numbers: Iterable[int]) -> Counts:
    """How many rows of each kind these revisions wrote, by what happened; one query."""
    numbers = list(numbers)
    found: Counts = {number: {} for number in numbers}
    if question.kinds and numbers:
        found |= _by_revision(question, _counting(question, revision_id__in=numbers))
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

    Its rows are few: they are counted at once. All statements are made once for all projects.
    """
    kinds = tuple(kind for kind in kinds_for(user) if kind.belongs_to_project)
    question = ChangelogQuery(user=user, kinds=kinds, project=code)
    if not kinds:
        return []
    access = access_of(user)
    name = ("changes of a project", tuple(kind.name for kind in kinds), access)
    statement = with_open_values(name, [code], lambda of: _counting(replace(question, project=of[0])))
    counts = _by_revision(question, statement.rows())
    newest = sorted(counts, reverse=True)[:size]
    revisions = records_of(
        "revisions", lambda *of: Revision.objects.select_related("user", "undoes").filter(pk__in=of), newest
    )
    groups = {revision.number: Group(revision) for revision in sorted(revisions, key=lambda each: -each.number)}

    def rows_of(kind: Kind, told: Sequence[int]) -> list[Any]:
        def build(of: str, *numbers: int) -> QuerySet:
            return _rows_of(replace(question, project=of), kind, numbers)

        return records(("rows of a project", kind.name, access), build, code, *told)

    _fill(groups, question, {number: counts[number] for number in newest}, rows_of)
    return list(groups.values())


def _fill(
    groups: dict[int, Group],
    question: ChangelogQuery,
    counts: Counts,
    rows_of: Callable[[Kind, Sequence[int]], Iterable[Any]],
) -> None:
    """With the rows of each kind that these revisions wrote and that answer, as `rows_of` finds them."""
    told = [number for number, found in counts.items() if Counter(found).total() <= SHOWN]
    for number in counts.keys() - set(told):
        groups[number].numbers = counts[number]
    for kind in question.kinds:
        if any(each is kind for number in told for each, _event in counts[number]):
            for item in _items(kind, rows_of(kind, told), question.user):
                groups[item.row.revision_id].items.append(item)


def items_of(kind: Kind, rows: QuerySet, user: Any) -> list[Item]:
    """History rows of one kind, each with the one before it of the same record; two queries."""
    return _items(kind, _with_befores(rows, kind, user), user)


def _rows_of(question: ChangelogQuery, kind: Kind, numbers: Sequence[int]) -> QuerySet:
    return _with_befores(question.rows(kind).filter(revision_id__in=numbers), kind, question.user)


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


def row_before(kind: Kind, user: Any) -> Subquery:
    """The key of the visible history row before a row, of the same record."""
    return _newest_earlier(visible_rows(kind, user), kind)


def row_just_before(kind: Kind) -> Subquery:
    """The key of the history row before a row, of the same record, whether it may be seen or not."""
    return _newest_earlier(every_row_of(kind.history), kind)


def _newest_earlier(rows: QuerySet, kind: Kind) -> Subquery:
    earlier = rows.filter(**{kind.key: OuterRef(kind.key)}, history_id__lt=OuterRef("history_id"))
    return Subquery(earlier.order_by("-history_id").values("history_id")[:1])


def _where_changed(rows: QuerySet, kind: Kind, part: ComparedPart, user: Any) -> QuerySet:
    """The rows in which a part differs from the row before."""
    same = every_row_of(kind.history).filter(history_id=OuterRef("row_before"))
    for column in part.columns:
        unknown_still = Q(**{f"{column}__isnull": True}) & Q(IsNull(OuterRef(column), True))
        same = same.filter(Q(**{column: OuterRef(column)}) | unknown_still)
    changed = rows.filter(history_type=CHANGED).alias(row_before=row_before(kind, user))
    return changed.filter(~Exists(same), row_before__isnull=False)


def _of_project(rows: QuerySet, kind: Kind, condition: Q) -> QuerySet:
    if not kind.belongs_to_project:
        return rows.none()
    projects = every_row_of(kind_of(Project).history).filter(condition).order_by()
    return of_projects(rows, kind, projects.values("id"))


def _named(rows: QuerySet, kind: Kind, text: str) -> QuerySet:
    """Rows of records with this text in their code or name, or in those of their project."""
    code = Q(code__icontains=normalised_code(text)) if normalised_code(text) else Q()
    columns = {each.name for each in kind.model._meta.concrete_fields}
    own = Q()
    for name in _NAMES:
        if name in columns:
            own |= Q(
                **{f"{name}__icontains": normalised_code(text) if kind.model is Project and name == "code" else text}
            )
    chosen = Q(pk__in=rows.filter(own).values("pk")) if own else Q(pk__in=[])
    if kind.belongs_to_project:
        names = code | Q(name_zh__icontains=text) | Q(name_en__icontains=text)
        chosen |= Q(pk__in=_of_project(rows, kind, names).values("pk"))
    return rows.filter(chosen)


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
