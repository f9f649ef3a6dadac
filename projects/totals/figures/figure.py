"""Figure: a name, a unit, which records have it and which it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from projects.choices import Measure, Unit
from projects.choices.headlines import Ratio

from .span import Span

ALWAYS = ~Q(pk__in=[])

Condition = Callable[[Span], Q | Exists]
Amount = Callable[[Span], Any]


def always(_span: Span) -> Q:
    return ALWAYS


@dataclass(frozen=True)
class Figure:
    """One figure. `known` are the projects that have it, `counted` those that its value is made of.

    `amount` gives each project's part of the value, where that is more than its being counted. `plan` is the measure of the
    whole year that it is a part of. A `ratio` has what stands above for its value. `none_below` is the measure of a floor:
    the figure counts the projects that miss it, and should count none.
    """

    name: str
    label: Any
    definition: Any
    unit: Unit
    known: Condition
    counted: Condition
    applies: Condition = always
    by_month: bool = False  # made of monthly reports, so it can be broken down by month
    amount: Amount | None = field(default=None)
    plan: Measure | None = None
    ratio: Ratio | None = None
    none_below: Measure | None = None


def figure(measure: Measure, definition: Any, known: Condition, **more: Any) -> Figure:
    more.setdefault("counted", known)
    return Figure(
        name=measure.value, label=measure.label, definition=definition, unit=measure.unit, known=known, **more
    )


def entry_has(column: str) -> Condition:
    condition = Q(**{f"{column}__isnull": False})
    return lambda span: Exists(span.listed().filter(condition, project=OuterRef("pk")))


def reports_have(column: str) -> Condition:
    condition = Q(**{f"{column}__isnull": False})
    return lambda span: Exists(span.reports().filter(condition, entry__project=OuterRef("pk")))


def project_has(column: str) -> Condition:
    return lambda span: Q(**{f"{column}__isnull": False})
