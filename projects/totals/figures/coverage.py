"""Coverage of a sum over months: records that are complete, those with gaps, and those with nothing at all.

A record is complete when it has the figure in every month of the span in which it was on the list; what it lacks is a gap,
and no zero.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from projects.choices.headlines import HEADLINES, Records
from projects.models.entry import listed_in
from projects.models.rollups import up_to
from projects.periods import Month

from .beside_entry import any_month
from .figure import Condition
from .span import Span

MONTHLY_SUMS = {each.name: each.column for each in HEADLINES if each.records == Records.REPORTS}
# what every approved report says: of each entry it is kept which months these are (`models.ReportedMonths`)
ROLLUP_MONTHS = {"disbursed": "approved"}


def has_any(span: Span, column: str, entry: str = "") -> Q:
    """Whether an entry, at this path, has the figure in a month of the span."""
    if column in ROLLUP_MONTHS:
        return any_month(ROLLUP_MONTHS[column], of=up_to(span.last_month) - up_to(span.first_month - 1), entry=entry)
    return Q(Exists(span.reports().filter(**{f"{column}__isnull": False}, entry=OuterRef(f"{entry}pk"))))


def lacks(span: Span, number: int, column: str, entry: str = "") -> Q:
    """Whether it was on the list in a month of the span's year without an approved report with the figure for it."""
    if span.year is None:
        return Q(pk__in=[])
    if column in ROLLUP_MONTHS:  # first that, as few of them are not
        has_one = any_month(ROLLUP_MONTHS[column], of=1 << number, entry=entry)
    else:
        of_month = span.to_date().filter(**{"month": number, f"{column}__isnull": False})
        has_one = Q(Exists(of_month.filter(entry=OuterRef(f"{entry}pk"))))
    return ~has_one & Q(**{f"{entry}pk__isnull": False}) & listed_in(Month(span.year, number), entry)


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
