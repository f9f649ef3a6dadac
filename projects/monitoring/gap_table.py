"""Gaps of entries to their plan to date, in the database: the furthest behind, what all come to, how many have each light.

What is shown of a long list is the few at its top and sums of all, so that a list of any length costs the same to send.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from projects.choices import LIGHTS, Light, PlanKind, ProblemKind
from projects.models import MonthlyReport, Problem, Project
from projects.totals.scope import Scope
from projects.versioning.as_of import looking_back

from .beside import Beside
from .entry_lights import OF_PROGRESS, EntryLights, judged_lists, months_judged, plan_rated, which_of
from .entry_table import CommonTable, rows_of_list

FEW = 5
_SPLIT = 10**9  # a sum is made of two, as twelve times the amounts of a long list would not fit in 64 bits


@dataclass(frozen=True)
class EntryGap:
    """An entry behind its plan to date. `gap` is in CNY and below nought; `problem` is the newest of those that were open at
    the end of the month, and `reason` that of its newest report: either may be missing.
    """

    project: Any
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
    compared: int = 0
    total: Fraction = Fraction(0)
    lights: Mapping[Light | None, int] | None = None

    @property
    def of_furthest(self) -> Fraction:
        return sum((each.gap for each in self.furthest), Fraction(0))

    @property
    def others(self) -> int:
        return self.compared - len(self.furthest)

    @property
    def of_others(self) -> Fraction:
        return self.total - self.of_furthest


def gaps(scope: Scope, *, few: int = FEW) -> Gaps | None:
    """The gaps of a question; None without a programme. Two queries for any number of entries, one where none is behind."""
    if scope.programme is None:
        return None
    months = months_judged(scope)
    rows = rows_of_list(scope, lambda asked: _parts(asked, months), _statement(months, few))
    lights: Counter[Light | None] = Counter()
    total, compared = Fraction(0), 0
    furthest = []
    for kind, light, parts, number, known, most, least, project, _part, _place in rows:
        lit = None if light is None else LIGHTS[light]
        if kind:
            furthest.append((project, lit, Fraction(int(most) * _SPLIT + int(least), parts)))
            continue
        lights[lit] += number
        compared += known or 0
        if known:
            total += Fraction(int(most) * _SPLIT + int(least), parts)
    return Gaps(plan_rated(scope.programme.light_rule), tuple(_explained(scope, furthest)), compared, total, lights)


def _parts(scope: Scope, months: Mapping[int, Scope]) -> Iterator[CommonTable]:
    """The parts of a statement of which the last are `measured_1` and, in an open month, `measured_0`."""
    kind = plan_rated(scope.programme.light_rule)  # type: ignore[union-attr]
    # what is not asked for need not be looked for: neither ratings nor problems, nor what stands in a list without changes
    changes = getattr(scope.programme, "list_changes", True)
    beside = Beside(plans=True, changes=changes, ratings=False, problems=False)
    yield from judged_lists(scope, months, beside, kind)
    for judged, each in months.items():
        lit = EntryLights(each, kind, beside, ())
        yield lit.measured(judged, which_of(months, judged), OF_PROGRESS)
        gap = "CASE WHEN amount > 0 AND done IS NOT NULL THEN done * parts - due END" if lit.is_measured else "NULL"
        text = (
            f"SELECT project, place, parts, {lit.light} AS light, CAST({gap} AS bigint) AS gap FROM measured_{judged}"  # nosec B608 # our own names
        )
        yield CommonTable(f"apart_{judged} AS MATERIALIZED", text)


def _statement(months: Mapping[int, Scope], few: int) -> str:
    """Gaps count so many `parts` of 1 CNY, so that no digit is lost: they are added up by these."""
    most, least = f"gap / {_SPLIT}", f"gap %% {_SPLIT}"
    alike = " UNION ALL ".join(
        f"SELECT 0, light, parts, COUNT(*), {_if_last(judged, 'COUNT(gap)')}, {_if_last(judged, f'SUM({most})')},"  # nosec B608 # our own names
        f" {_if_last(judged, f'SUM({least})')}, NULL, NULL, NULL FROM apart_{judged} GROUP BY light, parts"
        for judged in months
    )
    share = "CAST(gap AS double precision) / parts"
    first = (
        f"SELECT 1, light, parts, 0, 0, {most}, {least}, project, {share} AS part, place FROM apart_1"  # nosec B608 # our own names
        f" WHERE gap < 0 ORDER BY part, place LIMIT {int(few)}"
    )
    return f"{alike} UNION ALL SELECT * FROM ({first}) f ORDER BY 1, 9, 10"  # nosec B608 # our own names


def _if_last(judged: int, sum_of: str) -> str:
    """Of those that keep the light of an earlier month no gap is counted."""
    return sum_of if judged else "NULL"


def _explained(scope: Scope, found: Sequence[tuple[int, Light | None, Fraction]]) -> Iterator[EntryGap]:
    if not found:
        return
    with looking_back(scope.as_of):
        projects = {each.pk: each for each in _with_reasons(scope, [project for project, _light, _gap in found])}
    for key, light, gap in found:
        project = projects[key]
        kind = ProblemKind(project.problem_kind) if project.problem_kind else None
        yield EntryGap(project, light, gap, kind, project.problem or "", project.reason or "")


def _with_reasons(scope: Scope, keys: Sequence[int]) -> Any:
    """These projects with the newest problem that was open at the end of the month, and the reason of the newest report."""
    raised = Problem.objects.visible_to(scope.user).filter(project=OuterRef("pk")).order_by("-raised_on", "-pk")
    _first, last = scope.span.days or (None, None)
    open_then = raised.filter(raised_on__lte=last).filter(Q(solved_on__isnull=True) | Q(solved_on__gt=last))
    reports = MonthlyReport.objects.visible_to(scope.user).approved().filter(entry__project=OuterRef("pk"))
    newest = reports.filter(entry__programme=scope.programme, month__lte=scope.last_month).order_by("-month")
    return Project.objects.filter(pk__in=keys).annotate(
        problem_kind=Subquery(open_then.values("kind")[:1]),
        problem=Subquery(open_then.values("description")[:1]),
        reason=Subquery(newest.values("reason")[:1]),
    )
