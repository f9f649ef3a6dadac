"""Totals of a list: a target that is typed is held against them."""

from __future__ import annotations

from django.db.models import Sum

from projects.choices import Measure
from projects.models import Entry, Programme
from projects.totals.figures import HEADLINE_FIGURES, Records

# what is disbursed by and by is held against what is planned for the year, of which it is some share
_COLUMNS: dict[str, str] = {
    headline.name: headline.column if headline.records == Records.ENTRIES else f"project__{headline.column}"
    for headline in HEADLINE_FIGURES
    if headline.column and headline.records != Records.REPORTS
} | {Measure.DISBURSED.value: "planned_disbursement"}


def list_total_regardless_of_permission(programme: Programme, measure: str) -> int | None:
    """Return whole CNY of all that were ever put on the list and did not leave it; None where nothing is known."""
    column = _COLUMNS.get(measure)
    if column is None:
        return None
    entries = Entry.objects.filter(programme=programme.pk, left__isnull=True).order_by()
    total: int | None = entries.aggregate(total=Sum(column))["total"]
    return int(total) if total else None
