"""Origins of figures: what the part of each record of a figure is based on, who reported it, and who changed it last.

A value of the register is based on, in this order: the claim that was adopted for it, its reporter, the publication that
states the record, and the basis of the record. A publication states the values that a record had when its source, or its
basis, was set, and those that a load wrote, whose lines name theirs. What a person changed later by hand it does not state.
The parts of figures that sum monthly reports are based on the newest report, those of problems on the newest problem.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F, QuerySet, prefetch_related_objects
from django.utils import timezone

from projects.access import get_access
from projects.choices import Basis, Measure, OriginKind
from projects.history.as_of import override_as_of
from projects.history.revisions import BY_HAND
from projects.models import Claim, Entry, MonthlyReport, Problem, Programme, Project, Revision, Source
from projects.models.attribution import in_words, reporter_of
from projects.models.base import own_fields
from projects.totals.figures import FIGURES as ALL_FIGURES
from projects.totals.figures import HEADLINE_FIGURES, Records
from projects.totals.scope import Scope

CLAIMED = (*Project.attributed,)
_COLUMNS = {figure.name: figure.read_column for figure in HEADLINE_FIGURES if figure.read_column}
_READ = [figure.name for figure in HEADLINE_FIGURES if figure.records == Records.PROJECTS and figure.read_column]
OF_PROJECT = (*dict.fromkeys((*CLAIMED, *_READ)),)
OF_ENTRY = (*(each.name for each in HEADLINE_FIGURES if each.records == Records.ENTRIES), Measure.PROJECT_COUNT.value)
FIGURES = (*OF_PROJECT, *OF_ENTRY)  # figures of the register itself; others sum reports or count problems
_OF_ROUND = {Measure.REPORTS_IN, Measure.REPORTS_APPROVED, Measure.REPORTS_LATE, Measure.REPORTS_MISSING}
_OF_PROBLEMS = {Measure.PROBLEMS_RAISED, Measure.PROBLEMS_CLOSED}
_BASED_ON: dict[str, str] = {  # figures that follow from another one
    Measure.AT_FLOOR_COUNT: Measure.TOTAL_INVESTMENT.value,
    Measure.OUTPUT_VALUE: Measure.EXPECTED_REVENUE.value,
    Measure.CONTINUING_COUNT: Measure.PROJECT_COUNT.value,
}
# columns that state a figure in a report and in a problem
_OF_REPORT = ("state", "disbursed", "stage", "started_on", "enterprises_attracted", "forecast")
_OF_PROBLEM = ("state", "raised_on", "solved_on")
_KINDS = {Basis.PUBLISHED: OriginKind.SOURCE, Basis.ILLUSTRATIVE: OriginKind.ILLUSTRATIVE}
_NOT_ENTERED = {"basis", "source", "note_zh", "note_en"}


@dataclass(frozen=True)
class LastChange:
    """A revision: its number, when it was recorded, the day its facts became known, and the user's name."""

    number: int
    at: dt.datetime
    known_on: dt.date
    by: str


@dataclass(frozen=True)
class Origin:
    """What one record's value is based on, and who set it last.

    `value` is whole CNY, a date as text, a word of a closed list, or True for being on a list; None is not known, and
    `kind` is then None as well. `reported_by` and `changed_by` name persons: they are empty for the public.
    """

    project: int
    value: int | str | bool | None
    kind: OriginKind | None
    basis: str
    source: Source | None = None
    claim: Claim | None = None
    reported_by: str = ""
    changed_at: dt.datetime | None = None
    changed_by: str = ""
    revision: int | None = None
    known_on: dt.date | None = None  # the day on which that change became known

    @property
    def url(self) -> str:
        return self.source.url if self.source else ""

    @property
    def known_before(self) -> dt.date | None:
        """Return the day of knowledge, where it is not that of recording."""
        recorded = timezone.localtime(self.changed_at).date() if self.changed_at else None
        return None if self.known_on == recorded else self.known_on

    @property
    def order(self) -> tuple[int, str]:
        """Return the place in an order by origin: by publisher, then by reporter, then what names neither."""
        if self.source is not None:
            return 0, self.source.publisher
        return (1, self.reported_by) if self.reported_by else (2, str(self.kind.label) if self.kind else "")


def evidence(scope: Scope, figure: str, codes: Iterable[str] | None = None) -> dict[str, Origin]:
    """Return the origin of each project's part of a figure, by code; at most eight queries for any number of them.

    `codes` None: of all that the user may see.
    """
    figure = _BASED_ON.get(figure, figure)
    with override_as_of(scope.as_of):
        projects = Project.objects.visible_to(scope.user).order_by()
        projects = projects if codes is None else projects.filter(code__in=codes)
        projects = projects.select_related("source") if figure in FIGURES else projects.only("code")
        by_key = {project.pk: project for project in projects}
        if not by_key:  # nor, perhaps, a programme: before the first one was entered
            return {}
        found = _origins(scope, figure, by_key)
    return {by_key[key].code: origin for key, origin in found.items()}


def _origins(scope: Scope, figure: str, projects: Mapping[int, Project]) -> dict[int, Origin]:
    until = scope.as_of.revision if scope.as_of else None
    if figure in FIGURES:
        return origins(projects.values(), figure, user=scope.user, programme=scope.programme, until=until)
    if figure in _OF_PROBLEMS:
        problems = Problem.objects.filter(project__in=list(projects)).order_by("raised_on", "pk")
        return _origins_of_newest(problems, "project", _OF_PROBLEM, scope, until)
    reports = get_reports(scope, figure).filter(entry__project__in=list(projects)).order_by("month")
    found = _origins_of_newest(reports, "entry__project", _OF_REPORT, scope, until)
    if scope.programme is None or len(found) == len(projects):
        return found
    # what counts without a report, such as one that is missing, is based on the entry on the list
    without = [project for key, project in projects.items() if key not in found]
    listed = Measure.PROJECT_COUNT.value
    return found | origins(without, listed, user=scope.user, programme=scope.programme, until=until)


def get_reports(scope: Scope, figure: str) -> Any:
    """Return the reports that a figure sums or counts."""
    if ALL_FIGURES[figure].by_month or ALL_FIGURES[figure].ratio:
        return scope.span.reports()
    if figure in _OF_ROUND:
        visible = MonthlyReport.objects.visible_to(scope.user)
        return visible.filter(entry__programme=scope.programme, month=scope.last_month)
    return scope.span.to_date()


def _origins_of_newest(
    records: QuerySet, owner: str, columns: Sequence[str], scope: Scope, until: int | None
) -> dict[int, Origin]:
    """Return the origin of the last record of each project, with the last change of `columns` in any of its records.

    `owner` is the path from a record to its project. Five queries.
    """
    person = F("submitted_by_id") if records.model is MonthlyReport else F("source_id")
    rows = list(records.values_list("pk", owner, "basis", "source_id", person))
    newest = {project: (basis, source, person) for _key, project, basis, source, person in rows}
    changes = _last_changes(records, {key: project for key, project, *_more in rows}, columns, until)
    public = get_access(scope.user).public
    sources = Source.objects.in_bulk({source for _basis, source, _person in newest.values() if source})
    persons: dict[int, Any] = {}
    if records.model is MonthlyReport and not public:
        persons = get_user_model().objects.in_bulk({person for *_basis, person in newest.values() if person})
    found = {}
    for project, (basis, source, person) in newest.items():
        kind, by = _KINDS.get(Basis(basis), OriginKind.REPORTED), persons.get(person)
        origin = Origin(project, True, kind, basis, sources.get(source), reported_by=by.display_name if by else "")
        found[project] = _with_change(origin, changes.get(project), public=public)
    return found


def origins(
    projects: Iterable[Project], figure: str, *, user: Any, programme: Programme | None = None, until: int | None = None
) -> dict[int, Origin]:
    """Return the origin of each project's value of a figure, by the key of the project; at most six queries.

    `figure` is one of `FIGURES`. Those of `OF_ENTRY` are about a place on the list of `programme`; projects that are not
    on it are left out. `until` is a revision: later changes are left out. The projects must be visible to the user.
    """
    projects = list(projects)
    model: Any = Entry if figure in OF_ENTRY else Project
    if model is Entry:
        if programme is None:
            raise ValueError(f"{figure} is a figure of a programme's list")
        entries = Entry.objects.filter(programme=programme, project__in=projects).select_related("source").order_by()
        found = {entry.pk: _origin_of_entry(entry, figure) for entry in entries}
    else:
        prefetch_related_objects(projects, "source")
        found = {project.pk: _origin_of_project(project, figure) for project in projects}
        if figure in CLAIMED:
            found |= _origins_of_claims(found, figure)
    columns = _columns_read(model, figure)
    changes = _last_changes(model.objects.filter(pk__in=list(found)), {key: key for key in found}, columns, until)
    may_be_entered = [name for name in columns if name in entered_columns(model)]
    entered = entered_values(model, may_be_entered, list(found), until=until) if may_be_entered else {}
    public = get_access(user).public
    return {
        origin.project: _with_change(
            _without_source(origin) if key in entered else origin, changes.get(key), public=public
        )
        for key, origin in found.items()
    }


def _without_source(origin: Origin) -> Origin:
    """Return the origin of a value that somebody has entered, which the source of its record does not state."""
    if origin.kind != OriginKind.SOURCE:
        return replace(origin, source=None)
    return replace(origin, kind=OriginKind.REPORTED, basis=Basis.REPORTED.value, source=None)


def _origin_of_project(project: Project, figure: str) -> Origin:
    value = project.figure(figure) if figure in CLAIMED else getattr(project, _COLUMNS[figure])
    reported_by = getattr(project, reporter_of(figure)) if figure in CLAIMED else ""
    return _build_origin(project.pk, value, project, reported_by)


def _origin_of_entry(entry: Entry, figure: str) -> Origin:
    if figure == Measure.PROJECT_COUNT:
        return _build_origin(entry.project_id, True, entry, "")
    column = _COLUMNS[figure]
    return _build_origin(entry.project_id, getattr(entry, column), entry, getattr(entry, reporter_of(column), ""))


def _build_origin(project: int, value: Any, record: Project | Entry, reported_by: str) -> Origin:
    """Return what a value is based on if no claim is adopted for it."""
    if value is None:
        return Origin(project, None, None, record.basis)
    basis = Basis(record.basis)
    if reported_by and basis == Basis.PUBLISHED:
        basis = Basis.REPORTED  # a publication states the record, and not this figure of it
    source = None if reported_by else record.source
    kind = _KINDS.get(basis, OriginKind.REPORTED)
    return Origin(project, value, kind, basis.value, source=source, reported_by=in_words(reported_by))


def _origins_of_claims(found: Mapping[int, Origin], figure: str) -> dict[int, Origin]:
    claims = Claim.objects.filter(figure=figure, adopted=True, project__in=list(found)).select_related("source")
    return {
        claim.project_id: replace(found[claim.project_id], kind=OriginKind.CLAIM, source=claim.source, claim=claim)
        for claim in claims
    }


def _columns_read(model: type[Project | Entry], figure: str) -> tuple[str, ...]:
    """Return the columns of a record that state a figure and where it comes from."""
    if model is Project:
        if figure not in CLAIMED:
            return (_COLUMNS[figure],)
        dated = (f"{figure}_precision",) if figure in ("start", "finish") else ()
        return (figure, *dated, reporter_of(figure))
    if figure == Measure.PROJECT_COUNT:
        return ("joined", "left")
    reporter = (reporter_of(_COLUMNS[figure]),) if _COLUMNS[figure] in Entry.attributed else ()
    return (_COLUMNS[figure], *reporter, "source_id")


def _with_change(origin: Origin, change: LastChange | None, *, public: bool) -> Origin:
    """Return the origin with who set it last and when; without persons for the public."""
    if public:
        origin = replace(origin, reported_by="")
    if change is None:
        return origin
    by = "" if public else change.by
    return replace(origin, changed_at=change.at, changed_by=by, revision=change.number, known_on=change.known_on)


def _versions(records: Any, until: int | None, *columns: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield the key of each record with its versions up to revision `until`, oldest first, as rows of `columns`."""
    history = records.model.history.exclude(history_type="-").filter(id__in=records.order_by().values("pk"))
    if until is not None:
        history = history.filter(revision__lte=until)
    rows = history.order_by("id", "history_id").values_list("id", *columns)
    for key, versions in groupby(rows.iterator(), key=itemgetter(0)):
        yield key, [row[1:] for row in versions]


def _last_changes(
    records: QuerySet, owners: Mapping[int, int], columns: Sequence[str], until: int | None
) -> dict[int, LastChange]:
    """Return the last change of `columns` in any record of each owner, by owner; two queries.

    `owners` has the owner of each of the records by its key. Revisions after `until` are left out.
    """
    numbers: dict[int, int] = {}
    for key, versions in _versions(records, until, "revision_id", *columns):
        changed, before = 0, None
        for number, *values in versions:
            if values != before:
                changed, before = number, values
        if owner := owners.get(key):  # none of a record that was added since
            numbers[owner] = max(numbers.get(owner, 0), changed)
    changes = _changes_by_number({*numbers.values()})
    return {owner: changes[number] for owner, number in numbers.items()}


def _changes_by_number(numbers: Collection[int]) -> dict[int, LastChange]:
    revisions = Revision.objects.select_related("user").in_bulk(numbers).values()
    return {each.number: LastChange(each.number, each.created_at, each.day, each.author_name) for each in revisions}


def entered_columns(model: type[Project | Entry]) -> tuple[str, ...]:
    """Return the columns of a record that may be entered without a source."""
    # who changes an attributed figure by hand names its source, or its reporter
    attributed = {*model.attributed, *map(reporter_of, model.attributed)}
    return tuple(field.attname for field in own_fields(model) if field.name not in {*attributed, *_NOT_ENTERED})


def entered_values(
    model: type[Project | Entry], columns: Sequence[str], keys: Collection[int], *, until: int | None = None
) -> dict[int, dict[str, LastChange]]:
    """Return the change that entered each value which the source of its record does not state, by key and column.

    Revisions after `until` are left out. Two queries, whatever the number of records.
    """
    records = model._default_manager.filter(pk__in=keys)
    citing = ("revision_id", "revision__door", "basis", "source_id")
    found = {key: _entered(rows, columns) for key, rows in _versions(records, until, *citing, *columns)}
    changes = _changes_by_number({number for entered in found.values() for number in entered.values()})
    return {
        key: {column: changes[number] for column, number in entered.items()}
        for key, entered in found.items()
        if entered
    }


def _entered(versions: Sequence[Sequence[Any]], columns: Sequence[str]) -> Mapping[str, int]:
    """Return the revision in which each value was entered that none of the versions, oldest first, cites."""
    stated: Sequence[Any] | None = None
    changed: dict[str, int] = {}
    before: Sequence[Any] = ()
    citation: tuple[Any, ...] = ()
    for number, door, basis, source, *values in versions:
        changed |= {
            column: number for index, column in enumerate(columns) if not before or values[index] != before[index]
        }
        if door not in BY_HAND or (source is not None and (basis, source) != citation):
            stated = values
        before, citation = values, (basis, source)
    return {
        column: changed[column]
        for index, column in enumerate(columns)
        if before[index] not in (None, "") and (stated is None or stated[index] != before[index])
    }
