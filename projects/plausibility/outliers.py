"""Modified z-score: how far a value lies from the median of others, in deviations that a few extremes do not move.

After B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers (ASQC Quality Press, 1993): 0.6745 times the distance
from the median, divided by the median absolute deviation; they call values beyond 3.5 potential outliers. The constant
makes the deviation that of a normal distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from statistics import median

CONSTANT = Fraction("0.6745")


def modified_z_score(value: Fraction, others: Sequence[Fraction]) -> Fraction | None:
    """The score of a value against others. None where there are none, and where more than half of them are equal, as in
    the months before a project begins: then nothing can be said of what is usual.
    """
    if not others:
        return None
    middle = median(others)
    spread = median([abs(each - middle) for each in others])
    return CONSTANT * (value - middle) / spread if spread else None
