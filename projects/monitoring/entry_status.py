"""Status of each entry of a question: done against plan to date, lights, the reviewer's rating, what is missing.

A handful of queries for any number of entries. Money is what the list of projects shows; nothing is summed here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from projects.choices import ARRIVED, Light, ListStatus, ReportState, Stage
from projects.database.prepared_records import plain_of, records, records_of
from projects.models import Entry, LightRule, MonthlyReport, Problem, Programme, Rating, Round
from projects.models.entry import was_on_list
from projects.periods import Month
from projects.totals.results import ratio
from projects.totals.scope import Scope

from .lights import last_month_due, missing_light, months_late, start_light
from .plan_status import light_at
from .plans import PlanProgress, Plans, YearPlan, measured_against, plans_by_entry, plans_differ, progress_by_plan


class ReportedMonth(NamedTuple):
    """What a standing is told from of one report."""

    entry_id: int
    month: int
    state: str
    stage: str
    started_on: Any  # as the driver gives it: whether there is one
    disbursed: int | None
    reason: str
    measure: str


@dataclass(frozen=True)
class Standing:
    """One entry at the end of `month`. Amounts in CNY, shares of 1; None where it cannot be said.

    `done` and `due`, what the plan that the rule measures against asks for, are from January to the month, and not said of
    one month alone.

    `light` is computed from progress, `start` and `reports` from a late start and from reports missing in a row;
    `rating` is the reviewer's own word.
    """

    entry: Entry
    project: Any
    month: Month | None
    plans: Plans
    plan: YearPlan | None
    done: int | None
    due: Fraction | None
    stage: Stage | None
    light: Light | None
    start: Light | None
    reports: Light | None
    missing: int
    missing_until: Month | None  # the last month of these
    rating: Rating | None
    problems: int
    problems_overdue: int
    last_report: ReportedMonth | None

    @property
    def last_month(self) -> Month | None:
        """That of the last approved report."""
        return Month(self.entry.programme.year, self.last_report.month) if self.last_report else None

    @property
    def share(self) -> Fraction | None:
        """Done as a share of that plan for the year."""
        return ratio(self.done, self.plan.amount) if self.plan else None

    @property
    def by_plan(self) -> list[PlanProgress]:
        """Done against each of its plans."""
        return progress_by_plan(self.plans, rated=self.plan, done=self.done)

    @property
    def plans_differ(self) -> bool:
        return plans_differ(self.plans)

    @property
    def months_late(self) -> int:
        """Months without a start that was due; 0 where no day for it is known."""
        expected = self.project.started
        return months_late(expected, self.month) if expected and self.month else 0

    @property
    def gap(self) -> Fraction | None:
        """CNY ahead of the plan to date; negative when behind."""
        return self.done - self.due if self.done is not None and self.due is not None else None

    @property
    def gap_share(self) -> Fraction | None:
        """The same as a share of the year's plan: −0.1 is ten points behind."""
        if self.plan is None or self.done is None or self.month is None:
            return None
        return self.plan.ahead(self.done, self.month.number)

    @property
    def disagrees(self) -> bool:
        """Whether the reviewer and the rule say different things."""
        return self.rating is not None and self.light is not None and self.rating.light != self.light

    @property
    def needs_attention(self) -> bool:
        rated = self.rating.light if self.rating else None
        return bool(
            {self.light, self.start, self.reports, rated} & {Light.YELLOW, Light.RED}
            or self.problems_overdue
            or self.disagrees
        )


def standings(scope: Scope) -> list[Standing]:
    """A standing for each entry of the scope, in the scope's order. Empty without a programme. For a few: a page of a list
    is found by `standing_table`.

    In an open month those alone are judged by it whose report is approved; the others stand as at the last month that
    counts, so that no light changes because somebody else has reported.
    """
    earlier = earlier_of(scope)
    if earlier is None:
        return _standings(scope, scope.projects())
    like = scope.like_for_like()
    by_month = {each.entry.pk: each for each in _standings(like, like.projects())}
    return [by_month.get(each.entry.pk, each) for each in _standings(earlier, earlier.projects())]


def earlier_of(scope: Scope) -> Scope | None:
    """The very same records at the last month that counts, in an open month; None in any other."""
    if scope.compares:
        return None
    # whatever filters and list would find at another month: who joined since then stands too, not rated yet
    return replace(scope.last_shown, filters=scope.ordering, within=scope.projects(), on_list=False)


class Judged(NamedTuple):
    """A project with the month that its entry is judged by (0: none yet), and CNY disbursed from January to that."""

    project: int
    month: int
    done: int | None


def standings_at(scope: Scope, judged: Sequence[Judged]) -> list[Standing]:
    """The standings of these projects, in this order. They are ones that the reader sees."""
    found: dict[int, Standing] = {}
    for month in {each.month for each in judged}:
        at = scope if month == scope.last_month else scope.with_last_month(month)
        done = {each.project: each.done for each in judged if each.month == month}
        found |= {each.project.pk: each for each in _of_projects(at, done)}
    return [found[each.project] for each in judged]


def _standings(scope: Scope, listed: Any) -> list[Standing]:
    return _of_projects(scope, dict(listed.values_list("pk", "disbursed")))


def _of_projects(scope: Scope, done: Mapping[int, int | None]) -> list[Standing]:
    """In the order of these keys; those that have no entry are left out."""
    programme = scope.programme
    if programme is None:
        return []
    entries = {entry.project_id: entry for entry in records_of("entries", _entries, [programme.pk, *done])}
    for entry in entries.values():
        entry.programme = programme  # so that it is not asked for
    facts = _Facts(programme, scope, list(entries.values()))
    return [facts.standing(entries[key], done[key]) for key in done if key in entries]


def _entries(programme: int, *projects: int) -> QuerySet:
    listed = Entry.objects.filter(programme=programme, project__in=projects).order_by()
    return listed.select_related("project__prefecture")


def _ratings(last: int, *entries: int) -> QuerySet:
    return (
        Rating.objects.filter(entry__in=entries).most_recent(through=last).select_related("author", "entry__programme")
    )


def _reports(last: int, entries: Sequence[int]) -> QuerySet:
    return MonthlyReport.objects.filter(entry__in=entries, month__lte=last).order_by().values(*ReportedMonth._fields)


def _rounds(last: int, programme: int) -> QuerySet:
    return Round.objects.filter(programme=programme, month__lte=last).order_by("month")


def _problems(today: dt.date, projects: Sequence[int]) -> QuerySet:
    """How many are not solved of each project, and how many of these are late."""
    unsolved = Problem.objects.open().filter(project__in=projects).order_by().values("project")
    return unsolved.annotate(every=Count("pk"), late=Count("pk", filter=Q(due__lt=today)))


class _Facts:
    """What the standings of a list are made of, read at once."""

    def __init__(self, programme: Programme, scope: Scope, entries: list[Entry]) -> None:
        self.rule: LightRule | None = programme.light_rule
        self.month, self.last, self.is_single_month = scope.through, scope.last_month, scope.is_single_month
        self.today, last = programme.today, scope.last_month
        self.plans = plans_by_entry(entries)
        keys = [entry.pk for entry in entries]
        self.reports: dict[int, dict[int, ReportedMonth]] = defaultdict(dict)
        # whether a report is in is no secret, so that nobody is called missing who is only not approved yet
        asked = last_month_due(last, counts=scope.months.default)
        for report in starmap(ReportedMonth, plain_of(("reports to", asked), partial(_reports, asked), keys).rows()):
            self.reports[report.entry_id][report.month] = report
        self.ratings = {each.entry_id: each for each in records_of(("ratings", last), partial(_ratings, last), keys)}
        self.rounds = records(("rounds to", asked), partial(_rounds, asked), programme.pk)
        counted = partial(_problems, self.today)
        found = plain_of(("problems", self.today), counted, [each.project_id for each in entries])
        self.problems = {project: numbers for project, *numbers in found.rows()}

    def standing(self, entry: Entry, disbursed: int | None) -> Standing:
        project = entry.project
        plans = self.plans[entry.pk]
        plan = measured_against(plans, self.rule)
        reports = self.reports[entry.pk]
        told = [reports[month] for month in sorted(reports) if month <= self.last]
        approved = [report for report in told if report.state == ReportState.APPROVED]
        stage = newest_stage(approved)
        missing = self._missing(entry, reports)
        done, due = disbursed, plan.to_date(self.last) if plan and self.month else None
        if self.is_single_month:  # which is not held against the plan to date
            done = due = None
        problems, overdue = self.problems.get(entry.project_id, (0, 0))
        return Standing(
            entry=entry,
            project=project,
            month=self.month,
            plans=plans,
            plan=plan,
            done=done,
            due=due,
            stage=stage,
            light=light_at(self.rule, plan, month=self.last, done=done),
            start=self._start(entry, project, approved, stage),
            reports=self._reported(entry, len(missing)),
            missing=len(missing),
            missing_until=next(iter(missing), None),
            rating=self.ratings.get(entry.pk),
            problems=problems,
            problems_overdue=overdue,
            last_report=approved[-1] if approved else None,
        )

    def _start(
        self, entry: Entry, project: Any, approved: Iterable[ReportedMonth], stage: Stage | None
    ) -> Light | None:
        if self.rule is None or self.month is None or not entry.is_asked:
            return None
        is_started = has_started(entry, approved, stage)
        return start_light(self.rule, expected=project.started, is_started=is_started, month=self.month)

    def _reported(self, entry: Entry, missing: int) -> Light | None:
        if self.rule is None or not self.rounds or not entry.is_asked:
            return None
        return missing_light(self.rule, missing=missing)

    def _missing(self, entry: Entry, reports: dict[int, ReportedMonth]) -> list[Month]:
        """Reports lacking in a row up to the latest round whose days are over, that of the latest first."""
        missing: list[Month] = []
        for each in reversed(self.rounds if entry.is_asked else ()):
            month = Month(entry.programme.year, each.month)
            if each.punctual_until >= self.today or not was_on_list(entry.joined, entry.left, month):
                continue
            report = reports.get(each.month)
            if report is not None and report.state in ARRIVED:
                break
            missing.append(month)
        return missing


def newest_stage(approved: Sequence[MonthlyReport | ReportedMonth]) -> Stage | None:
    """The stage that the last of these reports with one gives. They go by month."""
    return next((Stage(report.stage) for report in reversed(approved) if report.stage), None)


def has_started(entry: Entry, approved: Iterable[MonthlyReport | ReportedMonth], stage: Stage | None) -> bool:
    """Whether work has begun: continuing from before, a stage beyond preparation, a day, or money disbursed."""
    if entry.status == ListStatus.CONTINUING or stage not in (None, Stage.PREPARATION):
        return True
    return any(report.started_on or (report.disbursed or 0) > 0 for report in approved)
