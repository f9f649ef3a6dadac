"""Totals of a list: a target that is typed is held against them."""

from __future__ import annotations

from django.db.models import Sum

from projects.choices import Measure
from projects.models import Entry, Programme

_COLUMNS: dict[str, str] = {
    Measure.TOTAL_INVESTMENT.value: "project__total_investment",
    Measure.EXPECTED_REVENUE.value: "project__expected_revenue",
    Measure.PLANNED_DISBURSEMENT.value: "planned_disbursement",
    # what is disbursed by and by is held against what is planned for the year, of which it is some share
    Measure.DISBURSED.value: "planned_disbursement",
}


def list_total_regardless_of_permission(programme: Programme, measure: str) -> int | None:
    """Return whole CNY of all that were ever put on the list and did not leave it; None where nothing is known."""
    column = _COLUMNS.get(measure)
    if column is None:
        return None
    entries = Entry.objects.regardless_of_permission().filter(programme=programme.pk, left__isnull=True).order_by()
    total: int | None = entries.aggregate(total=Sum(column))["total"]
    return int(total) if total else None
