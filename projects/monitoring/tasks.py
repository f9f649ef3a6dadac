"""Tasks: what waits for one person, of whatever year, and until when. The page, the navigation and the API say the same.

A bureau has its own reports, milestones and problems and the answers to what it proposed; the province what is to be
reviewed and decided. A query for each kind, however many projects there are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from projects.access import Access, get_access
from projects.choices import OF_A_BUREAU, OF_THE_PROVINCE, ReportState, RoundState, TaskKind
from projects.history import as_of
from projects.models import Milestone, MonthlyReport, Prefecture, Problem, Proposal
from projects.periods import SOON_AFTER, Month
from projects.totals.programmes import Programmes, current_of, programmes_of, with_year_of_record

from .report_counts import RoundCounts, get_round_counts

_STATES = {
    TaskKind.REPORTS_TO_REVIEW: ReportState.SUBMITTED,
    TaskKind.RETURNED_REPORTS: ReportState.RETURNED,
}
_PROPOSED = {TaskKind.PROPOSALS_TO_DECIDE: "proposed_at", TaskKind.ANSWERED_PROPOSALS: "answered_at"}


@dataclass(frozen=True)
class Task:
    """So many records of a kind, in a year; of reports also in a month.

    `day` is that of the one that is most urgent: when it is due, or since when it waits.
    """

    kind: TaskKind
    number: int
    year: int | None = None
    month: Month | None = None
    day: dt.date | None = None


@dataclass(frozen=True)
class Tasks:
    """All tasks of a person in their order; `kinds` are those that this person can have at all.

    `rounds` are those that they were told from, if any were looked at: all that take reports are among them.
    """

    kinds: tuple[TaskKind, ...] = ()
    items: tuple[Task, ...] = ()
    rounds: tuple[RoundCounts, ...] = ()

    @property
    def own_count(self) -> int:
        """How much waits for this person: what others still have to hand in is not counted."""
        return count_records(each for each in self.items if each.kind.is_for_reader)

    @property
    def absent_kinds(self) -> tuple[TaskKind, ...]:
        """The kinds of which there is nothing."""
        present = {each.kind for each in self.items}
        return tuple(kind for kind in self.kinds if kind not in present)


def count_records(items: Iterable[Task]) -> int:
    """How many records these tasks are of together."""
    return sum(each.number for each in items)


def kinds_of(user: Any) -> tuple[TaskKind, ...]:
    """The kinds of task that this account can have; none for whoever only reads, or was given nothing."""
    if not getattr(user, "is_authenticated", False) or not get_access(user).can_write:
        return ()
    return OF_THE_PROVINCE if get_access(user).is_of_the_province else OF_A_BUREAU


def tasks_of(user: Any, *, with_outstanding: bool = True, programmes: Programmes | None = None) -> Tasks:
    """What waits for a user now, whatever past is looked at. `programmes` are all of the present, where they are at hand.

    Without the reports that others still have to hand in, which do not wait for the province, no round is looked at.
    """
    kinds = kinds_of(user)
    if not kinds:
        return Tasks()
    with as_of.override_as_of(None):
        programmes = programmes_of(user) if programmes is None else programmes
        found, rounds = list(_iter_counted_tasks(user, kinds, programmes)), list[RoundCounts]()
        if with_outstanding or TaskKind.DUE_REPORTS in kinds:
            rounds = get_round_counts(user, programmes)
            found = list(_with_reports(kinds, rounds, found))
    order = list(TaskKind)
    found.sort(key=lambda each: (order.index(each.kind), each.month or Month(each.year or 1, 1)))
    items = tuple(each for each in found if each.kind in kinds and each.number > 0)
    return Tasks(kinds, items, tuple(rounds))


def waiting_for(user: Any, *, most: int, programmes: Programmes | None = None) -> int:
    """Return how many records wait for a user now, at most one more than `most`: beyond that nobody is told how many."""
    return min(tasks_of(user, with_outstanding=False, programmes=programmes).own_count, most + 1)


def own_rows(access: Access, prefecture: str) -> Q:
    """Condition for the rows that this access writes; `prefecture` is the path to the prefecture's id."""
    return Q() if access.writes_all else Q(**{f"{prefecture}__in": access.writes_in})


def own_places(access: Access) -> list[tuple[str, str]]:
    """Filters that lead to the own records whoever reads more than they write; none for everybody else."""
    if access.writes_all or not (access.reads_all or access.reads_in != access.writes_in):
        return []
    adcodes = Prefecture.objects.filter(pk__in=access.writes_in).order_by("adcode")
    return [("prefecture", adcode) for adcode in adcodes.values_list("adcode", flat=True)]


def current_year(programmes: Programmes) -> int | None:
    current = current_of(programmes)
    return current.year if current else None


def in_year_of_record(rows: QuerySet, access: Access, current: int | None) -> QuerySet:
    """Rows about a writer's own projects, each with the `year` in which its project's record is shown."""
    return with_year_of_record(rows.filter(own_rows(access, "project__prefecture")), current)


def of_tasks(rows: QuerySet, user: Any, years: Collection[int]) -> QuerySet:
    """Of these rows those that tasks count: of the own projects, each in the year of its record."""
    current = current_year(programmes_of(user))
    counted = in_year_of_record(rows.model.objects.all(), get_access(user), current)
    counted = counted.filter(year__in=years) if years else counted.filter(year__isnull=False)
    return rows.filter(pk__in=counted.order_by().values("pk"))


def reports_of(user: Any, state: ReportState) -> QuerySet:
    """The reports of a state that were asked and that this user has to do with: what one has submitted oneself waits for
    somebody else, since nobody approves that.
    """
    reports = MonthlyReport.objects.visible_to(user).required().filter(state=state)
    if state == ReportState.SUBMITTED:
        reports = reports.of_others(user)
    return reports.filter(own_rows(get_access(user), "entry__project__prefecture"))


def unsolved_problems(access: Access, current: int | None) -> QuerySet:
    """Problems of one's own projects that have a `day` for being solved."""
    unsolved = Problem.objects.open().filter(due__isnull=False)
    return in_year_of_record(unsolved, access, current).annotate(day=F("due"))


def unreached_milestones(access: Access, current: int | None) -> QuerySet:
    """Milestones of one's own projects, with the `day` on which each is expected."""
    unreached = Milestone.objects.filter(actual__isnull=True)
    return in_year_of_record(unreached, access, current).annotate(day=Coalesce("expected", "planned"))


def _iter_counted_tasks(user: Any, kinds: Sequence[TaskKind], programmes: Programmes) -> Iterator[Task]:
    """Yield all tasks but what is still to be handed in, of a kind several times if days differ by year."""
    for kind in [kind for kind in _STATES if kind in kinds]:
        rows = reports_of(user, _STATES[kind]).order_by()
        by_month = rows.values_list("entry__programme__year", "month").annotate(Count("pk"), Min("handed_in_on"))
        for year, month, number, day in by_month:
            yield Task(kind, number, year, Month(year, month), day)
    for kind in [kind for kind in _PROPOSED if kind in kinds]:
        found = Proposal.objects.waiting_for(user).order_by().aggregate(number=Count("pk"), since=Min(_PROPOSED[kind]))
        yield Task(kind, found["number"], day=timezone.localdate(found["since"]) if found["since"] else None)
    years: dict[dt.date, list[int]] = defaultdict(list)  # with a list that the user sees, by the day that they work by
    for programme in programmes:
        if programme.has_projects:
            years[programme.today].append(programme.year)
    for today, some in years.items():
        for kind, records, is_soon in _OF_PROJECTS:
            if kind in kinds:
                is_due = {"day__gte": today, "day__lte": today + SOON_AFTER} if is_soon else {"day__lt": today}
                rows = records(get_access(user), current_year(programmes)).filter(year__in=some, **is_due).order_by()
                for year, number, day in rows.values_list("year").annotate(Count("pk"), Min("day")):
                    yield Task(kind, number, year, day=day)


_OF_PROJECTS = (
    (TaskKind.OVERDUE_PROBLEMS, unsolved_problems, False),
    (TaskKind.PROBLEMS_DUE_SOON, unsolved_problems, True),
    (TaskKind.OVERDUE_MILESTONES, unreached_milestones, False),
    (TaskKind.MILESTONES_DUE_SOON, unreached_milestones, True),
)


def _with_reports(kinds: Sequence[TaskKind], rounds: Iterable[RoundCounts], found: Iterable[Task]) -> Iterator[Task]:
    """The tasks with those of reports of these rounds that are not handed in: overdue or due ones of a bureau, outstanding
    ones of the province. A returned one is a task of its own, due as its round is.
    """
    due, returned = {each.round.period: each.round.due for each in rounds}, dict[Month, int]()
    for task in found:
        if task.kind == TaskKind.RETURNED_REPORTS and task.month is not None:
            returned[task.month] = task.number
            yield replace(task, day=due.get(task.month, task.day))
        else:
            yield task
    for told in rounds:
        each = told.round
        kind = TaskKind.DUE_REPORTS if each.state == RoundState.OPEN else TaskKind.OVERDUE_REPORTS
        kind = TaskKind.OUTSTANDING_REPORTS if TaskKind.OUTSTANDING_REPORTS in kinds else kind
        number = told.arrivals.missing - returned.get(each.period, 0)
        yield Task(kind, number, each.programme.year, each.period, each.due)
