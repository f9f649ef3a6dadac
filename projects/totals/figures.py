"""Figures: the numbers of the product, each declared once, and the conditions on projects that open them.

Names are stable: they are the keys of the API. `sums.py` sums them; the project filters `counted_in`, `having` and `missing`
open them to their records. Started, above plan, at 80 %, in trial production and enterprises drawn to parks are the wording
of Hunan's own bulletins of 2021 to 2025; problems closed is one of the four rates that Changsha watches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Case, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from projects.choices import (
    ClaimFigure,
    ListStatus,
    Measure,
    ProjectKind,
    Relation,
    ReportState,
    Stage,
    Transferred,
    Unit,
)
from projects.models import Claim, Problem, Target

from .span import Span
from .standings import EntryFacts, Facts, has_started, newest_stage

ALWAYS, NEVER = ~Q(pk__in=[]), Q(pk__in=[])

Condition = Callable[[Span], Q | Exists]  # on projects


class Part(NamedTuple):
    """One entry's part of a figure: could it have it, is it known, does it count, and its part of the value."""

    applies: bool
    known: bool
    counted: bool
    value: int


Rule = Callable[[Facts, EntryFacts], Part]


class Records(Enum):
    """Where a figure is read from."""

    PROJECTS = "projects"
    ENTRIES = "entries"  # a project's place on the programme's list
    REPORTS = "reports"  # approved monthly reports: such a figure can be broken down by month


@dataclass(frozen=True)
class Match:
    """Projects with this value in a column that is never null."""

    column: str
    value: str

    def q(self) -> Q:
        return Q(**{self.column: self.value})

    def holds_for(self, project: Any) -> bool:
        return getattr(project, self.column) == self.value


class Ratio(NamedTuple):
    """What a ratio divides: a figure of reports by one of entries, of the records that have both (`Facts.get_pairs`)."""

    above: Measure
    below: Measure


@dataclass(frozen=True)
class Figure:
    """One figure: the sum of a `column` over its records, or a number of projects.

    Of a number `matches` are the projects that are counted and `unknown` those of which that cannot be said; `applies_to`
    are those that could have the figure (None: all, none, all). What cannot be said by a column has conditions: `known_if`,
    `counted_if` (the same if not given) and `applies_if`; `amount` is then each project's part of the value, where that is
    more than its being counted. What follows from the rules of the register has a `rule` instead, which says the part of one
    entry; `needs_report` if it applies to entries alone that are asked for the report of the last month.

    `plan` is the measure of the whole year that the figure comes to by and by: it is held against targets of that measure
    too. A `ratio` has what stands above for its value. `none_below` is the measure of a floor: the figure counts the
    projects that miss it, and should count none.
    """

    measure: Measure
    definition: Any
    column: str = ""
    records: Records = Records.PROJECTS
    matches: Match | None = None
    unknown: Match | None = None
    applies_to: Match | None = None
    ratio: Ratio | None = None
    known_if: Condition | None = None
    counted_if: Condition | None = None
    applies_if: Condition | None = None
    amount: Callable[[Span], Any] | None = None
    rule: Rule | None = None
    needs_report: bool = False
    plan: Measure | None = None
    none_below: Measure | None = None

    @property
    def name(self) -> str:
        """The key of the API."""
        return self.measure.value

    @property
    def label(self) -> Any:
        return self.measure.label

    @property
    def unit(self) -> Unit:
        return self.measure.unit

    @property
    def by_month(self) -> bool:
        """Whether it is made of monthly reports, so that it can be broken down by month."""
        return self.records == Records.REPORTS

    @property
    def read_column(self) -> str:
        """The column by which a record has it; empty for what every project counts in."""
        return self.column or (self.matches.column if self.matches else "")

    def part(self, facts: Facts, entry: EntryFacts | None) -> Part:
        """Return the part of an entry, or of a project that has none, by the rule of the figure."""
        if entry is None or self.rule is None:
            return Part(applies=not self.needs_report, known=False, counted=False, value=0)
        return self.rule(facts, entry)

    def applicable_condition(self, span: Span) -> Q:
        """Return the condition on projects that could have it."""
        if self.applies_to:
            return self.applies_to.q()
        return Q(self.applies_if(span)) if self.applies_if else ALWAYS

    def known_condition(self, span: Span) -> Q:
        """Return the condition on projects that have it."""
        if self.known_if:
            return Q(self.known_if(span))
        if not self.column:
            return ~self.unknown.q() if self.unknown else ALWAYS
        if self.records == Records.PROJECTS:
            return Q(**{f"{self.column}__isnull": False})
        return Q((_entry_has if self.records == Records.ENTRIES else _reports_have)(self.column, span))

    def counted_condition(self, span: Span) -> Q:
        """Return the condition on projects that its value is made of."""
        if self.counted_if:
            return Q(self.counted_if(span))
        return self.matches.q() if self.matches else self.known_condition(span)


def _entry_has(column: str, span: Span) -> Exists:
    return Exists(span.entries_on_list().filter(**{f"{column}__isnull": False}, project=OuterRef("pk")))


def _reports_have(column: str, span: Span) -> Exists:
    return Exists(span.reports().filter(**{f"{column}__isnull": False}, entry__project=OuterRef("pk")))


# the rules of the register


def _count(*, known: bool, counted: bool, applies: bool = True) -> Part:
    return Part(applies, applies and known, applies and counted, int(applies and counted))


def _started_part(facts: Facts, entry: EntryFacts) -> Part:
    approved = facts.approved(entry, facts.last)
    status = entry.status if facts.is_listed(entry) else ""
    is_started = has_started(status, approved)
    return _count(known=is_started or bool(approved), counted=is_started)


def _at_share_of_plan(is_reached: Callable[[int, int], bool]) -> Rule:
    def rule(facts: Facts, entry: EntryFacts) -> Part:
        plan = entry.planned_disbursement if facts.is_listed(entry) else None
        done = facts.disbursed(entry)
        if plan is None or done is None:
            return _count(known=False, counted=False)
        return _count(known=True, counted=is_reached(done, plan))

    return rule


def _share_of_plan_part(facts: Facts, entry: EntryFacts) -> Part:
    pairs = facts.get_pairs(entry)
    has_both = bool(pairs) and entry.planned_disbursement is not None
    return Part(applies=True, known=has_both, counted=has_both, value=sum(pairs.values()) if has_both else 0)


def _at_stage(stage: Stage) -> Rule:
    def rule(facts: Facts, entry: EntryFacts) -> Part:
        newest = newest_stage(facts.approved(entry, facts.last))
        return _count(known=newest is not None, counted=newest == stage)

    return rule


def _report_count(is_counted: Callable[[Facts, EntryFacts], bool]) -> Rule:
    """Return the rule of a number of reports of the last month, of the entries that are asked for one."""

    def rule(facts: Facts, entry: EntryFacts) -> Part:
        return _count(applies=facts.is_asked(entry), known=True, counted=is_counted(facts, entry))

    return rule


def _forecast(facts: Facts, entry: EntryFacts) -> Part:
    forecast = facts.forecast(entry)
    return Part(applies=True, known=forecast is not None, counted=forecast is not None, value=forecast or 0)


# problems


def _live_problems(span: Span) -> QuerySet:
    """Those of a project that were there at some time in the months shown."""
    problems = Problem.objects.filter(project=OuterRef("pk")).order_by()
    if span.days is None:
        return problems.none()
    first, last = span.days
    return problems.filter(Q(solved_on__isnull=True) | Q(solved_on__gte=first), raised_on__lte=last)


def _closed_problems(span: Span) -> QuerySet:
    """Those of them that were solved by the end of the months."""
    return _live_problems(span).filter(solved_on__lte=span.days[1]) if span.days else _live_problems(span)


def _count_of_problems(problems: QuerySet) -> Any:
    # no aggregate of Django's, which would group the few of one project
    counted = problems.values_list(Func("pk", function="COUNT", output_field=BigIntegerField()))
    return Coalesce(Subquery(counted), 0)  # where it is plain that there are none nobody counts


# the list


def _floors(span: Span) -> Any:
    return Target.objects.filter(programme_id=span.programme_id, measure=Measure.MINIMUM_PROJECT_INVESTMENT)


def _is_at_floor(span: Span) -> Q:
    """Projects that miss a floor: what is announced as more than an amount by the amount itself, else by less than it."""
    invested, is_more_than = OuterRef("total_investment"), Q(relation=Relation.MORE_THAN)
    missed = (is_more_than & Q(value__gte=invested)) | (~is_more_than & Q(value__gt=invested))
    return Q(Exists(_floors(span).filter(missed)))


def _has_floor(span: Span) -> Q:
    return Q(Exists(_floors(span)))


def _is_output_value(_span: Span) -> Q:
    said = Claim.objects.filter(project=OuterRef("pk"), figure=ClaimFigure.EXPECTED_REVENUE, adopted=True)
    return Q(expected_revenue__isnull=False) & Q(Exists(said.filter(of_output_value=True)))


HEADLINE_FIGURES = (
    Figure(Measure.PROJECT_COUNT, _("Number of projects.")),
    Figure(
        Measure.TOTAL_INVESTMENT,
        _("Sum of the projects' total investment, for those that have one."),
        column="total_investment",
    ),
    Figure(
        Measure.PLANNED_DISBURSEMENT,
        _("Sum of what is planned to be disbursed in the programme's year, for the list entries that say it."),
        column="planned_disbursement",
        records=Records.ENTRIES,
    ),
    Figure(
        Measure.EXPECTED_REVENUE,
        _("Sum of the projects' expected annual revenue at full capacity, for those that have one."),
        column="expected_revenue",
    ),
    Figure(
        Measure.TRANSFERRED_COUNT,
        _("Number of projects transferred from other provinces; with data for those that say yes or no."),
        matches=Match("transferred", Transferred.YES),
        unknown=Match("transferred", Transferred.UNKNOWN),
    ),
    Figure(
        Measure.ENTERPRISES_ATTRACTED,
        _("Sum of the enterprises that parks report to have attracted, from approved monthly reports."),
        column="enterprises_attracted",
        records=Records.REPORTS,
        applies_to=Match("kind", ProjectKind.PARK),
    ),
    Figure(
        Measure.DISBURSED,
        _(
            "Disbursement (investment completed, 完成投资) in the months shown: the sum of the approved monthly reports."
        ),
        column="disbursed",
        records=Records.REPORTS,
        plan=Measure.PLANNED_DISBURSEMENT,
    ),
)
RATIO_FIGURES = (
    Figure(
        Measure.DISBURSED_OF_PLAN,
        _(
            "Money disbursed in the months shown, from approved monthly reports, as a share of what is planned for the"
            " whole year: both of the list entries that have a plan and a report. Where these are too few to speak for"
            " the rest, no share is given."
        ),
        ratio=Ratio(above=Measure.DISBURSED, below=Measure.PLANNED_DISBURSEMENT),
        rule=_share_of_plan_part,
    ),
)
MONTHLY_FIGURES = (
    Figure(
        Measure.STARTED_COUNT,
        _(
            "Number of projects that have started: continuing from the year before, or by an approved report a stage"
            " beyond preparation, a day of start, or money disbursed."
        ),
        rule=_started_part,
    ),
    Figure(
        Measure.ABOVE_PLAN_COUNT,
        _("Number of projects that have disbursed more than their plan for the whole year."),
        rule=_at_share_of_plan(lambda done, plan: done > plan),
    ),
    Figure(
        Measure.EIGHTY_PERCENT_COUNT,
        _("Number of projects that have disbursed 80% or more of their plan for the year."),
        rule=_at_share_of_plan(lambda done, plan: done * 10 >= plan * 8),
    ),
    Figure(
        Measure.TRIAL_PRODUCTION_COUNT,
        _("Number of projects whose newest approved report with a stage says trial production."),
        rule=_at_stage(Stage.TRIAL),
    ),
    Figure(
        Measure.IN_PRODUCTION_COUNT,
        _("Number of projects whose newest approved report with a stage says in production."),
        rule=_at_stage(Stage.PRODUCTION),
    ),
    Figure(
        Measure.REPORTS_IN,
        _("Reports of the last month that are submitted or approved, of the entries that are asked for one."),
        rule=_report_count(lambda facts, entry: facts.last_state(entry) is not None),
        needs_report=True,
    ),
    Figure(
        Measure.REPORTS_APPROVED,
        _("Reports of the last month that the province has approved."),
        rule=_report_count(lambda facts, entry: facts.last_state(entry) == ReportState.APPROVED),
        needs_report=True,
    ),
    Figure(
        Measure.REPORTS_LATE,
        _("Reports of the last month that were submitted after the due date and the grace period."),
        rule=_report_count(lambda facts, entry: entry.pk in facts.late),
        needs_report=True,
    ),
    Figure(
        Measure.REPORTS_MISSING,
        _("Entries on the list in the last month whose report is neither submitted nor approved."),
        rule=_report_count(lambda facts, entry: facts.last_state(entry) is None),
        needs_report=True,
    ),
    Figure(
        Measure.PROBLEMS_RAISED,
        _("Problems open during the months shown."),
        counted_if=lambda span: Exists(_live_problems(span)),
        amount=lambda span: _count_of_problems(_live_problems(span)),
    ),
    Figure(
        Measure.PROBLEMS_CLOSED,
        _("Of these, problems that were solved by the end of the last month."),
        counted_if=lambda span: Exists(_closed_problems(span)),
        amount=lambda span: _count_of_problems(_closed_problems(span)),
    ),
    Figure(
        Measure.FORECAST,
        _("Sum of the reported forecasts of the whole year's disbursement, by the newest approved reports."),
        rule=_forecast,
    ),
)
LISTED_FIGURES = (
    Figure(
        Measure.CONTINUING_COUNT,
        _("Number of projects that go on from the year before; with data for those of which the list says so or not."),
        rule=lambda _facts, entry: _count(
            known=entry.status != ListStatus.UNKNOWN, counted=entry.status == ListStatus.CONTINUING
        ),
    ),
    Figure(
        Measure.AT_FLOOR_COUNT,
        _(
            "Number of projects whose total investment is at or below the minimum announced for each project of "
            "the list; with data for those that have one."
        ),
        known_if=lambda span: Q(total_investment__isnull=False) & _has_floor(span),
        applies_if=_has_floor,
        counted_if=_is_at_floor,
        none_below=Measure.MINIMUM_PROJECT_INVESTMENT,
    ),
    Figure(
        Measure.OUTPUT_VALUE,
        _(
            "What of the expected revenue is output value: the source that the figure follows speaks of that, not of"
            " revenue."
        ),
        known_if=_is_output_value,
        applies_if=_is_output_value,
        amount=lambda span: Case(
            When(_is_output_value(span), then=F("expected_revenue")), output_field=BigIntegerField()
        ),
    ),
)
FIGURES: dict[str, Figure] = {
    figure.name: figure for figure in (*HEADLINE_FIGURES, *RATIO_FIGURES, *MONTHLY_FIGURES, *LISTED_FIGURES)
}
HEADLINES, RATIOS, MONTHLY, LISTED = (
    tuple(figure.name for figure in figures)
    for figures in (HEADLINE_FIGURES, RATIO_FIGURES, MONTHLY_FIGURES, LISTED_FIGURES)
)
USUAL = (*HEADLINES, *RATIOS)  # what is answered where no figure is named
COUNTED = frozenset((*MONTHLY, *LISTED))  # by conditions on projects, where the others are sums of columns
REPORTED = tuple(figure for figure in HEADLINE_FIGURES if figure.by_month)  # sums of approved reports
