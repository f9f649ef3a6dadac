"""Attention list: the entries of a scope worst first, how many have which light, and the gaps of those furthest behind."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from projects.choices import Basis, Light, PlanKind, ProblemKind
from projects.history.as_of import override_as_of
from projects.models import Entry, MonthlyReport, Problem, Project, Rating
from projects.models.entry import changes_the_list
from projects.text import TwoNames
from projects.totals.scope import Scope
from projects.totals.standings import Standing

FEW = 5


class EntriesShown(StrEnum):
    """Which entries of a list are looked at."""

    ATTENTION = "attention"
    ALL = "all"
    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    NONE = "none"
    DISAGREED = "disagreed"

    def filter(self, standings: Sequence[Standing]) -> list[Standing]:
        """Return those of the standings that are looked at."""
        if self == EntriesShown.ALL:
            return [*standings]
        if self == EntriesShown.ATTENTION:
            return [standing for standing in standings if standing.needs_attention]
        if self == EntriesShown.DISAGREED:
            return [standing for standing in standings if standing.has_disagreement]
        light = None if self == EntriesShown.NONE else Light(self.value)
        return [standing for standing in standings if standing.light == light]


def sort_standings(standings: Iterable[Standing]) -> list[Standing]:
    """Return the worst light first, then the furthest behind; within a light last what has no gap.

    Alike ones stay in the order of the scope.
    """
    return sorted(standings, key=_worst_first)


def _worst_first(standing: Standing) -> tuple[int, bool, float]:
    gap = standing.gap_order
    return standing.severity, gap is None, gap or 0.0


def load_records(standings: Sequence[Standing]) -> list[Standing]:
    """Put the records of a page in the place of rows: entry and project, rating with author, last report."""
    if not standings:
        return []
    facts, keys = standings[0].facts, [standing.entry.pk for standing in standings]
    with override_as_of(facts.scope.as_of):
        entries = Entry.objects.select_related("project__prefecture").in_bulk(keys)
        for entry in entries.values():
            entry.programme = facts.programme
        rated = [standing.rating_facts[1] for standing in standings if standing.rating_facts]
        ratings = Rating.objects.select_related("author").in_bulk(rated)
        approved = MonthlyReport.objects.approved().filter(entry__in=keys, month__lte=facts.last)
        reports = {(report.entry_id, report.month): report for report in approved}
    for standing in standings:
        key = standing.entry.pk
        standing.entry = entries[key]
        standing.project = standing.entry.project
        if standing.rating_facts:
            standing.rating = ratings[standing.rating_facts[1]]
            standing.rating.entry = standing.entry
        if standing.last_report:
            standing.last_report = reports[key, standing.last_report.month]
    return [*standings]


# gaps to the plan to date


@dataclass(frozen=True)
class EntryGap(TwoNames):
    """An entry behind its plan to date. `gap` is in CNY and below nought; `problem` is the newest of those that are open,
    and `reason` that of its newest report: either may be missing.
    """

    code: str
    name_zh: str
    name_en: str
    basis: Basis
    light: Light | None
    gap: Fraction
    problem_kind: ProblemKind | None = None
    problem: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Gaps:
    """Those furthest behind, and what the gaps of all `compared` entries that have a plan and a report come to, in CNY.

    `lights` are of all entries, `unreported` what their plans ask for in months whose report is asked and not approved.
    """

    kind: PlanKind
    furthest: tuple[EntryGap, ...] = ()
    of_furthest: Fraction = Fraction(0)
    compared: int = 0
    total: Fraction = Fraction(0)
    lights: Mapping[Light | None, int] | None = None
    unreported: Fraction = Fraction(0)
    since_joined: bool = False  # whether places joined or left, whose plan runs from the month in which they joined

    @property
    def other_count(self) -> int:
        return self.compared - len(self.furthest)

    @property
    def of_others(self) -> Fraction:
        return self.total - self.of_furthest


def get_gaps(scope: Scope, *, few: int = FEW) -> Gaps | None:
    """Return the gaps of a scope; None without a programme."""
    if scope.programme is None:
        return None
    standings = scope.standings
    compared = [(standing.gap, standing) for standing in standings if standing.gap is not None and standing.plan.amount]  # type: ignore[union-attr]
    behind = sorted(((gap, standing) for gap, standing in compared if gap < 0), key=lambda pair: pair[0])[:few]
    projects = get_projects_with_reasons(scope, [standing.entry.project_id for _gap, standing in behind])
    with override_as_of(scope.as_of):
        changes = Entry.objects.filter(changes_the_list(), programme=scope.programme.pk).exists()
    return Gaps(
        scope.facts.kind,
        tuple(_entry_gap(projects[standing.entry.project_id], standing.light, gap) for gap, standing in behind),
        sum((gap for gap, _standing in behind), Fraction(0)),
        len(compared),
        sum((gap for gap, _standing in compared), Fraction(0)),
        Counter(standing.light for standing in standings),
        unreported=sum((standing.unreported for standing in standings), Fraction(0)),
        since_joined=changes,
    )


def _entry_gap(project: Any, light: Light | None, gap: Fraction) -> EntryGap:
    kind = ProblemKind(project.problem_kind) if project.problem_kind else None
    names = (project.code, project.name_zh, project.name_en, Basis(project.basis))
    return EntryGap(*names, light, gap, kind, project.problem or "", project.reason or "")


def get_projects_with_reasons(scope: Scope, keys: Iterable[int]) -> dict[int, Any]:
    """Return projects by key, each with the newest problem that was open at the end of the month, and the newest reason.

    Of the last month that counts the problems are those raised to the present day: reports of it are written then.
    """
    last: dt.date = scope.span.days[1] if scope.span.days else scope.today
    until = scope.today if scope.last_month >= scope.months.default else last
    raised = Problem.objects.visible_to(scope.user).filter(project=OuterRef("pk")).order_by("-raised_on", "-pk")
    open_then = raised.filter(raised_on__lte=until).filter(Q(solved_on__isnull=True) | Q(solved_on__gt=last))
    reports = MonthlyReport.objects.visible_to(scope.user).approved().filter(entry__project=OuterRef("pk"))
    newest = reports.filter(entry__programme=scope.programme, month__lte=scope.last_month).order_by("-month")
    with_reasons = Project.objects.order_by().annotate(
        problem_kind=Subquery(open_then.values("kind")[:1]),
        problem=Subquery(open_then.values("description")[:1]),
        reason=Subquery(newest.values("reason")[:1]),
    )
    with override_as_of(scope.as_of):
        return with_reasons.in_bulk(keys)
