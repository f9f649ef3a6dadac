"""Gaps of entries to their plan to date, in the database: the furthest behind, what all come to, how many have each light.

What is shown of a long list is the few at its top and sums of all, so that a list of any length costs the same to send.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from projects.choices import LIGHTS, Basis, Light, PlanKind, ProblemKind
from projects.history.as_of import looking_back
from projects.models import MonthlyReport, Problem, Project
from projects.text import TwoNames
from projects.totals.scope import Scope

from .beside import BesideReports
from .entry_lights import OF_PROGRESS, EntryLights, judged_lists, months_judged, plan_rated, which_of
from .entry_table import CommonTable, rows_of_list

FEW = 5
_ABOUT = ("code", "name_zh", "name_en", "basis", "problem_kind", "problem", "reason")
_SPLIT = 10**9  # a sum is made of two, as twelve times the amounts of a long list would not fit in 64 bits


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

    In an open month those alone are compared whose report is approved; `lights` are of all entries.
    """

    kind: PlanKind
    furthest: tuple[EntryGap, ...] = ()
    of_furthest: Fraction = Fraction(0)
    compared: int = 0
    total: Fraction = Fraction(0)
    lights: Mapping[Light | None, int] | None = None
    since_joined: bool = False  # whether places joined or left, whose plan runs from the month in which they joined

    @property
    def others(self) -> int:
        return self.compared - len(self.furthest)

    @property
    def of_others(self) -> Fraction:
        return self.total - self.of_furthest


def gaps(scope: Scope, *, few: int = FEW) -> Gaps | None:
    """The gaps of a question; None without a programme. Two queries for any number of entries."""
    if scope.programme is None:
        return None
    with looking_back(scope.as_of):
        # neither ratings nor problems are told here, so that they need not be looked for
        beside = replace(BesideReports.of_lights(scope.programme), ratings=False, problems=False)
    months = months_judged(scope)
    rows = rows_of_list(scope, lambda asked: _parts(asked, months, beside), _statement(months, few, beside))
    lights: Counter[Light | None] = Counter()
    total, of_furthest, compared = Fraction(0), Fraction(0), 0
    furthest = []
    for is_entry, light, parts, number, red, yellow, green, known, most, least, _part, _place, *about in rows:
        gap = Fraction(int(most or 0) * _SPLIT + int(least or 0), parts or 1)
        if is_entry:
            furthest.append(_entry(None if light is None else LIGHTS[light], gap, *about))
            of_furthest += gap
            continue
        told = {**dict(zip(LIGHTS, (red, yellow, green), strict=True)), None: number - red - yellow - green}
        lights.update({each: some for each, some in told.items() if some})
        total += gap
        compared += known or 0
    kind = plan_rated(scope.programme.light_rule)
    return Gaps(kind, tuple(furthest), of_furthest, compared, total, lights, since_joined=beside.changes)


def _entry(light: Light | None, gap: Fraction, *about: Any) -> EntryGap:
    code, name_zh, name_en, basis, kind, problem, reason = about
    found = ProblemKind(kind) if kind else None
    return EntryGap(code, name_zh, name_en, Basis(basis), light, gap, found, problem or "", reason or "")


def _parts(scope: Scope, months: Mapping[int, Scope], beside: BesideReports) -> Iterator[CommonTable]:
    """The parts of a statement of which the last are `apart_1` and, in an open month, `apart_0`."""
    kind = plan_rated(scope.programme.light_rule)  # type: ignore[union-attr]
    yield from judged_lists(scope, months, beside, kind)
    for judged, each in months.items():
        lit = EntryLights(each, kind, beside, ())
        yield lit.measured(judged, which_of(months, judged), OF_PROGRESS)
        gap = "CASE WHEN amount > 0 AND done IS NOT NULL THEN done * parts - due END" if lit.is_measured else "NULL"
        text = (
            f"SELECT project, place, parts, {lit.light} AS light, CAST({gap} AS bigint) AS gap FROM measured_{judged}"  # nosec B608 # our own names
        )
        yield CommonTable(f"apart_{judged} AS MATERIALIZED", text)
    yield _explained(scope)


def _statement(months: Mapping[int, Scope], few: int, beside: BesideReports) -> str:
    """Gaps count so many `parts` of 1 CNY, so that no digit is lost: they are added up by these."""
    most, least, share = f"gap / {_SPLIT}", f"gap %% {_SPLIT}", "CAST(gap AS double precision) / parts"
    about = ", ".join(f"e.{name}" for name in _ABOUT)
    first = (
        f"SELECT light, parts, {most} AS most, {least} AS least, project, {share} AS part, place FROM apart_1"  # nosec B608 # our own names
        f" WHERE gap < 0 ORDER BY part, place LIMIT {int(few)}"
    )
    none = ", ".join(["0"] * (len(LIGHTS) + 2))
    entries = (
        f"SELECT 1, f.light, f.parts, {none}, f.most, f.least, f.part, f.place, {about}"  # nosec B608 # our own names
        f" FROM ({first}) f JOIN explained e ON e.project = f.project"
    )
    blank = ", ".join(["NULL"] * (len(_ABOUT) + 2))
    numbers = ", ".join(f"COUNT(CASE WHEN light = {number} THEN 1 END)" for number in range(len(LIGHTS)))
    by_parts = "GROUP BY parts" if beside.plans or beside.changes else ""  # else all have the same
    alike = [
        f"SELECT 0, NULL, MAX(parts), COUNT(*), {numbers}, {_if_last(judged, 'COUNT(gap)')},"  # nosec B608 # our own names
        f" {_if_last(judged, f'SUM({most})')}, {_if_last(judged, f'SUM({least})')}, {blank}"
        f" FROM apart_{judged} {by_parts}"
        for judged in months
    ]
    return f"{' UNION ALL '.join([entries, *alike])} ORDER BY 1, {len(LIGHTS) + 8}, {len(LIGHTS) + 9}"


def _if_last(judged: int, sum_of: str) -> str:
    """Of those that keep the light of an earlier month no gap is counted."""
    return sum_of if judged else "NULL"


def _explained(scope: Scope) -> CommonTable:
    """`explained`: projects with the newest problem that was open at the end of the month, and the newest reason.

    Of the last month that counts the problems are those raised to the present day: reports of it are written then.
    """
    _first, last = scope.span.days or (scope.today, scope.today)
    until = scope.today if scope.last_month >= scope.months.default else last
    kind = (scope.access, scope.span, until, last)
    head = f"explained (project, {', '.join(_ABOUT)}) AS NOT MATERIALIZED"
    return CommonTable.once(head, kind, lambda: _with_reasons(scope, until, last))


def _with_reasons(scope: Scope, until: dt.date, last: dt.date) -> QuerySet:
    raised = Problem.objects.visible_to(scope.user).filter(project=OuterRef("pk")).order_by("-raised_on", "-pk")
    open_then = raised.filter(raised_on__lte=until).filter(Q(solved_on__isnull=True) | Q(solved_on__gt=last))
    reports = MonthlyReport.objects.visible_to(scope.user).approved().filter(entry__project=OuterRef("pk"))
    newest = reports.filter(entry__programme=scope.programme, month__lte=scope.last_month).order_by("-month")
    found = Project.objects.order_by().annotate(
        problem_kind=Subquery(open_then.values("kind")[:1]),
        problem=Subquery(open_then.values("description")[:1]),
        reason=Subquery(newest.values("reason")[:1]),
    )
    return found.values_list("pk", *_ABOUT)
