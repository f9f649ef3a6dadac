"""Record lookup: the stored records that lines are about, by what identifies them in a file.

Reference data are read once; of the rest only what a piece of a file names, so that memory does not grow with the register.
A load is of the system itself, so it looks records up in the whole register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from projects.models import Claim, Enterprise, Entry, MonthlyReport, Programme, Project, Source, Target

from .opening import CsvRow

Key = tuple[Any, ...]


def _of_target(target: Target) -> list[Key]:
    source = target.source.natural_key()
    return [(target.programme.year, target.measure, target.kind, target.through_month, source)]


def _of_claim(claim: Claim) -> list[Key]:
    """A claim is found by its scope in either language."""
    start = (claim.project.code, claim.figure, claim.through_month, claim.year, claim.source.natural_key())
    return [(*start, scope) for scope in {claim.scope_zh, claim.scope_en} - {""} or {""}]


_KEYS: dict[type[Model], Callable[[Any], list[Key]]] = {Target: _of_target, Claim: _of_claim}
_RELATED: dict[type[Model], tuple[str, ...]] = {Target: ("programme", "source"), Claim: ("source",)}
# what lines name by themselves, and what belongs to records that were found so
_NAMED = {Source: ("url", "source_url"), Enterprise: ("name_zh", "enterprise_zh"), Project: ("code", "code")}
_OF: dict[type[Model], tuple[str, type[Model]]] = {
    Entry: ("project", Project),
    Claim: ("project", Project),
    MonthlyReport: ("entry", Entry),
}


class RecordLookup:
    """Finds records without asking the database again for each line."""

    def __init__(self) -> None:
        self._records: dict[type[Model], dict[Key, Any]] = {}
        self._adopted: set[tuple[int, str]] | None = None
        self._national: dict[str, str] | None = None

    def look_up(self, kinds: Iterable[type[Model]], lines: Sequence[CsvRow], year: int | None) -> None:
        """Have at hand what these lines may be about, and of these kinds nothing else. `year` is the programme's."""
        for kind in kinds:
            if kind in _NAMED:
                name, column = _NAMED[kind]
                said = {line[column] for line in lines} - {None}
                self._remember(
                    kind, _stored_regardless_of_permission(kind).filter(**{f"{name}__in": said}) if said else ()
                )
            else:
                self._look_up_parts(kind, year)

    def _look_up_parts(self, kind: type[Model], year: int | None) -> None:
        name, owner = _OF[kind]
        owners = {record.pk: record for record in self._records[owner].values()}
        records = _stored_regardless_of_permission(kind).filter(**{f"{name}__in": list(owners)}) if owners else ()
        if kind is Entry and owners:
            records = records.filter(programme__year=year)
        found = []
        for record in records:
            setattr(
                record, name, owners[getattr(record, f"{name}_id")]
            )  # not one of its own, which would be a stranger
            if kind is Entry:
                record.programme = self.find(Programme, year)
            found.append(record)
        self._remember(kind, found)

    def _remember(self, kind: type[Model], records: Iterable[Any]) -> None:
        known: dict[Key, Any] = {}
        for record in records:
            for key in _keys(record):
                known.setdefault(key, record)
        self._records[kind] = known

    def find(self, model: type[Model], *key: Any) -> Any:
        """The record of this key, or None."""
        if model not in self._records:
            self._remember(model, _stored_regardless_of_permission(model))
        return self._records[model].get(key)

    def put(self, record: Any) -> None:
        """Remember a record that was just stored."""
        known = self._records[type(record)]
        for key in _keys(record):
            known[key] = record

    def has_national_code(self, code: str, national_code: str) -> bool:
        """Whether the project of this code may say that it has a national code, which no other has; from now on it does."""
        if self._national is None:
            stored = Project.objects.regardless_of_permission().exclude(national_code=None)
            self._national = dict(stored.values_list("national_code", "code"))
        return self._national.setdefault(national_code, code) == code

    def adopts(self, project: Project, figure: str) -> bool:
        """Whether a claim about this figure of the project is adopted already; if not, it is so from now on."""
        if self._adopted is None:
            adopted = Claim.objects.regardless_of_permission().filter(adopted=True)
            self._adopted = set(adopted.values_list("project_id", "figure"))
        pair = (project.pk, figure)
        if pair in self._adopted:
            return True
        self._adopted.add(pair)
        return False


def _stored_regardless_of_permission(model: type[Model]) -> QuerySet:
    return model._default_manager.select_related(*_RELATED.get(model, ())).order_by("pk")


def _keys(record: Any) -> list[Key]:
    keys = _KEYS.get(type(record))
    return keys(record) if keys else [record.natural_key()]
