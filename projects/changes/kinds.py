"""Kinds of records in the log, and permission on its rows: which kinds, rows and fields a reader may read.

Whoever reads everything reads all of it. A reader of single prefectures sees what belongs to a project from when the
project came to one of them: what it was before belongs to others. The public is told no person, no contact, no remark,
and nothing of reports that were not approved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from projects.access import READABLE, Access, get_access
from projects.choices import ReportState
from projects.database.installation import get_history_models
from projects.models import Enterprise, Entry, MonthlyReport, Project
from projects.models.attribution import reporter_of
from projects.models.base import RecordQuerySet

# the order in which kinds stand in lists; others follow
_FIRST = ("project", "entry", "monthlyreport", "plan", "rating", "claim", "milestone", "problem", "programme", "target")
_NOT_FOR_THE_PUBLIC = frozenset({"contact", "comment", "words", "author", "solver"}) | {
    reporter_of(figure) for figure in (*Project.attributed, *Entry.attributed)
}
_FOR_THE_PUBLIC: dict[type[Model], Q] = {MonthlyReport: Q(state=ReportState.APPROVED)}


@dataclass(frozen=True)
class Kind:
    """A model with history, and the model of its history rows."""

    model: Any
    history: Any

    @property
    def name(self) -> str:
        """Return the name in addresses: `monthlyreport`."""
        return self.model._meta.model_name

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def key(self) -> str:
        """Return the column of the record's key, in its own table and in that of its history."""
        return self.model._meta.pk.attname

    @property
    def steps(self) -> list[str]:
        """Return the relations that lead to the project that owns a row; empty for the project and for reference data."""
        return (getattr(self.model, "prefecture_path", None) or "").split("__")[:-1]

    @property
    def belongs_to_project(self) -> bool:
        return self.model is Project or bool(self.steps)


@cache
def all_kinds() -> tuple[Kind, ...]:
    histories: list[Any] = get_history_models()
    kinds = [Kind(history.instance_type, history) for history in histories]
    place = {name: number for number, name in enumerate(_FIRST)}
    return tuple(sorted(kinds, key=lambda kind: (place.get(kind.name, len(place)), kind.name)))


def kind_of(model: type[Model]) -> Kind:
    return next(kind for kind in all_kinds() if kind.model is model)


def all_rows(model: Any) -> QuerySet:
    """Return all rows of a table, whatever the model's own manager leaves out."""
    return QuerySet(model)


def get_readable_kinds(user: Any) -> list[Kind]:
    """Return the kinds of which the user may read anything at all."""
    return [kind for kind in all_kinds() if _can_read(kind, user)]


def _can_read(kind: Kind, user: Any) -> bool:
    if kind.name in READABLE:
        return get_access(user).can_read
    return user.has_perm(f"{kind.model._meta.app_label}.view_{kind.name}")


def visible_rows(kind: Kind, user: Any) -> QuerySet:
    """Return the history rows of a kind that the user may read."""
    access = get_access(user)
    rows = all_rows(kind.history)
    if not _can_read(kind, user):
        return rows.none()
    if access.public and kind.model in _FOR_THE_PUBLIC:
        rows = rows.filter(_FOR_THE_PUBLIC[kind.model])
    if access.reads_all:
        return _filter_visible_now(rows, kind, user) if access.public and _has_its_own_rule(kind) else rows
    if kind.model is Enterprise or _has_its_own_rule(kind):
        return _filter_visible_now(rows, kind, user)
    return rows.filter(_since_arrival(kind, access)) if kind.belongs_to_project else rows


def _has_its_own_rule(kind: Kind) -> bool:
    """Return whether the model narrows what may be seen in a way that its history cannot tell from a row alone."""
    known = (MonthlyReport, Enterprise)
    visible_to = getattr(type(kind.model._default_manager.all()), "visible_to", None)
    return kind.model not in known and visible_to not in (None, RecordQuerySet.visible_to)


def _filter_visible_now(rows: QuerySet, kind: Kind, user: Any) -> QuerySet:
    present = kind.model._default_manager.visible_to(user)
    return rows.filter(**{f"{kind.key}__in": present.order_by().values("pk")})


def _follow_relations(field: Any, rest: list[str], column: Any) -> Any:
    """Return where a chain of relations from a column leads, by the history: also where what it goes through is gone."""
    if not rest:
        return F(column)
    through = kind_of(field.related_model)
    newest = all_rows(through.history).filter(**{through.key: OuterRef(column)}).order_by("-history_id")
    following = _follow_relations(through.model._meta.get_field(rest[0]), rest[1:], f"{rest[0]}_id")
    return Subquery(newest.annotate(next_key=following).values("next_key")[:1])


def filter_by_projects(rows: QuerySet, kind: Kind, projects: QuerySet) -> QuerySet:
    """Return the rows that belong, or once belonged, to any of the projects, given by a query for their keys."""
    if kind.model is Project:
        return rows.filter(**{f"{kind.key}__in": projects})
    first, *rest = kind.steps
    if rest:
        through = kind_of(kind.model._meta.get_field(first).related_model)
        projects = filter_by_projects(all_rows(through.history).order_by(), through, projects).values(through.key)
    return rows.filter(**{f"{first}_id__in": projects})


def _since_arrival(kind: Kind, access: Access) -> Any:
    """Build the condition that a row is not older than the project's present stay in a readable prefecture."""
    # of a computed column no index is used: the rows of one project are few, those of a prefecture are not
    history = all_rows(kind_of(Project).history).alias(place=Coalesce("prefecture_id", 0))
    own = Q(place__in=access.reads_in)
    elsewhere = history.filter(~own, id=OuterRef("id")).order_by("-history_id")
    last_elsewhere = Coalesce(Subquery(elsewhere.values("history_id")[:1]), 0)
    stay = history.filter(own, history_id__gt=last_elsewhere, revision_id__lte=OuterRef("revision_id"))
    project: Any = OuterRef(kind.key)
    if kind.steps:
        first, *rest = kind.steps
        project = OuterRef(f"{first}_id")
        if rest:  # the row is named from within the subquery that follows the relations
            project = _follow_relations(kind.model._meta.get_field(first), rest, project)
    return Exists(stay.filter(id=project))


def hidden_fields(kind: Kind, user: Any) -> frozenset[str]:
    """Return names of the fields that the user is not told."""
    if not get_access(user).public:
        return frozenset()
    people = get_user_model()
    persons = {field.name for field in kind.model._meta.concrete_fields if field.related_model is people}
    return _NOT_FOR_THE_PUBLIC | persons
