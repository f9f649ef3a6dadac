"""Every figure of the product, defined once: its name, its unit, which records have it and which it counts.

`totals.py` sums them; the project filters `counted_in` and `missing` open them to their records. Names are stable: they
are the keys of the API.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from .choices import Measure, ProjectKind, Transferred, Unit
from .models import Entry, MonthlyReport

ALWAYS = ~Q(pk__in=[])


@dataclass(frozen=True)
class Span:
    """The programme and months that yearly figures are taken from; months are numbers, both included."""

    programme_id: Any  # None: no programme, so nothing
    first_month: int
    last_month: int

    def reports(self) -> Any:
        """Approved reports of the span: the only ones that count."""
        return MonthlyReport.objects.approved().filter(
            entry__programme_id=self.programme_id, month__gte=self.first_month, month__lte=self.last_month
        )

    def entries(self) -> Any:
        return Entry.objects.filter(programme_id=self.programme_id)


def with_figures(projects: QuerySet, span: Span) -> QuerySet:
    """Projects with the yearly figures of a line about each: `planned_disbursement`, `disbursed`, `entry_status`.

    Subqueries, not joins: two to-many sums that share a join multiply each other.
    """
    entry = span.entries().filter(project=OuterRef("pk")).order_by()
    of_project = span.reports().filter(entry__project=OuterRef("pk")).order_by().values("entry__project")
    return projects.annotate(
        planned_disbursement=Subquery(entry.values("planned_disbursement")[:1]),
        entry_status=Subquery(entry.values("status")[:1]),
        disbursed=Subquery(of_project.annotate(total=Sum("disbursed")).values("total")),
    )


Condition = Callable[[Span], Q | Exists]


@dataclass(frozen=True)
class Figure:
    """One figure. `known` are the projects that have it, `counted` those that its value is made of."""

    name: str
    label: Any
    definition: Any
    unit: Unit
    known: Condition
    counted: Condition
    applies: Q = field(default_factory=lambda: ALWAYS)
    by_month: bool = False  # made of monthly reports, so it can be broken down by month


def _entry_has(column: str) -> Condition:
    condition = Q(**{f"{column}__isnull": False})
    return lambda span: Exists(span.entries().filter(condition, project=OuterRef("pk")))


def _reports_have(column: str) -> Condition:
    condition = Q(**{f"{column}__isnull": False})
    return lambda span: Exists(span.reports().filter(condition, entry__project=OuterRef("pk")))


def _project_has(column: str) -> Condition:
    return lambda span: Q(**{f"{column}__isnull": False})


def _figure(measure: Measure, definition: Any, known: Condition, **more: Any) -> Figure:
    more.setdefault("counted", known)
    return Figure(
        name=measure.value, label=measure.label, definition=definition, unit=measure.unit, known=known, **more
    )


FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        _figure(Measure.PROJECT_COUNT, _("Number of projects."), lambda span: ALWAYS),
        _figure(
            Measure.TOTAL_INVESTMENT,
            _("Sum of the projects' total investment, for those that have one."),
            _project_has("total_investment"),
        ),
        _figure(
            Measure.PLANNED_DISBURSEMENT,
            _("Sum of what is planned to be disbursed in the programme's year, for the list entries that say it."),
            _entry_has("planned_disbursement"),
        ),
        _figure(
            Measure.EXPECTED_REVENUE,
            _("Sum of the projects' expected revenue a year at full capacity, for those that have one."),
            _project_has("expected_revenue"),
        ),
        _figure(
            Measure.TRANSFERRED_COUNT,
            _("Number of projects transferred from other provinces; known for those that say yes or no."),
            lambda span: ~Q(transferred=Transferred.UNKNOWN),
            counted=lambda span: Q(transferred=Transferred.YES),
        ),
        _figure(
            Measure.ENTERPRISES_ATTRACTED,
            _("Sum of the enterprises that parks report to have attracted, from approved monthly reports."),
            _reports_have("enterprises_attracted"),
            applies=Q(kind=ProjectKind.PARK),
            by_month=True,
        ),
        _figure(
            Measure.DISBURSED,
            _("Sum of the money disbursed in the months shown, from approved monthly reports."),
            _reports_have("disbursed"),
            by_month=True,
        ),
    )
}
