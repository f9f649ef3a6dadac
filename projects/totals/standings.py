"""Standings: the rules of the register (started, late, missing, light, gap, newest stage) over plain rows of entries.

`Facts` reads the entries of a scope with their reports, plans, ratings, rounds and problems as tuples, each kind by one
query when a rule first needs it. What depends on a rule is counted, filtered, ordered and paged by its results.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.functional import cached_property

from projects.choices import ARRIVED, LIGHTS, Basis, Light, ListStatus, PlanKind, ReportState, Stage
from projects.history.as_of import AsOf, override_as_of, today
from projects.models import Entry, LightRule, MonthlyReport, Problem, Programme, Rating, Round
from projects.models.entry import is_listed_after, was_on_list
from projects.money import ratio
from projects.periods import MONTHS_OF_YEAR, Month, PartialDate, PartialDateProperty

from .lights import last_month_due, light_at, missing_light, months_late, start_light
from .plans import (
    PlanProgress,
    Plans,
    YearPlan,
    kind_measured_against,
    plans_by_entry,
    plans_differ,
    progress_by_plan,
)

_START = PartialDateProperty("start")
BAD = (Light.YELLOW, Light.RED)


class EntryFacts(NamedTuple):
    """One entry with what the rules need of its project. Amounts in CNY."""

    pk: int
    project_id: int
    code: str
    start: dt.date | None
    start_precision: str
    planned_disbursement: int | None
    status: str
    basis: str
    joined: dt.date | None
    left: dt.date | None
    listed_on: dt.date | None

    @property
    def started(self) -> PartialDate | None:
        """When the project was to start, as it was published."""
        return _START.__get__(self, EntryFacts)

    @property
    def is_asked(self) -> bool:
        """True if a bureau reports on it; see `Entry.is_asked`."""
        return self.basis != Basis.PUBLISHED


_ENTRY_COLUMNS = (
    *("pk", "project_id", "project__code", "project__start", "project__start_precision"),
    *EntryFacts._fields[5:],
)


class ReportFacts(NamedTuple):
    """One report that is submitted or approved. Amounts in CNY."""

    entry_id: int
    month: int
    state: str
    stage: str
    started_on: dt.date | None
    disbursed: int | None
    forecast: int | None


# the rules


def newest_stage(approved: Sequence[ReportFacts | MonthlyReport]) -> Stage | None:
    """Return the stage that the last of these reports with one gives; they go by month."""
    return next((Stage(report.stage) for report in reversed(approved) if report.stage), None)


def has_started(status: str, approved: Iterable[ReportFacts | MonthlyReport]) -> bool:
    """Return True if work has begun: continuing from before, or by a report a stage beyond preparation, a day, or money."""
    return status == ListStatus.CONTINUING or any(
        report.stage not in ("", Stage.PREPARATION) or report.started_on or (report.disbursed or 0) > 0
        for report in approved
    )


def is_late(handed_in_on: dt.date | None, punctual_until: dt.date | None) -> bool:
    """Return True if a report came after the day until which those of its round are counted as on time."""
    return handed_in_on is not None and punctual_until is not None and handed_in_on > punctual_until


def sum_disbursed(approved: Iterable[ReportFacts]) -> int | None:
    """Return what these reports come to, in CNY; None if no amount is known."""
    amounts = [report.disbursed for report in approved if report.disbursed is not None]
    return sum(amounts) if amounts else None


# the rows that they are applied to


class Facts:
    """Rows of all entries of a scope's programme in its state, by code; with `keys` of these projects alone.

    Whose they are is not asked: a scope chooses among them what its reader may see. `first` and `last` are the months of the
    scope, 0 for none yet, and `default` the last that counts.
    """

    def __init__(self, scope: Any, *, keys: Collection[int] | None = None) -> None:
        self.scope, self.programme = scope, scope.programme
        self.default = scope.months.default
        self.first, self.last, self.year = scope.first_month, scope.last_month, scope.year
        self.months = {number: Month(scope.year or 0, number) for number in range(1, MONTHS_OF_YEAR + 1)}
        self.list_month = scope.span.list_month
        self._keys = keys
        self.entries = self._read_entries()

    def _read_entries(self) -> list[EntryFacts]:
        if self.programme is None:
            return []
        with override_as_of(self.scope.as_of):
            rows = Entry.objects.filter(self._condition(""), programme=self.programme.pk).order_by("project__code")
            return list(starmap(EntryFacts, rows.values_list(*_ENTRY_COLUMNS)))

    def _condition(self, entry: str) -> Q:
        """Return the condition on rows of these entries, to which the path `entry` leads."""
        if self._keys is not None:
            return Q(**{f"{entry}project__in": self._keys})
        return Q(**{f"{entry}programme": self.programme.pk})

    @cached_property
    def rule(self) -> LightRule | None:
        """The rule of lights: of months before the last that counts the one that was in force when their round closed."""
        with override_as_of(self.scope.as_of):
            rule: LightRule | None = self.programme.light_rule if self.programme else None
        if rule is None or self.scope.as_of is not None or not 0 < self.last < self.default:
            return rule
        closing = AsOf.parse(min(self.scope.months.by_number[self.last].closes, today()).isoformat())
        with override_as_of(closing):
            then = Programme.objects.filter(pk=self.programme.pk).select_related("light_rule").first()
        if then is not None and then.light_rule is not None:
            return then.light_rule
        first: LightRule = LightRule.history.filter(id=rule.pk).earliest("history_id").instance  # known only later
        return first

    @cached_property
    def kind(self) -> PlanKind:
        """The kind of plan that percentages and lights are of."""
        return kind_measured_against(self.rule)

    @cached_property
    def reports(self) -> dict[int, dict[int, ReportFacts]]:
        """Reports that are submitted or approved, by entry and month, to the last month that a rule looks at."""
        found: dict[int, dict[int, ReportFacts]] = defaultdict(dict)
        last = last_month_due(self.last, counts=self.default)
        reports = MonthlyReport.objects.filter(self._condition("entry__"), month__lte=last, state__in=ARRIVED)
        with override_as_of(self.scope.as_of):
            for row in reports.order_by().values_list(*ReportFacts._fields):
                found[row[0]][row[1]] = ReportFacts(*row)
        return found

    @cached_property
    def plans(self) -> dict[int, Plans]:
        """Plans in force by entry and kind, announced first."""
        with override_as_of(self.scope.as_of):
            return plans_by_entry(self.entries, year=self.year)

    @cached_property
    def ratings(self) -> dict[int, list[tuple[int, int, Light]]]:
        """Month, key and light of the ratings of each entry, the newest last."""
        found: dict[int, list[tuple[int, int, Light]]] = defaultdict(list)
        ratings = Rating.objects.filter(self._condition("entry__"), month__lte=self.last).order_by("month", "pk")
        with override_as_of(self.scope.as_of):
            for entry, month, key, light in ratings.values_list("entry", "month", "pk", "light"):
                found[entry].append((month, key, Light(light)))
        return found

    @cached_property
    def problems(self) -> dict[int, tuple[int, int]]:
        """How many problems of each project are not solved, and how many of these are late."""
        unsolved, late = Problem.objects.open().order_by(), Count("pk", filter=Q(due__lt=self.scope.today))
        unsolved = unsolved.filter(project__in=self._keys) if self._keys is not None else unsolved
        with override_as_of(self.scope.as_of):
            rows = unsolved.values("project").annotate(every=Count("pk"), late=late)
            return {
                project: (every, overdue) for project, every, overdue in rows.values_list("project", "every", "late")
            }

    @cached_property
    def late(self) -> set[int]:
        """The entries whose report of the last month came after the day until which it is counted as on time."""
        with override_as_of(self.scope.as_of):
            rounds = Round.objects.filter(programme=self.programme.pk, month=self.last).order_by()
            until = next(iter(rounds.values_list("punctual_until", flat=True)), None)
            reports = MonthlyReport.objects.filter(self._condition("entry__"), month=self.last).received().order_by()
            return {entry for entry, day in reports.values_list("entry", "handed_in_on") if is_late(day, until)}

    @cached_property
    def rounds(self) -> list[tuple[Month, bool]]:
        """The months that have a round, in order, and whether the days of the round are over."""
        rounds = Round.objects.filter(programme=self.programme.pk).order_by("month")
        with override_as_of(self.scope.as_of):
            rows = list(rounds.values_list("month", "punctual_until"))
        return [(self.months[month], until < self.scope.today) for month, until in rows]

    @cached_property
    def rounds_due(self) -> list[tuple[Month, bool]]:
        """Those of them whose reports are called missing once their days are over."""
        last = last_month_due(self.last, counts=self.default)
        return [(month, is_over) for month, is_over in self.rounds if month.number <= last]

    def approved(self, entry: EntryFacts, month: int) -> list[ReportFacts]:
        """Return the approved reports of an entry from January to a month, in order."""
        by_month = self.reports[entry.pk]
        reports = (by_month[number] for number in range(1, month + 1) if number in by_month)
        return [report for report in reports if report.state == ReportState.APPROVED]

    def is_listed(self, entry: EntryFacts) -> bool:
        """Return True if an entry is on the list in the last month; where none is shown yet, at the end of the year."""
        return self.list_month is None or was_on_list(entry.joined, entry.left, self.list_month)

    def is_asked(self, entry: EntryFacts, number: int | None = None) -> bool:
        """Return True if an entry is asked for the report of a month, by its number, or of the last month.

        Who was put on the list after the round had closed is not asked, and counts in the month once there is a report.
        """
        number = self.last if number is None else number
        if not number or not entry.is_asked or not was_on_list(entry.joined, entry.left, self.months[number]):
            return False
        closes = self.scope.months.by_number[number].closes
        return number in self.reports[entry.pk] or not is_listed_after(entry.listed_on, closes)

    def last_state(self, entry: EntryFacts) -> str | None:
        """Return the state of its report of the last month, None if that is neither submitted nor approved."""
        report = self.reports[entry.pk].get(self.last)
        return report.state if report else None

    def disbursed(self, entry: EntryFacts) -> int | None:
        """Return what the approved reports of the months of the scope come to, in CNY; None if no amount is known."""
        return sum_disbursed(report for report in self.approved(entry, self.last) if report.month >= self.first)

    def forecast(self, entry: EntryFacts) -> int | None:
        """Return what the newest approved report with a forecast expects of the whole year, in CNY."""
        forecasts = [report.forecast for report in self.approved(entry, self.last) if report.forecast is not None]
        return forecasts[-1] if forecasts else None

    def get_pairs(self, entry: EntryFacts) -> dict[int, int]:
        """Return CNY by month: of the months of the scope in which an entry was on the list and has an approved report.

        These pairs of entry and month are the only ones that are held against a plan, which asks for the same months.
        """
        return {
            report.month: report.disbursed
            for report in self.approved(entry, self.last)
            if report.month >= self.first and report.disbursed is not None
            if was_on_list(entry.joined, entry.left, self.months[report.month])
        }

    def get_unreported_months(self, entry: EntryFacts) -> list[int]:
        """Return the months of the scope whose report is asked of an entry and has not been approved."""
        pairs = self.get_pairs(entry)
        months = range(max(self.first, 1), self.last + 1)
        return [month for month in months if month not in pairs and self.is_asked(entry, month)]

    def get_missing_months(self, entry: EntryFacts) -> list[Month]:
        """Return the months without a report in a row up to the latest whose round is over, the latest first."""
        missing: list[Month] = []
        for month in reversed([month for month, is_over in self.rounds_due if is_over]):
            if not self.is_asked(entry, month.number):
                continue
            if month.number in self.reports[entry.pk]:
                break
            missing.append(month)
        return missing

    def get_gaps(self, entry: EntryFacts) -> list[int]:
        """Return the months whose round is closed and whose report is asked and has not been approved."""
        by_number = self.scope.months.by_number
        return [month for month in self.get_unreported_months(entry) if by_number[month].is_closed]

    @cached_property
    def standings_by_project(self) -> dict[int, Standing]:
        """A standing for each entry by the key of its project, by code."""
        return {entry.project_id: Standing(self, entry) for entry in self.entries}


class Standing:
    """One entry at the end of `month`. Amounts in CNY, shares of 1; None where it cannot be said.

    `disbursed` and `due`, what the plan that the rule measures against asks for, are of the same months: those from January
    on that are reported (`Facts.get_pairs`). Neither is said of one month alone. `light` is computed from progress, `start`
    and `reports` from a late start and from reports missing in a row; `rating` is the reviewer's own word. Each is computed
    when it is first read. `entry`, `project`, `rating` and `last_report` are rows until `monitoring.standings.load_records`
    puts the records in their place.
    """

    def __init__(self, facts: Facts, entry: EntryFacts) -> None:
        self.facts, self.entry, self.project = facts, entry, entry  # type: tuple[Facts, Any, Any]
        self.rating: Rating | None = None
        self.number = facts.last
        self.month = facts.months.get(self.number)

    @cached_property
    def plans(self) -> Plans:
        return self.facts.plans[self.entry.pk]

    @cached_property
    def plan(self) -> YearPlan | None:
        return self.plans.get(self.facts.kind)

    @cached_property
    def approved(self) -> list[ReportFacts]:
        return self.facts.approved(self.entry, self.number)

    @cached_property
    def pairs(self) -> dict[int, int]:
        return {} if self.facts.scope.is_single_month else self.facts.get_pairs(self.entry)

    @property
    def disbursed(self) -> int | None:
        return sum(self.pairs.values()) if self.pairs else None

    @cached_property
    def due(self) -> Fraction | None:
        return self.plan.get_due(self.pairs) if self.plan and self.pairs else None

    @cached_property
    def unreported(self) -> Fraction:
        """What the plan asks for in the months whose report is asked and has not been approved."""
        if self.plan is None or self.facts.scope.is_single_month:
            return Fraction(0)
        return self.plan.get_due(self.facts.get_unreported_months(self.entry))

    @cached_property
    def gaps(self) -> list[int]:
        """The months whose round is closed and whose report is asked and has not been approved."""
        return self.facts.get_gaps(self.entry)

    @cached_property
    def stage(self) -> Stage | None:
        return newest_stage(self.approved)

    @cached_property
    def light(self) -> Light | None:
        return light_at(self.facts.rule, self.plan, due=self.due, done=self.disbursed)

    @cached_property
    def start(self) -> Light | None:
        rule = self.facts.rule
        if rule is None or self.month is None or not self.entry.is_asked:
            return None
        is_started = has_started(self.entry.status, self.approved)
        return start_light(rule, expected=self.project.started, is_started=is_started, month=self.month)

    @cached_property
    def missing_months(self) -> list[Month]:
        """The months whose reports are missing in a row, the latest first."""
        return self.facts.get_missing_months(self.entry)

    @property
    def missing_count(self) -> int:
        return len(self.missing_months)

    @property
    def missing_until(self) -> Month | None:
        """The last month whose report is missing."""
        return next(iter(self.missing_months), None)

    @cached_property
    def reports(self) -> Light | None:
        rule = self.facts.rule
        if rule is None or not self.entry.is_asked or not self.facts.rounds_due:
            return None
        return missing_light(rule, missing=self.missing_count)

    @cached_property
    def rating_facts(self) -> tuple[int, int, Light] | None:
        """Month, key and light of the newest rating that speaks of no later month."""
        return next((row for row in reversed(self.facts.ratings[self.entry.pk]) if row[0] <= self.number), None)

    @property
    def rated_light(self) -> Light | None:
        """The light of the newest rating."""
        return self.rating_facts[2] if self.rating_facts else None

    @property
    def problems(self) -> int:
        return self.facts.problems.get(self.entry.project_id, (0, 0))[0]

    @property
    def problems_overdue(self) -> int:
        return self.facts.problems.get(self.entry.project_id, (0, 0))[1]

    @cached_property
    def last_report(self) -> Any:
        """The last approved report."""
        return self.approved[-1] if self.approved else None

    @property
    def last_month(self) -> Month | None:
        """The month of the last approved report."""
        return self.facts.months[self.last_report.month] if self.last_report else None

    @property
    def share(self) -> Fraction | None:
        """Done as a share of the plan for the year."""
        return ratio(self.disbursed, self.plan.amount) if self.plan else None

    @property
    def by_plan(self) -> list[PlanProgress]:
        """Done against each of its plans."""
        return progress_by_plan(self.plans, rated=self.plan, pairs=self.pairs)

    @property
    def plans_differ(self) -> bool:
        return plans_differ(self.plans)

    @property
    def months_late(self) -> int:
        """Months without a start that was due; 0 where no day for it is known."""
        expected = self.project.started
        return months_late(expected, self.month) if expected and self.month else 0

    @cached_property
    def gap(self) -> Fraction | None:
        """CNY ahead of the plan to date; negative when behind."""
        return self.disbursed - self.due if self.disbursed is not None and self.due is not None else None

    @cached_property
    def gap_share(self) -> Fraction | None:
        """The same as a share of the year's plan: −0.1 is ten points behind."""
        return self.gap / self.plan.amount if self.gap is not None and self.plan and self.plan.amount else None

    @property
    def gap_order(self) -> float | None:
        """The same as a number to sort by, alike for alike shares."""
        if self.gap is None or not self.plan or not self.plan.amount:
            return None
        return self.gap.numerator / (self.gap.denominator * self.plan.amount)

    @property
    def has_disagreement(self) -> bool:
        """True if the reviewer and the rule say different things."""
        return self.rated_light is not None and self.light is not None and self.rated_light != self.light

    @property
    def needs_attention(self) -> bool:
        lights = (self.light, self.start, self.reports, self.rated_light)
        return any(light in BAD for light in lights) or bool(self.problems_overdue) or self.has_disagreement

    @property
    def severity(self) -> int:
        """The place of its worst computed light in `LIGHTS`, their number without one."""
        lights = {self.light, self.start, self.reports}
        return next((place for place, light in enumerate(LIGHTS) if light in lights), len(LIGHTS))


def standings_by_project(scope: Any, *, keys: Collection[int]) -> dict[int, Standing]:
    """Return the standings of projects that the scope has found, by key."""
    return Facts(scope, keys=keys).standings_by_project
