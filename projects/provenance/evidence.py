"""Evidence of a figure, record by record: a published source, who reported it, and who changed it last.

Figures of the register itself are told by `provenance.origins`; those that are made of monthly reports by the newest
report that counts, those of problems by the newest problem.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from projects.access import access_of
from projects.choices import Basis, Measure, OriginKind
from projects.database.prepared_records import RecordsOnDemand, records_on_demand_of
from projects.history.as_of import looking_back
from projects.models import MonthlyReport, Problem, Project, Source
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope

from .last_changes import last_changes
from .origins import FIGURES as OF_THE_REGISTER
from .origins import Origin, origins, with_change

_OF_ROUND = {Measure.REPORTS_IN, Measure.REPORTS_APPROVED, Measure.REPORTS_LATE, Measure.REPORTS_MISSING}
OF_PROBLEMS = {Measure.PROBLEMS_RAISED, Measure.PROBLEMS_CLOSED}
RESTS_ON = {
    Measure.AT_FLOOR_COUNT: Measure.TOTAL_INVESTMENT.value,
    Measure.OUTPUT_VALUE: Measure.EXPECTED_REVENUE.value,
    Measure.CONTINUING_COUNT: Measure.PROJECT_COUNT.value,
}
SAID = ("state", "disbursed", "stage", "started_on", "enterprises_attracted", "forecast")
_PERSON = [f"submitted_by__{name}" for name in ("username", "first_name", "last_name")]
OF_A_PROBLEM = ("state", "raised_on", "solved_on")
KINDS = {Basis.PUBLISHED: OriginKind.SOURCE, Basis.ILLUSTRATIVE: OriginKind.ILLUSTRATIVE}


def evidence(scope: Scope, figure: str, codes: Iterable[str]) -> dict[str, Origin]:
    """What the part of each of these projects rests on, by its code; a handful of queries for any number of them."""
    figure = RESTS_ON.get(figure, figure)
    read = _whole if figure in OF_THE_REGISTER else _named

    def seen(*codes: str) -> QuerySet:
        return read(Project.objects.visible_to(scope.user).filter(code__in=codes).order_by())

    with looking_back(scope.as_of):
        projects = records_on_demand_of((read.__name__, scope.access), seen, list(codes))
        if not projects:  # nor, perhaps, a programme: before the first one was entered
            return {}
        by_key = dict(zip(projects.column("id"), projects.column("code"), strict=True))
        found = _found(scope, figure, projects)
    return {by_key[key]: origin for key, origin in found.items()}


def _whole(projects: QuerySet) -> QuerySet:
    return projects.select_related("source")


def _named(projects: QuerySet) -> QuerySet:
    return projects.only("code")


def _found(scope: Scope, figure: str, projects: RecordsOnDemand) -> dict[int, Origin]:
    until, keys = scope.as_of.revision if scope.as_of else None, projects.column("id")
    if figure in OF_THE_REGISTER:
        return origins(projects, figure, user=scope.user, programme=scope.programme, until=until)
    if figure in OF_PROBLEMS:
        return _Records("problems", _problems, "project", OF_A_PROBLEM, ("source",)).newest(keys, scope, until)

    def reports() -> QuerySet:
        return reports_of(scope, figure).order_by("month").only("basis", "source", *_PERSON)

    kind = ("reports", figure, scope.span, scope.access)
    of_reports = _Records(kind, reports, "entry__project", SAID, ("source", "submitted_by"))
    found = of_reports.newest(keys, scope, until)
    if scope.programme is None or len(found) == len(keys):
        return found
    # what counts without a report, such as one that is missing, rests on the entry on the list
    without = [projects[place] for place, key in enumerate(keys) if key not in found]
    listed = Measure.PROJECT_COUNT.value
    return found | origins(without, listed, user=scope.user, programme=scope.programme, until=until)


def _problems() -> QuerySet:
    return Problem.objects.order_by("raised_on", "pk").only("basis", "source")


def reports_of(scope: Scope, figure: str) -> Any:
    """The reports that a figure is made of or tells of."""
    if FIGURES[figure].by_month or FIGURES[figure].ratio:
        return scope.span.reports()
    if figure in _OF_ROUND:
        seen = MonthlyReport.objects.visible_to(scope.user)
        return seen.filter(entry__programme=scope.programme, month=scope.last_month)
    return scope.span.to_date()


@dataclass(frozen=True)
class _Records:
    """Records that say a figure, in their order: `rows` makes their query, `path` leads to their project, `columns` say it;
    what all this follows from is in the `kind`. Beside a basis they name who or what they rest on in the fields `named`.
    """

    kind: Hashable
    rows: Callable[[], QuerySet]
    path: str
    columns: Sequence[str]
    named: Sequence[str]

    def of(self, *keys: int) -> QuerySet:
        return self.rows().filter(**{f"{self.path}__in": keys}).annotate(owner=F(self.path))

    def newest(self, keys: Sequence[int], scope: Scope, until: int | None) -> dict[int, Origin]:
        """The newest of each project, with the last change of any of them, by the key of the project.

        What records name is made once for all that name the same; of the others nothing is made.
        """
        build = lambda *keys: self.of(*keys).select_related(*self.named)  # noqa: E731
        found = records_on_demand_of(("newest", self.kind), build, keys)
        if not found:
            return {}
        changes = last_changes(self.kind, self._keys, self.columns, keys, until)
        public, told = access_of(scope.user).public, {}
        newest = {owner: place for place, owner in enumerate(found.column("owner"))}
        alike = list(zip(*map(found.column, ("basis", *(f"{name}_id" for name in self.named))), strict=True))
        for place in newest.values():
            if alike[place] not in told:
                told[alike[place]] = _said(found[place], public=public)
        return {
            owner: with_change(Origin(owner, True, *told[alike[place]]), changes.get(owner), public=public)
            for owner, place in newest.items()
        }

    def _keys(self, *keys: int) -> QuerySet:
        return self.of(*keys).order_by().values_list("owner", "pk")


def _said(record: Any, *, public: bool) -> tuple[OriginKind, str, Source | None, None, str]:
    """What a record rests on: the kind, its basis, its source, no claim, and who reported it."""
    kind = KINDS.get(Basis(record.basis), OriginKind.REPORTED)
    person = getattr(record, "submitted_by", None)
    said_by = person.display_name if person is not None and not public else ""
    return kind, record.basis, record.source, None, said_by
