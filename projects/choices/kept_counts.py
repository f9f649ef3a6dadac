"""Counts of entries that are kept by months: which figures they answer, declared once as plain data.

Read from it are the columns of the rollup (`models/rollups.py`), what triggers add to them
(`database/rollups/standings.py`) and the figures that are told from them (`totals/rollup_sums.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from .measures import Measure

STAGE_KNOWN, SHARE_KNOWN, UNBROKEN = "stage_known", "share_known", "unbroken"


@dataclass(frozen=True)
class KeptCount:
    """A figure that is counted by a condition, or the forecast, with the column of the number of entries that say it.

    A cell of a month holds how much more, or less, it is at the end of that month than at the end of the one before.
    """

    measure: Measure
    known: str

    @property
    def name(self) -> str:
        return self.measure.value


def _with_own(measure: Measure) -> KeptCount:
    return KeptCount(measure, f"{measure.value}_known")


STARTED, CONTINUING, FORECAST = map(_with_own, (Measure.STARTED_COUNT, Measure.CONTINUING_COUNT, Measure.FORECAST))
TRIAL, PRODUCING = (
    KeptCount(each, STAGE_KNOWN) for each in (Measure.TRIAL_PRODUCTION_COUNT, Measure.IN_PRODUCTION_COUNT)
)
ABOVE_PLAN, EIGHTY_PERCENT = (
    KeptCount(each, SHARE_KNOWN) for each in (Measure.ABOVE_PLAN_COUNT, Measure.EIGHTY_PERCENT_COUNT)
)
KEPT_COUNTS = (STARTED, TRIAL, PRODUCING, ABOVE_PLAN, EIGHTY_PERCENT, FORECAST, CONTINUING)
