"""Answer to a question: rows of figures, each with what it covers and which records it opens to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from django.conf import settings

from projects.choices import Measure, Unit, Withheld
from projects.history.as_of import AsOf
from projects.models import Programme
from projects.money import ratio
from projects.periods import Month
from projects.text import TwoNames

from .figures import FIGURES
from .targets import Comparison, Listing


class PairSums(NamedTuple):
    """What the plans of entries say beside what is done, in CNY: of the reported months alone, as what is done is.

    `reported` is how many pairs of entry and month these are. `due` is what the plans ask for in these months,
    `unreported` in those whose report is asked and has not been approved. `planned` are the plans for the year of all
    entries; `unplanned` is how many have reported and have no plan. `gaps` is how many asked reports of months whose round
    is closed are not approved.
    """

    reported: int
    due: Fraction
    unreported: Fraction
    planned: int
    unplanned: int
    gaps: int


@dataclass(frozen=True)
class FigureValue:
    """A figure of one row: its value, and how many of its records have one.

    `value` is whole CNY or a count, None when no record has it; `known` of the `of` records have it. `off_list` of the value
    is what `off_list_known` of these records disbursed, or reported otherwise, that are off the list: it stays in the sum.
    `absolute` is the sum of its amounts without their signs.
    Of a ratio the value is what stands above, `below` the rest, both in CNY and of the records that have both; `withheld`
    says why it has no `ratio`, and `pairs` what the plans ask for in the months that the value is of.
    """

    name: str
    value: int | None
    known: int
    of: int
    targets: tuple[Comparison, ...] = ()
    off_list: int = 0
    off_list_known: int = 0
    absolute: int | None = None
    below: int | None = None
    withheld: Withheld | None = None
    pairs: PairSums | None = None

    @property
    def ratio(self) -> Fraction | None:
        """The share of 1 that a ratio is; None where it is withheld, and of every other figure."""
        return None if self.withheld else ratio(self.value, self.below)

    @property
    def is_plan_zero(self) -> bool:
        """Whether it is no share since the plans of the records that are known come to nothing."""
        return bool(self.known) and self.below == 0

    @property
    def due_share(self) -> Fraction | None:
        """What is due as a share of what is below, beside the `ratio`."""
        return self.pairs.due / self.below if self.pairs and self.below and not self.withheld else None

    @property
    def gap_share(self) -> Fraction | None:
        """How far what is done is ahead of what is due, as a share of what is below; negative when behind."""
        return None if self.ratio is None or self.due_share is None else self.ratio - self.due_share

    @property
    def unit(self) -> Unit:
        return FIGURES[self.name].unit

    @property
    def label(self) -> Any:
        return FIGURES[self.name].label

    @property
    def of_the_list(self) -> int | None:
        """The value without what is off the list: what plans are held against, and every ratio. None: no record has one."""
        return None if self.value is None or self.known == self.off_list_known else self.value - self.off_list

    @property
    def unknown_count(self) -> int:
        return self.of - self.known

    def share_of(self, whole: FigureValue) -> Fraction | None:
        """This value as a share of another's, such as a sector's of the whole."""
        return ratio(self.value, whole.value)


@dataclass(frozen=True)
class Row(TwoNames):
    """One line of an answer: the whole (key None), or the records of one key of a dimension.

    `parameters` is the query string that selects exactly the row's records; `counted_parameters(figure)` exactly those
    counted in one of its figures. `illustrative` are the same figures of its illustrative records alone, known when the
    question was broken down by basis too.
    `now` are the figures of a row of a past state as they are today, where that was asked too.
    """

    key: str | None
    name_zh: str
    name_en: str
    figures: Mapping[str, FigureValue]
    parameters: tuple[tuple[str, str], ...]
    illustrative: Mapping[str, FigureValue] | None = None
    now: Mapping[str, FigureValue] | None = None

    def counted_parameters(self, figure: str) -> list[tuple[str, str]]:
        return [*self.parameters, ("counted_in", figure)]

    def illustrative_share(self, figure: str) -> Fraction | None:
        """Return the share of a figure that rests on illustrative records, from 0 to 1; where all are 0, of its records.

        It is one of amounts without their signs: one project may take back what another adds. None where there is no
        value, or where the question was not broken down by basis.
        """
        whole, part = self.figures[figure], (self.illustrative or {}).get(figure)
        if part is None or whole.value is None:
            return None
        if whole.absolute:
            return Fraction(part.absolute or 0, whole.absolute)
        return Fraction(part.known, max(whole.known, 1))

    def missing_parameters(self, figure: str) -> list[tuple[str, str]]:
        """The query string of the row's records for which a figure is not known."""
        return [*self.parameters, ("missing", figure)]

    def known_parameters(self, figure: str) -> list[tuple[str, str]]:
        """The query string of those for which it is known."""
        return [*self.parameters, ("having", figure)]

    @property
    def progress(self) -> Fraction | None:
        """Money disbursed as a share of the plans for the year, of the entries that have both; None where it is withheld."""
        return self.figures[Measure.DISBURSED_OF_PLAN].ratio

    @property
    def lacks_reports(self) -> bool:
        """Whether an asked report of a closed round is missing: it is never called ahead of a row that is complete."""
        pairs = self.figures[Measure.DISBURSED_OF_PLAN].pairs
        return pairs is not None and bool(pairs.gaps)

    @property
    def gap_share(self) -> Fraction | None:
        """The same less what their plans ask for in the same months: negative when behind."""
        return self.figures[Measure.DISBURSED_OF_PLAN].gap_share


@dataclass(frozen=True)
class Answer:
    """The rows of one question. `through` is the month up to which yearly figures go, None before the first that counts.

    `listing` says how many projects the list has of the number announced, where this is the whole list and a number was.
    """

    programme: Programme | None
    by: str | None
    through: Month | None
    rows: tuple[Row, ...]
    as_of: AsOf | None = None
    is_single_month: bool = False
    listing: Listing | None = None

    @property
    def total_row(self) -> Row:
        """The only row of an answer that is not broken down."""
        return self.rows[0]

    @property
    def year_elapsed(self) -> Fraction | None:
        """The share of the programme's year that has gone by `through`; None for one month alone, which is no such part."""
        return self.through.share_of_year if self.through and not self.is_single_month else None


def get_withheld_reason(figure: FigureValue, of: FigureValue) -> Withheld | None:
    """Why a ratio is not given: nothing to compare, or those with both are too few of all that have what stands below."""
    if not figure.known or not figure.below:
        return Withheld.NOTHING
    return Withheld.TOO_FEW if too_few(figure.known, of.known) or too_few(figure.below, of.value or 0) else None


def too_few(part: int, whole: int) -> bool:
    """Whether a part of records, or of their amount, speaks for less of the whole than the settings ask for."""
    return part * 100 < whole * settings.LEAST_COMPARED_PERCENT


def is_withheld(row: Row) -> bool:
    """Whether the reports of a list are too few to hold their sum against a plan of all of it.

    Told by the plans of its entries, as far as these and their reports were asked for and there are any, else by number.
    """
    figure, planned = (row.figures.get(name) for name in (Measure.DISBURSED_OF_PLAN, Measure.PLANNED_DISBURSEMENT))
    if figure and planned and planned.value:
        return figure.ratio is None
    done = row.figures[Measure.DISBURSED]
    return too_few(done.known - done.off_list_known, done.of - done.off_list_known)
