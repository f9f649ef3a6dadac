"""Ranking of the rows of a breakdown by the share of the year's plan that is done. Equals share a rank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from django.conf import settings

from projects.choices import Measure
from projects.totals.pace import difference
from projects.totals.results import Answer, Row, ratio

AnyPlace = TypeVar("AnyPlace", "Place", "OpenPlace")


@dataclass(frozen=True)
class Place:
    """One row of a league. `rank` is None for a row that has too few with a plan and a report: it is listed, but not ranked.

    Shares are of 1: `share` of the year's plan, `gap_share` ahead of the even pace (None for one month alone), `start_rate`
    of all projects, known to have started or not.
    """

    rank: int | None
    row: Row
    share: Fraction | None
    gap_share: Fraction | None
    is_illustrative: bool = False  # whether any of the share rests on illustrative records

    @property
    def start_rate(self) -> Fraction | None:
        started = self.row.figures[Measure.STARTED_COUNT]
        return ratio(started.value, started.of)


def league(answer: Answer) -> list[Place]:
    """Rows ranked 1, 2, 2, 4, those of real records alone first and by themselves; unranked ones last, in the order of the
    answer.

    Ask for the figures of the round with it, and by basis: `breakdowns(scope, by, illustrative=True, figures=FIGURES)`.
    """
    places = [
        Place(
            rank=None,
            row=row,
            share=row.progress,
            gap_share=difference(row.progress, answer.year_elapsed),
            is_illustrative=bool(row.illustrative_share(Measure.DISBURSED_OF_PLAN)),
        )
        for row in answer.rows
    ]
    return _in_order_of_ranks(places)


def _in_order_of_ranks(places: Sequence[AnyPlace]) -> list[AnyPlace]:
    ranked = [replace(place, rank=_rank(place, places)) for place in places]
    return sorted(ranked, key=lambda place: (place.rank is None, place.is_illustrative, place.rank or 0))


def _rank(place: Place | OpenPlace, places: Sequence[Place | OpenPlace]) -> int | None:
    """The place among its like: real among real, illustrative among illustrative; None without a share."""
    if place.share is None:
        return None
    like = [each.share for each in places if each.is_illustrative == place.is_illustrative and each.share is not None]
    return 1 + len([share for share in like if share > place.share])


@dataclass(frozen=True)
class OpenPlace:
    """One row of a league of an open month. `whole` is of all its records; `approved`, those alone that have reported.

    `held` is how much of the plan of all of them these hold; only from a setting on the rest is said. `earlier` is the gap
    of all of them at the last month that counts.
    """

    whole: Row
    approved: Row | None
    held: Fraction | None
    rank: int | None = None
    earlier: Fraction | None = None
    elapsed: Fraction | None = None
    before: Row | None = None  # all of them at that month
    is_illustrative: bool = False  # whether any of the share rests on illustrative records

    @property
    def row(self) -> Row:
        return self.whole

    @property
    def is_comparable(self) -> bool:
        return self.held is not None and self.held * 100 >= settings.LEAST_COMPARED_PERCENT

    @property
    def share(self) -> Fraction | None:
        return self.approved.progress if self.approved and self.is_comparable else None

    @property
    def gap_share(self) -> Fraction | None:
        return difference(self.share, self.elapsed)

    @property
    def approved_gap(self) -> Fraction | None:
        """The gap of those that have reported, however little of the plan they hold: of them alone."""
        return difference(self.approved.progress if self.approved else None, self.elapsed)


def league_of_open_month(every: Answer, approved: Answer, earlier: Answer) -> list[OpenPlace]:
    """Rows of a month that is open, ranked where the approved ones hold enough of the plan; the others in their order.

    Those of real records alone come first and are ranked by themselves. Those of which nobody is asked for a report are left
    out. `approved` is the same question of those alone whose report is approved, by basis (`illustrative=True`); `earlier`
    that of the last month that counts.
    """
    by_key = {row.key: row for row in approved.rows}
    before = {row.key: row for row in earlier.rows}
    gaps = {key: difference(row.progress, earlier.year_elapsed) for key, row in before.items()}
    places = []
    for row in every.rows:
        if not row.figures[Measure.REPORTS_APPROVED].of:
            continue  # of which no report is asked
        own = by_key.get(row.key)
        planned = row.figures[Measure.PLANNED_DISBURSEMENT].value
        held = ratio(own.figures[Measure.PLANNED_DISBURSEMENT].value if own else 0, planned)
        places.append(
            OpenPlace(
                row,
                own,
                held,
                earlier=gaps.get(row.key),
                elapsed=approved.year_elapsed,
                before=before.get(row.key),
                is_illustrative=bool(own and own.illustrative_share(Measure.DISBURSED_OF_PLAN)),
            )
        )
    return _in_order_of_ranks(places)
