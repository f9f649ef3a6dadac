"""Evidence of a figure, record by record: a published source, who reported it, and who changed it last.

Figures of the register itself are told by `provenance.origins`; those that are made of monthly reports by the newest
report that counts, those of problems by the newest problem.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from projects.access import access_of
from projects.choices import Basis, Measure, OriginKind
from projects.database.prepared_records import records_of
from projects.models import MonthlyReport, Problem, Project
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope
from projects.versioning.as_of import looking_back

from .origins import FIGURES as OF_THE_REGISTER
from .origins import Origin, last_changes, origins, with_change

_OF_ROUND = {Measure.REPORTS_IN, Measure.REPORTS_APPROVED, Measure.REPORTS_LATE, Measure.REPORTS_MISSING}
OF_PROBLEMS = {Measure.PROBLEMS_RAISED, Measure.PROBLEMS_CLOSED}
RESTS_ON = {
    Measure.AT_FLOOR_COUNT: Measure.TOTAL_INVESTMENT.value,
    Measure.OUTPUT_VALUE: Measure.EXPECTED_REVENUE.value,
    Measure.CONTINUING_COUNT: Measure.PROJECT_COUNT.value,
}
SAID = ("state", "disbursed", "stage", "started_on", "enterprises_attracted", "forecast")
OF_A_PROBLEM = ("state", "raised_on", "solved_on")
KINDS = {Basis.PUBLISHED: OriginKind.SOURCE, Basis.ILLUSTRATIVE: OriginKind.ILLUSTRATIVE}


def evidence(scope: Scope, figure: str, codes: Iterable[str]) -> dict[str, Origin]:
    """What the part of each of these projects rests on, by its code; a handful of queries for any number of them."""
    with looking_back(scope.as_of):
        seen = Project.objects.visible_to(scope.user).select_related("source")
        named = records_of(("projects", scope.access), lambda *of: seen.filter(code__in=of), list(codes))
        by_key = {project.pk: project for project in named}
        found = _found(scope, figure, by_key)
    return {by_key[key].code: origin for key, origin in found.items()}


def _found(scope: Scope, figure: str, by_key: Mapping[int, Project]) -> dict[int, Origin]:
    until = scope.as_of.revision if scope.as_of else None
    if not by_key:  # nor, perhaps, a programme: before the first one was entered
        return {}
    figure = RESTS_ON.get(figure, figure)
    if figure in OF_THE_REGISTER:
        return origins(by_key.values(), figure, user=scope.user, programme=scope.programme, until=until)
    if figure in OF_PROBLEMS:
        problems = Problem.objects.filter(project__in=by_key).select_related("source")
        rows = problems.order_by("project", "raised_on", "pk")
        return _newest(rows, OF_A_PROBLEM, lambda problem: problem.project_id, scope=scope, until=until)
    reports = reports_of(scope, figure).filter(entry__project__in=by_key)
    rows = reports.select_related("source", "submitted_by", "entry").order_by("entry", "month")
    found = _newest(rows, SAID, lambda report: report.entry.project_id, scope=scope, until=until)
    if scope.programme is None or len(found) == len(by_key):
        return found
    # what counts without a report, such as one that is missing, rests on the entry on the list
    without = [project for key, project in by_key.items() if key not in found]
    listed = Measure.PROJECT_COUNT.value
    return found | origins(without, listed, user=scope.user, programme=scope.programme, until=until)


def reports_of(scope: Scope, figure: str) -> Any:
    """The reports that a figure is made of or tells of."""
    if FIGURES[figure].by_month or FIGURES[figure].ratio:
        return scope.span.reports()
    if figure in _OF_ROUND:
        seen = MonthlyReport.objects.visible_to(scope.user)
        return seen.filter(entry__programme=scope.programme, month=scope.last_month)
    return scope.span.to_date()


def _newest(
    rows: Iterable[Any], columns: tuple[str, ...], owner: Callable[[Any], int], *, scope: Scope, until: int | None
) -> dict[int, Origin]:
    """From records in their order: the newest of each project, with the last change of any of them."""
    public = access_of(scope.user).public
    newest: dict[int, Any] = {}
    keys: dict[int, int] = {}
    for row in rows:
        newest[owner(row)] = row
        keys[row.pk] = owner(row)
    if not newest:
        return {}
    model = type(next(iter(newest.values())))
    changes = last_changes(model, keys, (columns, lambda row: tuple(getattr(row, name) for name in columns)), until)
    found = {key: _origin(key, row, public=public) for key, row in newest.items()}
    for record, change in sorted(changes.items(), key=lambda pair: pair[1].number):
        found[keys[record]] = with_change(found[keys[record]], change, public=public)
    return found


def _origin(key: int, record: Any, *, public: bool) -> Origin:
    kind = KINDS.get(Basis(record.basis), OriginKind.REPORTED)
    person = getattr(record, "submitted_by", None)
    said_by = person.display_name if person is not None and not public else ""
    return Origin(key, True, kind, record.basis, source=record.source, reported_by=said_by)
