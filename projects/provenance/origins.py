"""Origins of figures: where each record's share comes from, in one question for any number of projects.

What a value rests on is, in this order: the claim that was adopted for it, who reported it, the publication that the
record stands in, and the basis of the record. Who changed it last, when and by which revision is read from the history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, QuerySet, prefetch_related_objects
from django.utils import timezone

from projects.access import access_of
from projects.choices import Basis, Measure, OriginKind
from projects.database.prepared_records import records_of
from projects.models import Claim, Entry, Programme, Project, Source
from projects.models.attribution import in_words, reporter_of
from projects.totals.figures import HEADLINE_FIGURES, Records

from .citations import entered_columns, entered_values
from .last_changes import LastChange, last_changes

CLAIMED = (*Project.attributed,)
_COLUMNS = {each.name: each.read_column for each in HEADLINE_FIGURES if each.read_column}
_READ = [each.name for each in HEADLINE_FIGURES if each.records == Records.PROJECTS and each.read_column]
OF_PROJECT = (*dict.fromkeys((*CLAIMED, *_READ)),)
OF_ENTRY = (*(each.name for each in HEADLINE_FIGURES if each.records == Records.ENTRIES), Measure.PROJECT_COUNT.value)
FIGURES = (*OF_PROJECT, *OF_ENTRY)  # those that `origins` can tell of; sums of reports are told by the reports


@dataclass(frozen=True)
class Origin:
    """What one record's value rests on, and who set it last.

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
        """The day of knowledge, where it is not that of recording."""
        recorded = timezone.localtime(self.changed_at).date() if self.changed_at else None
        return None if self.known_on == recorded else self.known_on


def origins(
    projects: Iterable[Project], figure: str, *, user: Any, programme: Programme | None = None, until: int | None = None
) -> dict[int, Origin]:
    """What each project's value of a figure rests on, by the key of the project; four queries for any number of them.

    `figure` is one of `FIGURES`. Those of `OF_ENTRY` are about a place on the list of `programme`; projects that are not
    on it are left out. `until` is a revision: later changes are not looked at when it is told who changed a value last.
    The projects must be ones that the user may see.
    """
    by_key = {project.pk: project for project in projects}
    if figure in OF_ENTRY:
        if programme is None:
            raise ValueError(f"{figure} is a figure of a programme's list")
        found = _of_entries(by_key, figure, programme)
        keys = {key: entry.pk for key, (entry, _origin) in found.items()}
        told = {key: origin for key, (_entry, origin) in found.items()}
        changes = _changes(Entry, figure, keys.values(), until)
    else:
        prefetch_related_objects(list(by_key.values()), "source")
        told = {key: _of_project(project, figure) for key, project in by_key.items()}
        if figure in CLAIMED:
            told |= _of_claims(told, figure)
        keys = {key: key for key in by_key}
        changes = _changes(Project, figure, keys.values(), until)
    entered = entered_figures(figure, list(keys.values()), until=until)
    told = {key: _without_source(origin) if keys[key] in entered else origin for key, origin in told.items()}
    public = access_of(user).public
    return {key: with_change(origin, changes.get(keys[key]), public=public) for key, origin in told.items()}


def entered_figures(figure: str, keys: Collection[int] | None, *, until: int | None = None) -> Collection[int]:
    """Return the keys of the records whose value of a figure somebody has entered and their source does not say.

    `keys` are of projects, or of entries for a figure of a list; None: of all.
    """
    model: Any = Entry if figure in OF_ENTRY else Project
    columns = [name for name in columns_read(model, figure) if name in entered_columns(model)]
    return entered_values(model, columns, keys, until=until).keys() if columns else ()


def _without_source(origin: Origin) -> Origin:
    """Return the same of a value that somebody has entered, which the source of its record does not say."""
    if origin.kind != OriginKind.SOURCE:
        return replace(origin, source=None)
    return replace(origin, kind=OriginKind.REPORTED, basis=Basis.REPORTED.value, source=None)


def _of_project(project: Project, figure: str) -> Origin:
    value = project.figure(figure) if figure in CLAIMED else getattr(project, _COLUMNS[figure])
    reported_by = getattr(project, reporter_of(figure)) if figure in CLAIMED else ""
    return _origin(project.pk, value, project, reported_by)


def _of_entries(by_key: dict[int, Project], figure: str, programme: Programme) -> dict[int, tuple[Entry, Origin]]:

    def listed(*keys: int) -> QuerySet:
        return Entry.objects.filter(programme=programme, project__in=keys).select_related("source").order_by()

    entries = records_of(("listed", programme.pk), listed, list(by_key))
    return {entry.project_id: (entry, _of_entry(entry, figure)) for entry in entries}


def _of_entry(entry: Entry, figure: str) -> Origin:
    if figure == Measure.PROJECT_COUNT:
        return _origin(entry.project_id, True, entry, "")
    column = _COLUMNS[figure]
    return _origin(entry.project_id, getattr(entry, column), entry, getattr(entry, reporter_of(column), ""))


def _origin(project: int, value: Any, record: Project | Entry, reported_by: str) -> Origin:
    """What a value rests on if no claim is adopted for it."""
    if value is None:
        return Origin(project, None, None, record.basis)
    basis = Basis(record.basis)
    if reported_by and basis == Basis.PUBLISHED:
        basis = Basis.REPORTED  # the record stands in a publication, and this figure of it does not
    kind = {Basis.PUBLISHED: OriginKind.SOURCE, Basis.ILLUSTRATIVE: OriginKind.ILLUSTRATIVE}.get(
        basis, OriginKind.REPORTED
    )
    source = None if reported_by else record.source
    return Origin(project, value, kind, basis.value, source=source, reported_by=in_words(reported_by))


def _of_claims(told: dict[int, Origin], figure: str) -> dict[int, Origin]:
    def adopted(*keys: int) -> QuerySet:
        return Claim.objects.filter(figure=figure, adopted=True, project__in=keys).select_related("source")

    found = records_of(("adopted", figure), adopted, list(told))
    return {
        claim.project_id: replace(told[claim.project_id], kind=OriginKind.CLAIM, source=claim.source, claim=claim)
        for claim in found
    }


def columns_read(model: type[Project | Entry], figure: str) -> tuple[str, ...]:
    """The columns of a record that say a figure, and from where."""
    if model is Project:
        if figure not in CLAIMED:
            return (_COLUMNS[figure],)
        dated = (f"{figure}_precision",) if figure in ("start", "finish") else ()
        return (figure, *dated, reporter_of(figure))
    if figure == Measure.PROJECT_COUNT:
        return ("joined", "left")
    reporter = (reporter_of(_COLUMNS[figure]),) if _COLUMNS[figure] in Entry.attributed else ()
    return (_COLUMNS[figure], *reporter, "source_id")


def _changes(
    model: type[Project | Entry], figure: str, keys: Iterable[int], until: int | None
) -> dict[int, LastChange]:
    """The last change of a figure of each of these records, by their keys."""

    def rows(*keys: int) -> QuerySet:
        return model._default_manager.filter(pk__in=keys).order_by().values_list(F("pk"), "pk")

    return last_changes(model, rows, columns_read(model, figure), list(keys), until)


def with_change(origin: Origin, change: LastChange | None, *, public: bool) -> Origin:
    """The same with who set it last and when; the public is told no person."""
    if public:
        origin = replace(origin, reported_by="")
    if change is None:
        return origin
    by = "" if public else change.by
    return replace(origin, changed_at=change.at, changed_by=by, revision=change.number, known_on=change.known_on)
