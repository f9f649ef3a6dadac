"""Ranking of the rows of a breakdown by the share of the year's plan that is done. Equals share a rank."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from django.conf import settings

from projects.choices import Measure
from projects.totals.pace import difference
from projects.totals.results import Answer, Row, ratio


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

    @property
    def start_rate(self) -> Fraction | None:
        started = self.row.figures[Measure.STARTED_COUNT]
        return ratio(started.value, started.of)


def league(answer: Answer) -> list[Place]:
    """Rows ranked 1, 2, 2, 4; unranked ones last, in the order of the answer.

    Ask for the figures of the round with it: `totals(scope, by, figures=FIGURES)`.
    """
    shares = [(row, row.progress) for row in answer.rows]
    ranked = sorted((share for _row, share in shares if share is not None), reverse=True)
    places = [
        Place(
            rank=ranked.index(share) + 1 if share is not None else None,
            row=row,
            share=share,
            gap_share=difference(share, answer.year_elapsed),
        )
        for row, share in shares
    ]
    return sorted(places, key=lambda place: (place.rank is None, place.rank or 0))


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

    @property
    def row(self) -> Row:
        return self.whole

    @property
    def is_comparable(self) -> bool:
        return self.held is not None and self.held * 100 >= settings.RANKED_PLAN_PERCENT

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

    `approved` is the same question of those alone whose report is approved, `earlier` that of the last month that counts.
    """
    by_key = {row.key: row for row in approved.rows}
    gaps = {row.key: difference(row.progress, earlier.year_elapsed) for row in earlier.rows}
    places = []
    for row in every.rows:
        own = by_key.get(row.key)
        planned = row.figures[Measure.PLANNED_DISBURSEMENT].value
        held = ratio(own.figures[Measure.PLANNED_DISBURSEMENT].value if own else 0, planned)
        places.append(OpenPlace(row, own, held, earlier=gaps.get(row.key), elapsed=approved.year_elapsed))
    shares = sorted((each.share for each in places if each.share is not None), reverse=True)
    ranked = [replace(each, rank=None if each.share is None else shares.index(each.share) + 1) for each in places]
    return sorted(ranked, key=lambda place: (place.rank is None, place.rank or 0))
