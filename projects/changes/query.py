"""Question to the log: which rows of the history and which revisions answer it, and what of it its statements leave open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Concat
from django.db.models.lookups import IsNull
from django.utils import timezone

from projects.access import access_of
from projects.models import Project, Revision

from .differences import ComparedPart
from .kinds import Kind, every_row_of, kind_of, of_projects, visible_rows

CREATED, CHANGED, DELETED = "+", "~", "-"
_OPEN = ("who", "record", "code", "project", "key")  # in its statements
_NAMES = ("code", "name_zh", "name_en", "url", "adcode", "description", "publisher_zh", "publisher_en")


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

    @property
    def values(self) -> list[Any]:
        """What of it stays open in its statements (`open_values`)."""
        return [getattr(self, name) for name in self._open]

    @property
    def kind(self) -> Hashable:
        """All else that its statements follow from."""
        kinds, part = tuple(kind.name for kind in self.kinds), self.part and self.part.name
        return access_of(self.user), kinds, part, self.event, self.door, self.since, self.until, self._open

    @property
    def _open(self) -> tuple[str, ...]:
        return tuple(name for name in _OPEN if getattr(self, name) not in ("", None))

    def of(self, values: Sequence[Any]) -> Self:
        """The same question with other values: those of its own come first."""
        return replace(self, **dict(zip(self._open, values, strict=False)))

    def of_rows(self, *kinds: Kind) -> Self:
        """The question for rows of these kinds, whatever revision wrote them."""
        return replace(self, kinds=kinds, who="", door="", since=None, until=None)

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
            rows = _of_project(rows, kind, Q(code=self.project))
        return _named(rows, kind, self.record, self.code) if self.record else rows

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


def _named(rows: QuerySet, kind: Kind, text: str, code: str) -> QuerySet:
    """Rows of records with this text in their code or name, or in those of their project."""
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
        chosen |= Q(pk__in=_of_project(rows, kind, names).values("pk"))
    return rows.filter(chosen)


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
