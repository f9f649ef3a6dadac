"""Directions of the announcement: three are groups of sectors, the other is what comes from other provinces."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.access import visible
from projects.choices import Measure
from projects.pages import formatting, links
from projects.pages.figure_display import FigureDisplay, coverage_sentence, shown
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns
from sectors.choices import DirectionMeasure
from sectors.models import Direction

from . import findings
from .breakdown import BreakdownTable, table
from .table_order import table_order


@dataclass(frozen=True)
class Directions:
    """The table of those that group sectors, the sectors of each, the others beside it, and where all were announced."""

    table: BreakdownTable
    groups: list[tuple[Direction, str]]
    beside: list[tuple[Direction, FigureDisplay, str]]  # what measures each, and how much of it is known
    source: Direction


def directions(request: HttpRequest, scope: Scope) -> Directions | None:
    """None where no direction is on record. Queries: those of one breakdown, and two."""
    known = list(visible(Direction.objects.prefetch_related("sectors"), scope.user))
    if not known:
        return None
    answers = breakdowns(scope, None, "direction", compared=False, illustrative=True)
    rows = {row.key: row for row in answers["direction"].rows}
    whole = answers[None].total_row
    by_sectors = [each for each in known if each.measured_by == DirectionMeasure.SECTORS]
    transferred = Measure.TRANSFERRED_COUNT
    return Directions(
        table=table(
            scope,
            answers["direction"],
            whole,
            table_order(request, "directions", place="directions"),
            head=_("Direction"),
            name=_("By direction"),
            page=lambda key: links.records(rows[key].parameters),
            finding=findings.together([findings.largest(answers["direction"], whole, Measure.TOTAL_INVESTMENT)]),
        ),
        groups=[(each, formatting.listing(sector.name for sector in each.sectors.all())) for each in by_sectors],
        beside=[
            (each, shown(whole, transferred, form="headline"), coverage_sentence(whole.figures[transferred]))
            for each in known
            if each not in by_sectors
        ],
        source=known[0],
    )
