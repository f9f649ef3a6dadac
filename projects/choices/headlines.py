"""The headline figures of a programme: what each of them sums or counts, declared once as plain data.

Read from it are the sums over the records (`totals/record_sums.py`), the columns of the rollup (`models/rollups.py`) and the
SQL of the triggers that add to them (`database/rollups/contributions.py`), and the lists of figures of all interfaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from . import ProjectKind, Transferred
from .measures import Measure


class Records(Enum):
    """Where a figure is read from."""

    PROJECTS = "projects"
    ENTRIES = "entries"  # a project's place on the programme's list
    REPORTS = "reports"  # approved monthly reports: such a figure can be broken down by month


@dataclass(frozen=True)
class Condition:
    """Projects with this value in a column that is never null."""

    column: str
    value: str

    @property
    def sql(self) -> str:
        """Of a project `p`."""
        return f"p.{self.column} = '{self.value}'"

    def q(self) -> Q:
        return Q(**{self.column: self.value})

    def holds_for(self, project: Any) -> bool:
        return getattr(project, self.column) == self.value


@dataclass(frozen=True)
class Headline:
    """A figure: the sum of a `column` over its records, known of those that have one; else a number of projects.

    `counted` are the projects that are counted, `unknown` those of which that cannot be said, `applies_to` those that could
    have the figure; None: all, none, all. `plan` is the measure of the whole year that the figure comes to by and by: it is
    held against targets of that measure too, and against its own for the same months.
    """

    measure: Measure
    definition: Any
    column: str = ""
    records: Records = Records.PROJECTS
    counted: Condition | None = None
    unknown: Condition | None = None
    applies_to: Condition | None = None
    plan: Measure | None = None

    def __post_init__(self) -> None:
        if not self.column and (self.records != Records.PROJECTS or self.applies_to):
            raise ValueError(
                f"{self.name} counts projects: only a sum has other records, or projects that it applies to"
            )

    @property
    def name(self) -> str:
        """The key of the API, and the name of its sum in the rollup and everywhere between."""
        return self.measure.value

    @property
    def read_column(self) -> str:
        """The column by which a record has it; empty for what every project counts in."""
        return self.column or (self.counted.column if self.counted else "")

    @property
    def rollup_columns(self) -> dict[str, str]:
        """The names of its sums by what they are of: the value, and the numbers of records 'known', 'of' and 'first'."""
        kinds = {
            "known": self.column or self.unknown,
            "of": self.applies_to,
            "first": self.records == Records.REPORTS,
        }
        return {"value": self.name} | {kind: f"{self.name}_{kind}" for kind, has_it in kinds.items() if has_it}


@dataclass(frozen=True)
class Ratio:
    """A figure above another one, both of the same records: those that have both. Its value is what stands above.

    `above` is a figure of reports, `below` one of entries, both sums of a column.
    """

    measure: Measure
    definition: Any
    above: Measure
    below: Measure

    @property
    def name(self) -> str:
        return self.measure.value

    @property
    def above_column(self) -> str:
        return _column_of(self.above)

    @property
    def below_column(self) -> str:
        return _column_of(self.below)

    @property
    def rollup_columns(self) -> dict[str, str]:
        """The names of its sums: the value and what is below it, the records that have both; each also of those alone
        that have their first report here.
        """
        kinds = ("known", "below", "first", "below_first")
        return {"value": self.name} | {kind: f"{self.name}_{kind}" for kind in kinds}


def _column_of(measure: Measure) -> str:
    return next(each.column for each in HEADLINES if each.measure == measure)


HEADLINES = (
    Headline(Measure.PROJECT_COUNT, _("Number of projects.")),
    Headline(
        Measure.TOTAL_INVESTMENT,
        _("Sum of the projects' total investment, for those that have one."),
        column="total_investment",
    ),
    Headline(
        Measure.PLANNED_DISBURSEMENT,
        _("Sum of what is planned to be disbursed in the programme's year, for the list entries that say it."),
        column="planned_disbursement",
        records=Records.ENTRIES,
    ),
    Headline(
        Measure.EXPECTED_REVENUE,
        _("Sum of the projects' expected annual revenue at full capacity, for those that have one."),
        column="expected_revenue",
    ),
    Headline(
        Measure.TRANSFERRED_COUNT,
        _("Number of projects transferred from other provinces; with data for those that say yes or no."),
        counted=Condition("transferred", Transferred.YES),
        unknown=Condition("transferred", Transferred.UNKNOWN),
    ),
    Headline(
        Measure.ENTERPRISES_ATTRACTED,
        _("Sum of the enterprises that parks report to have attracted, from approved monthly reports."),
        column="enterprises_attracted",
        records=Records.REPORTS,
        applies_to=Condition("kind", ProjectKind.PARK),
    ),
    Headline(
        Measure.DISBURSED,
        _(
            "Disbursement (investment completed, 完成投资) in the months shown: the sum of the approved monthly reports."
        ),
        column="disbursed",
        records=Records.REPORTS,
        plan=Measure.PLANNED_DISBURSEMENT,
    ),
)

RATIOS = (
    Ratio(
        Measure.DISBURSED_OF_PLAN,
        _(
            "Money disbursed in the months shown, from approved monthly reports, as a share of what is planned for the"
            " whole year: both of the list entries that have a plan and a report. Where these are too few to speak for"
            " the rest, no share is given."
        ),
        above=Measure.DISBURSED,
        below=Measure.PLANNED_DISBURSEMENT,
    ),
)
