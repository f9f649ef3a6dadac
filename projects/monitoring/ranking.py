"""Ranking of the rows of a breakdown by the share of the year's plan that is done. Equals share a rank."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

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
