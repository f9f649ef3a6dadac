"""Ranking of the rows of a breakdown by the share of the year's plan that is done. Equals share a rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from django.conf import settings

from projects.choices import Measure
from projects.totals.pace import difference
from projects.totals.results import Answer, Row, ratio

GROUPS = REAL, ILLUSTRATIVE, UNRANKED = ("real", "illustrative", "unranked")  # in the order of a ranking


@dataclass(frozen=True)
class Place:
    """One row of a ranking. `compared` has the figures that it is ranked by: in an open month of those that have reported.

    Shares are of 1: `share` of the year's plan, `gap_share` ahead of the even pace (None for one month alone), in an open
    month `held`, the part of the plan of all that the compared ones hold, and `earlier`, the gap of `before`: of all at the
    last month that counts. Without a share, or where too little is held to be compared, it has no rank.
    """

    row: Row
    compared: Row | None
    share: Fraction | None
    gap_share: Fraction | None
    rank: int | None = None
    is_comparable: bool = True
    held: Fraction | None = None
    before: Row | None = None
    earlier: Fraction | None = None

    @property
    def is_illustrative(self) -> bool:
        """Whether any of the share rests on illustrative records."""
        return bool(self.compared and self.compared.illustrative_share(Measure.DISBURSED_OF_PLAN))

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


def get_places(answer: Answer) -> list[Place]:
    """Return a place without a rank for each row of `breakdowns(scope, by, illustrative=True, …)`."""
    return [Place(row, row, row.progress, difference(row.progress, answer.year_elapsed)) for row in answer.rows]


def get_open_places(
    every: Answer, approved: Answer, earlier: Answer, *, least_percent: int | None = None
) -> list[Place]:
    """Return the places of an open month. Rows of which no report is asked are left out.

    `approved` is the same query of those alone whose report is approved, `earlier` that of the last month that counts.
    A row is compared where the approved ones hold `least_percent` of the plan, as the setting says.
    """
    least = settings.LEAST_COMPARED_PERCENT if least_percent is None else least_percent
    by_key, by_key_before = ({row.key: row for row in answer.rows} for answer in (approved, earlier))
    places = []
    for row in every.rows:
        if not row.figures[Measure.REPORTS_APPROVED].of:
            continue
        compared, before = by_key.get(row.key), by_key_before.get(row.key)
        planned = compared.figures[Measure.PLANNED_DISBURSEMENT].value if compared else 0
        held = ratio(planned, row.figures[Measure.PLANNED_DISBURSEMENT].value)
        is_comparable = held is not None and held * 100 >= least
        share = compared.progress if compared and is_comparable else None
        gap_share = difference(share, approved.year_elapsed)
        gap_before = difference(before.progress, earlier.year_elapsed) if before else None
        places.append(Place(row, compared, share, gap_share, None, is_comparable, held, before, gap_before))
    return places


def rank_places(places: Iterable[Place]) -> list[Place]:
    """Return the places ranked 1, 2, 2, 4, those of real records alone first and by themselves; unranked ones last."""
    places = list(places)
    ranked = [replace(place, rank=_get_rank(place, places)) for place in places]
    return sorted(ranked, key=lambda place: (place.rank is None, place.is_illustrative, place.rank or 0))


def _get_rank(place: Place, places: list[Place]) -> int | None:
    """Return the rank among its like, real among real and illustrative among illustrative; None without a share."""
    if place.share is None:
        return None
    like = [other.share for other in places if other.is_illustrative == place.is_illustrative]
    return 1 + len([share for share in like if share is not None and share > place.share])
