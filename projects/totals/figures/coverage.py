"""Coverage of a sum over months: records that are complete, those with gaps, and those with nothing at all.

A record is complete when it has the figure in every month of the span in which it was on the list; what it lacks is a gap,
and no zero.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from projects.choices.headlines import HEADLINES, Records
from projects.models.entry import listed_in
from projects.periods import Month

from .figure import Condition
from .span import Span

MONTHLY_SUMS = {each.name: each.column for each in HEADLINES if each.records == Records.REPORTS}


def has_any(span: Span, column: str) -> Q:
    """Whether an entry has the figure in a month of the span."""
    return Q(Exists(span.reports().filter(**{f"{column}__isnull": False}, entry=OuterRef("pk"))))


def lacks(span: Span, number: int, column: str) -> Q:
    """Whether it was on the list in a month of the span's year without an approved report with the figure for it."""
    if span.year is None:
        return Q(pk__in=[])
    of_month = span.to_date().filter(**{"month": number, f"{column}__isnull": False})
    return ~Q(Exists(of_month.filter(entry=OuterRef("pk")))) & listed_in(Month(span.year, number))


def has_gaps(name: str) -> Condition:
    """Projects with the figure in some months of the span and not in others."""
    return lambda span: Q(Exists(_known(span, name).filter(_lacks_some(span, name))))


def is_complete(name: str) -> Condition:
    """Projects with the figure in every month of the span in which they were on the list."""
    return lambda span: Q(Exists(_known(span, name).exclude(_lacks_some(span, name))))


def _known(span: Span, name: str) -> Any:
    """The entries of a project that have the figure."""
    return span.entries().filter(has_any(span, MONTHLY_SUMS[name]), project=OuterRef("pk"))


def _lacks_some(span: Span, name: str) -> Q:
    found = Q(pk__in=[])
    for number in span.months:
        found |= lacks(span, number, MONTHLY_SUMS[name])
    return found
