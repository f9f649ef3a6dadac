"""Coverage of a sum over months: records that are complete, those with gaps, and those with nothing at all.

A record is complete when it has the figure in every month of the span in which it was on the list; what it lacks is a gap,
and no zero.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from projects.choices.headlines import HEADLINES, Records
from projects.periods import Month

from .figure import Condition, reports_have
from .span import Span

MONTHLY_SUMS = {each.name: each.column for each in HEADLINES if each.records == Records.REPORTS}


def lacks(span: Span, number: int, column: str) -> Q:
    """Projects that were on the list in a month of the span's year and have no approved report with the figure for it."""
    if span.year is None:
        return Q(pk__in=[])
    has_one = span.to_date().filter(**{"month": number, f"{column}__isnull": False}, entry=OuterRef("pk"))
    listed = span.entries().on_list_in(Month(span.year, number)).filter(project=OuterRef("pk"))
    return Q(Exists(listed.filter(~Exists(has_one))))


def has_gaps(name: str) -> Condition:
    """Projects with the figure in some months of the span and not in others."""
    column = MONTHLY_SUMS[name]

    def condition(span: Span) -> Any:
        found = Q(pk__in=[])
        for number in span.months:
            found |= lacks(span, number, column)
        return Q(reports_have(column)(span)) & found

    return condition


def is_complete(name: str) -> Condition:
    """Projects with the figure in every month of the span in which they were on the list."""
    column = MONTHLY_SUMS[name]

    def condition(span: Span) -> Any:
        found = Q(reports_have(column)(span))
        for number in span.months:
            found &= ~lacks(span, number, column)
        return found

    return condition
