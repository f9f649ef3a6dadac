"""Counts of a programme beside its lists and reports (plans on record, changes, ratings, overdue problems), in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from projects.choices import PlanKind
from projects.database.open_values import with_open_values
from projects.database.prepared_records import records
from projects.models import Entry, Plan, Problem, Programme, Rating
from projects.models.entry import changes_the_list, not_always_asked


@dataclass(frozen=True)
class BesideReports:
    """What there is at all beside lists and reports: of most years nothing, so that no row has to be asked for it."""

    plans: bool  # on record, of one kind
    changes: bool  # entries that joined or left
    ratings: bool
    problems: bool

    @classmethod
    def of(cls, programme: Programme, kind: PlanKind) -> Self:
        """One query."""

        def build(values: Sequence[Any]) -> QuerySet:
            return Programme.objects.filter(pk=values[0]).values_list(*cls._questions(values[1], kind))

        [found] = with_open_values(("beside reports", kind), [programme.pk, programme.today], build).rows()
        return cls(*map(bool, found))

    @classmethod
    def of_lights(cls, programme: Programme) -> Self:
        """The same for the plan that the programme's rule of the lights measures against; the query finds the rule too."""
        names = [f"has_{each.name}" for each in fields(cls)]

        def build(key: int, today: dt.date) -> QuerySet:
            kind = Coalesce("light_rule__against", Value(PlanKind.ANNOUNCED.value))
            year = Programme.objects.filter(pk=key).select_related("light_rule").annotate(against=kind)
            return year.annotate(**dict(zip(names, cls._questions(today, OuterRef("against")), strict=True)))

        [found] = records("beside the lights", build, programme.pk, programme.today)
        programme.light_rule = found.light_rule
        return cls(*(getattr(found, name) for name in names))

    @staticmethod
    def _questions(today: dt.date, kind: Any) -> tuple[Exists, ...]:
        of_year = Entry.objects.filter(programme=OuterRef("pk"))
        return (
            Exists(Plan.objects.filter(kind=kind).order_by()),
            Exists(of_year.filter(not_always_asked(), changes_the_list()).order_by()),
            Exists(Rating.objects.order_by()),
            Exists(Problem.objects.overdue(today).order_by()),
        )
