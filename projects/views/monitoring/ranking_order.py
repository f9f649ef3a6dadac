"""Orders of a ranking by each of its columns: within its groups, so that what is not comparable stays apart."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from projects.choices import Measure

from ..column_order import Value

RANK = "rank"


def _value(measure: Measure, *, of: str = "row") -> Value:
    return lambda place: getattr(place, of).figures[measure].value if getattr(place, of) else None


def _known(measure: Measure) -> Value:
    def share(place: Any) -> Fraction | None:
        figure = place.row.figures[measure]
        return Fraction(figure.known, figure.of) if figure.of else None

    return share


COLUMNS: dict[str, Value] = {
    RANK: lambda place: place.rank,
    "name": lambda place: place.row.name,
    "projects": _value(Measure.PROJECT_COUNT),
    "disbursed": _value(Measure.DISBURSED),
    "plan": _value(Measure.PLANNED_DISBURSEMENT),
    "plan_known": _known(Measure.PLANNED_DISBURSEMENT),
    "share": lambda place: place.share,
    "both_known": _known(Measure.DISBURSED_OF_PLAN),
    "gap": lambda place: place.gap_share,
    "started": _value(Measure.STARTED_COUNT),
    "start_rate": lambda place: place.start_rate,
    "missing": _value(Measure.REPORTS_MISSING),
}
OPEN_COLUMNS: dict[str, Value] = {
    RANK: COLUMNS[RANK],
    "name": COLUMNS["name"],
    "approved": _value(Measure.REPORTS_APPROVED),
    "held": lambda place: place.held,
    "plan": _value(Measure.PLANNED_DISBURSEMENT, of="approved"),
    "disbursed": _value(Measure.DISBURSED, of="approved"),
    "share": COLUMNS["share"],
    "gap": COLUMNS["gap"],
    "earlier": lambda place: place.earlier,
}
