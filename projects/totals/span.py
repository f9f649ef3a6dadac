"""The programme and months that yearly figures are taken from, and the yearly columns of a line about a project."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, QuerySet, Subquery, Sum, When

from projects.models import Entry, MonthlyReport
from projects.models.entry import listed_in, was_on_list
from projects.periods import MONTHS_OF_YEAR, Month


@dataclass(frozen=True)
class Span:
    """Months are numbers, both included; `year` is the programme's, None when there is no programme."""

    programme_id: Any  # None: no programme, so nothing
    first_month: int
    last_month: int
    year: int | None = None

    def reports(self) -> Any:
        """Approved reports of the span: the only ones that count."""
        return self.to_date().filter(month__gte=self.first_month)

    def to_date(self) -> Any:
        """Approved reports from January to the last month of the span."""
        return MonthlyReport.objects.approved().filter(
            entry__programme_id=self.programme_id, month__lte=self.last_month
        )

    def entries(self) -> Any:
        """All entries of the programme, those that left or join later too."""
        return Entry.objects.filter(programme_id=self.programme_id)

    def entries_on_list(self) -> Any:
        """The entries that are on the list in the last month of the span."""
        return self.entries().on_list_in(self.list_month) if self.list_month else self.entries()

    def listed_or_reported(self) -> Any:
        """The same with those that are off the list but have approved reports in the span."""
        reported = Exists(self.reports().filter(entry=OuterRef("pk")).order_by())
        return self.entries().filter(listed_in(self.list_month) | reported if self.list_month else reported)

    def entries_with_plan(self) -> Any:
        """All entries, each with the `plan` of its place on the list: None of those that are off it."""
        if self.list_month is None:
            return self.entries().annotate(plan=F("planned_disbursement"))
        listed = When(listed_in(self.list_month), then="planned_disbursement")
        return self.entries().annotate(plan=Case(listed, default=None, output_field=BigIntegerField()))

    @property
    def months(self) -> range:
        return range(max(self.first_month, 1), self.last_month + 1)

    @property
    def list_month(self) -> Month | None:
        """The month whose list is asked about: where no month is shown yet, that of the whole year."""
        return Month(self.year, self.last_month or MONTHS_OF_YEAR) if self.year else None

    @property
    def last(self) -> Month | None:
        """The month that figures of one round are about."""
        return Month(self.year, self.last_month) if self.year and self.last_month else None

    @property
    def days(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day of the span; None before the first report."""
        if self.last is None:
            return None
        return dt.date(self.last.year, self.first_month, 1), self.last.last_day


def with_figures(projects: QuerySet, span: Span) -> QuerySet:
    """Projects with the yearly figures of a line about each: `planned_disbursement`, `disbursed`, `entry_status`.

    What has left the list has no plan there any more, so no ratio is made of it. Subqueries, not joins: two to-many sums
    that share a join multiply each other.
    """
    entry = span.entries_with_plan().filter(project=OuterRef("pk")).order_by()
    reports = span.reports().filter(entry__project=OuterRef("pk")).order_by().values("entry__project")
    return projects.annotate(
        planned_disbursement=Subquery(entry.values("plan")[:1]),
        entry_status=Subquery(entry.values("status")[:1]),
        disbursed=Subquery(reports.annotate(total=Sum("disbursed")).values("total")),
    )


def count_months_lacking(span: Span, figure: Any) -> dict[int, int]:
    """Return how many months of the span each project lacks a figure of reports in which it was on the list, by its key.

    Of those alone that have it in some month: such a project is complete with 0, else it has gaps, and what it lacks is no
    zero. Two queries.
    """
    has_figure = {f"{figure.column}__isnull": False}
    reported = set(span.reports().filter(**has_figure).order_by().values_list("entry", "month"))
    known = {entry for entry, _month in reported}
    months = [Month(span.year, number) for number in span.months] if span.year else []
    entries = span.entries().order_by().values_list("pk", "project", "joined", "left")
    return {
        project: sum(was_on_list(joined, left, month) and (pk, month.number) not in reported for month in months)
        for pk, project, joined, left in entries
        if pk in known
    }
