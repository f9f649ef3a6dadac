"""Totals of a list, as the database keeps them: a target that is typed is held against them."""

from __future__ import annotations

from django.db.models import Q, Sum

from projects.choices import Measure
from projects.choices.headlines import HEADLINES
from projects.models import Programme
from projects.models.rollups import ALL, CHANGES, Cell

# what is disbursed by and by is held against what is planned for the year, of which it is some share
_OF: dict[str, str] = {each.name: each.name for each in HEADLINES if each.column and not each.plan} | {
    Measure.DISBURSED.value: Measure.PLANNED_DISBURSEMENT.value
}


def list_total_regardless_of_permission(programme: Programme, measure: str) -> int | None:
    """Return what the whole list comes to, those that left it not counted, in CNY; None where nothing is known."""
    name = _OF.get(measure)
    if name is None:
        return None
    cells = Cell.objects.filter(programme=programme.pk, prefecture=ALL, chain_link=ALL)
    of_list = cells.filter(Q(month=0) | Q(month__gte=CHANGES)).order_by()
    found: int | None = of_list.aggregate(total=Sum(name))["total"]
    return found or None
