"""Orders of a ranking by each of its columns: within its groups, so that what is not comparable stays apart."""

from __future__ import annotations

from projects.choices import Measure

from ..column_order import Value, known_of, value_of

RANK = "rank"

COLUMNS: dict[str, Value] = {
    RANK: lambda place: place.rank,
    "name": lambda place: place.row.name,
    "projects": value_of(Measure.PROJECT_COUNT),
    "disbursed": value_of(Measure.DISBURSED),
    "plan": value_of(Measure.PLANNED_DISBURSEMENT),
    "plan_known": known_of(Measure.PLANNED_DISBURSEMENT),
    "share": lambda place: place.share,
    "both_known": known_of(Measure.DISBURSED_OF_PLAN),
    "gap": lambda place: place.gap_share,
    "started": value_of(Measure.STARTED_COUNT),
    "start_rate": lambda place: place.start_rate,
    "missing": value_of(Measure.REPORTS_MISSING),
}
OPEN_COLUMNS: dict[str, Value] = {
    RANK: COLUMNS[RANK],
    "name": COLUMNS["name"],
    "approved": value_of(Measure.REPORTS_APPROVED),
    "held": lambda place: place.held,
    "plan": value_of(Measure.PLANNED_DISBURSEMENT, row="approved"),
    "disbursed": value_of(Measure.DISBURSED, row="approved"),
    "share": COLUMNS["share"],
    "both_known": known_of(Measure.DISBURSED_OF_PLAN, row="approved"),
    "gap": COLUMNS["gap"],
    "earlier": lambda place: place.earlier,
}
