"""Search in the change log: the revisions that a query chooses, newest first, and what each changed.

A person who saves the drafts of the same reports over and over is one event of the log, not one for each time (`folded`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.db.models.lookups import IsNull
from django.utils import timezone

from projects.choices import Channel, ReportState
from projects.models import MonthlyReport, Project, Revision

from .differences import ComparedPart
from .kinds import Kind, all_rows, filter_by_projects, get_readable_kinds, kind_of, visible_rows

CREATED, CHANGED, DELETED = "+", "~", "-"
SIZE = 20  # revisions of a page
SHOWN = 12  # a revision with more rows is told in numbers, for each kind and what happened
APART = dt.timedelta(hours=1)  # the longest pause between two revisions that are folded
_BEFORE_SUBMITTING = (ReportState.DRAFT, ReportState.RETURNED)
_NAMES = ("code", "name_zh", "name_en", "url", "adcode", "description", "publisher_zh", "publisher_en")
Counts = dict[int, dict[tuple[Kind, str], int]]  # by revision: rows of a kind, by what happened


@dataclass(frozen=True)
class ChangelogQuery:
    """What is looked for, and by whom. Empty means anything."""

    user: Any
    kinds: tuple[Kind, ...]
    who: str = ""
    record: str = ""  # a part of a code, a name, an address
    code: str = ""  # the same, as a code is spelled
    project: str = ""  # the code of a project, so spelled: it and what belongs to it
    key: int | None = None  # of one record; asks for one kind
    part: ComparedPart | None = None  # a field that was changed; asks for one kind
    event: str = ""
    door: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def of_rows(self, *kinds: Kind) -> Self:
        """Return the query for rows of these kinds, whatever revision wrote them."""
        return replace(self, kinds=kinds, who="", door="", since=None, until=None)

    def rows(self, kind: Kind) -> QuerySet:
        """Return the history rows of a kind that the query chooses."""
        rows = visible_rows(kind, self.user)
        if self.event:
            rows = rows.filter(history_type=self.event)
        if self.key is not None:
            rows = rows.filter(**{kind.key: self.key})
        if self.part is not None:
            rows = _filter_by_changed_part(rows, kind, self.part, self.user)
        if self.project:
            rows = _filter_by_project(rows, kind, Q(code=self.project))
        return _filter_by_name(rows, kind, self.record, self.code) if self.record else rows

    def revisions(self) -> QuerySet:
        """Return the revisions with at least one such row, in no order yet."""
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


def row_before(kind: Kind, user: Any) -> Subquery:
    """Return the key of the visible history row before a row, of the same record."""
    return _newest_earlier(visible_rows(kind, user), kind)


def row_just_before(kind: Kind) -> Subquery:
    """Return the key of the history row before a row, of the same record, whether it may be seen or not."""
    return _newest_earlier(all_rows(kind.history), kind)


def _newest_earlier(rows: QuerySet, kind: Kind) -> Subquery:
    earlier = rows.filter(**{kind.key: OuterRef(kind.key)}, history_id__lt=OuterRef("history_id"))
    return Subquery(earlier.order_by("-history_id").values("history_id")[:1])


def _filter_by_changed_part(rows: QuerySet, kind: Kind, part: ComparedPart, user: Any) -> QuerySet:
    """Return the rows in which a part differs from the row before."""
    same = all_rows(kind.history).filter(history_id=OuterRef("row_before"))
    for column in part.columns:
        unknown_still = Q(**{f"{column}__isnull": True}) & Q(IsNull(OuterRef(column), True))
        same = same.filter(Q(**{column: OuterRef(column)}) | unknown_still)
    changed = rows.filter(history_type=CHANGED).alias(row_before=row_before(kind, user))
    return changed.filter(~Exists(same), row_before__isnull=False)


def _filter_by_project(rows: QuerySet, kind: Kind, condition: Q) -> QuerySet:
    if not kind.belongs_to_project:
        return rows.none()
    projects = all_rows(kind_of(Project).history).filter(condition).order_by()
    return filter_by_projects(rows, kind, projects.values("id"))


def _filter_by_name(rows: QuerySet, kind: Kind, text: str, code: str) -> QuerySet:
    """Return rows of records with this text in their code or name, or in those of their project."""
    columns = {each.name for each in kind.model._meta.concrete_fields}
    own = Q()
    for name in _NAMES:
        looked_for = code if kind.model is Project and name == "code" else text
        if name in columns and looked_for:
            own |= Q(**{f"{name}__icontains": looked_for})
    chosen = Q(pk__in=rows.filter(own).values("pk")) if own else Q(pk__in=[])
    if kind.belongs_to_project:
        names = Q(name_zh__icontains=text) | Q(name_en__icontains=text)
        names |= Q(code__icontains=code) if code else Q()
        chosen |= Q(pk__in=_filter_by_project(rows, kind, names).values("pk"))
    return rows.filter(chosen)


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


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
    def is_restored(self) -> bool:
        return self.event == CREATED and self.before is not None


@dataclass
class Group:
    """What one revision changed: row by row, or, where it changed much, in numbers by kind and event."""

    revision: Any
    items: list[Item] = field(default_factory=list)
    numbers: dict[tuple[Kind, str], int] = field(default_factory=dict)
    folded: list[Any] = field(default_factory=list)  # earlier revisions that are told with it, newest first


@dataclass(frozen=True)
class ChangelogPage:
    """A page of the log. `older` and `newer` are the numbers to go on from, None at the ends."""

    groups: list[Group]
    older: int | None
    newer: int | None


def get_changelog_page(
    query: ChangelogQuery, *, before: int | None = None, after: int | None = None, size: int = SIZE
) -> ChangelogPage:
    """Return the page of revisions below the number `before`, or the nearest above `after`, or the newest."""
    revisions = query.revisions()
    if after is not None:
        chosen = list(revisions.filter(number__gt=after).order_by("number")[: size + 1])
    else:
        revisions = revisions if before is None else revisions.filter(number__lt=before)
        chosen = list(revisions.order_by("-number")[: size + 1])
    further, chosen = len(chosen) > size, chosen[:size] if after is None else chosen[:size][::-1]
    more_newer, more_older = (before is not None, further) if after is None else (further, True)
    groups = {revision.number: Group(revision) for revision in chosen}
    _add_items(groups, query, count_rows_by_kind(query, groups))
    return ChangelogPage(
        groups=list(groups.values()),
        older=chosen[-1].number if chosen and more_older else None,
        newer=chosen[0].number if chosen and more_newer else None,
    )


def count_rows_by_kind(query: ChangelogQuery, numbers: Iterable[int]) -> Counts:
    """Return how many rows of each kind these revisions wrote, by what happened; one query."""
    numbers = list(numbers)
    counts = _get_counts(query.of_rows(*query.kinds), revision_id__in=numbers) if numbers else {}
    return {number: counts.get(number, {}) for number in numbers}


def _get_counts(query: ChangelogQuery, **condition: Any) -> Counts:
    if not query.kinds:
        return {}
    first, *others = [
        query.rows(kind)
        .filter(**condition)
        .order_by()
        .values("revision_id", "history_type")
        .annotate(index=Value(index, output_field=IntegerField()), number=Count("pk"))
        .values_list("index", "revision_id", "history_type", "number")
        for index, kind in enumerate(query.kinds)
    ]
    counts: Counts = {}
    for index, revision, event, number in sorted(first.union(*others, all=True)):
        counts.setdefault(revision, {})[query.kinds[index], event] = number
    return counts


def get_project_groups(code: str, user: Any, *, size: int) -> list[Group]:
    """Return what the newest revisions changed of a project and of what belongs to it.

    Its rows are few: they are counted at once.
    """
    kinds = tuple(kind for kind in get_readable_kinds(user) if kind.belongs_to_project)
    query = ChangelogQuery(user=user, kinds=kinds, project=code)
    counts = _get_counts(query)
    newest = sorted(counts, reverse=True)[:size]
    revisions = get_revisions(newest)
    groups = {number: Group(revisions[number]) for number in newest}
    _add_items(groups, query, {number: counts[number] for number in newest})
    return list(groups.values())


def get_revisions(numbers: Collection[int]) -> dict[int, Revision]:
    """Return revisions by their numbers, with who made them and what they undo."""
    return Revision.objects.select_related("user", "undoes").in_bulk(numbers)


def _add_items(groups: dict[int, Group], query: ChangelogQuery, counts: Counts) -> None:
    """Add to each group the rows of each kind that its revision wrote and that the query chooses."""
    told = [number for number, found in counts.items() if Counter(found).total() <= SHOWN]
    for number in counts.keys() - set(told):
        groups[number].numbers = counts[number]
    for kind in query.kinds:
        if any(each is kind for number in told for each, _event in counts[number]):
            rows = query.of_rows(kind).rows(kind).filter(revision_id__in=told)
            for item in _build_items(kind, rows, query.user):
                groups[item.row.revision_id].items.append(item)


def get_items(kind: Kind, keys: Collection[int], user: Any) -> list[Item]:
    """Return the history rows of one kind with these keys that the user may see, each with the one before; two queries."""
    return _build_items(kind, visible_rows(kind, user).filter(history_id__in=keys), user)


def _build_items(kind: Kind, rows: QuerySet, user: Any) -> list[Item]:
    befores = {"before": row_before(kind, user), "just_before": row_just_before(kind)}
    chosen = list(rows.annotate(**befores).order_by("history_id"))
    keys = {row.before for row in chosen} - {None}
    earlier = {row.history_id: row for row in visible_rows(kind, user).filter(history_id__in=keys)} if keys else {}
    return [Item(kind, row, earlier.get(row.before), appeared=row.before != row.just_before) for row in chosen]


def fold_drafts(groups: Iterable[Group]) -> list[Group]:
    """Return groups, newest first, of which those that only saved drafts are joined with the one after them."""
    found: list[Group] = []
    for group in groups:
        if found and _can_fold(found[-1], group):
            found[-1] = _merge_groups(found[-1], group)
        else:
            found.append(group)
    return found


def _can_fold(later: Group, earlier: Group) -> bool:
    oldest = (later.folded or [later.revision])[-1]
    same = earlier.revision.user_id is not None and earlier.revision.user_id == oldest.user_id
    near = oldest.created_at - earlier.revision.created_at <= APART
    return same and near and _has_only_drafts(later) and _has_only_drafts(earlier)


def _has_only_drafts(group: Group) -> bool:
    revision = group.revision
    if group.numbers or revision.reason or revision.undoes_id or revision.door != Channel.PAGE:
        return False
    return bool(group.items) and all(_is_draft(item) for item in group.items)


def _is_draft(item: Item) -> bool:
    if item.kind.model is not MonthlyReport or item.event == DELETED or item.row.state not in _BEFORE_SUBMITTING:
        return False
    return item.event == CREATED or (item.before is not None and item.before.state == item.row.state)


def _merge_groups(later: Group, earlier: Group) -> Group:
    """Merge two groups: of each report the row that was written last, against what it was before the first of them."""
    items: dict[Any, Item] = {_item_key(item): item for item in later.items}
    for item in earlier.items:
        last = items.get(_item_key(item))
        if last is None:
            items[_item_key(item)] = item
        elif item.event == CREATED:
            last.row.history_type = CREATED  # what was written last, as the creation of the report
            items[_item_key(item)] = replace(item, row=last.row)
        else:
            items[_item_key(item)] = replace(last, before=item.before, appeared=item.appeared)
    return replace(later, items=list(items.values()), folded=[*later.folded, earlier.revision])


def _item_key(item: Item) -> tuple[str, Any]:
    return item.kind.name, getattr(item.row, item.kind.key)
