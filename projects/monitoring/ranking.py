"""Ranking of the rows of a breakdown by how far they are ahead of their plans to date. Equals share a rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from projects.choices import Measure
from projects.totals.results import Answer, FigureValue, Row, ratio

GROUPS = REAL, ILLUSTRATIVE, UNRANKED = ("real", "illustrative", "unranked")  # in the order of a ranking


@dataclass(frozen=True)
class Place:
    """One row of a ranking. Without a gap to its plans it has no rank."""

    row: Row
    rank: int | None = None

    @property
    def progress(self) -> FigureValue:
        return self.row.figures[Measure.DISBURSED_OF_PLAN]

    @property
    def share(self) -> Fraction | None:
        """What is done as a share of the year's plan."""
        return self.progress.ratio

    @property
    def gap_share(self) -> Fraction | None:
        """How far that is ahead of what the plans ask for in the same months: by this it is ranked."""
        return self.progress.gap_share

    @property
    def gaps(self) -> int:
        """How many asked reports of closed rounds are missing: then it is ranked after all that are complete."""
        return self.progress.pairs.gaps if self.progress.pairs else 0

    @property
    def is_illustrative(self) -> bool:
        """Whether any of the share rests on illustrative records."""
        return bool(self.row.illustrative_share(Measure.DISBURSED_OF_PLAN))

    @property
    def group(self) -> str:
        if self.rank is None:
            return UNRANKED
        return ILLUSTRATIVE if self.is_illustrative else REAL

    @property
    def start_rate(self) -> Fraction | None:
        """The share of all projects, known to have started or not."""
        started = self.row.figures[Measure.STARTED_COUNT]
        return ratio(started.value, started.of)


def rank_places(answer: Answer) -> list[Place]:
    """Return a place for each row of `breakdowns(scope, by, illustrative=True, …)`, ranked 1, 2, 2, 4.

    Those of real records alone come first and are ranked by themselves; within both, rows that lack an asked report of a
    closed round come after the complete ones. Unranked rows, of one month alone all, come last.
    """
    places = [Place(row) for row in answer.rows]
    if not answer.is_single_month:
        places = [replace(place, rank=_get_rank(place, places)) for place in places]
    return sorted(places, key=lambda place: (place.rank is None, place.is_illustrative, place.rank or 0))


def _get_rank(place: Place, places: Iterable[Place]) -> int | None:
    """Return the rank among its like, real among real and illustrative among illustrative; None without a gap."""
    if (own := _get_order(place)) is None:
        return None
    like = [_get_order(other) for other in places if other.is_illustrative == place.is_illustrative]
    return 1 + sum(order is not None and order > own for order in like)


def _get_order(place: Place) -> tuple[bool, Fraction] | None:
    return None if place.gap_share is None else (not place.gaps, place.gap_share)
