"""The stored records that a load looks up, each kind read once and found by what identifies it in a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from projects.models import Claim, Entry, MonthlyReport, Project, Target

Key = tuple[Any, ...]


def _natural(record: Any) -> list[Key]:
    return [record.natural_key()]


def _of_target(target: Target) -> list[Key]:
    source = target.source.natural_key()
    return [(target.programme.year, target.measure, target.kind, target.through_month, source)]


def _of_claim(claim: Claim) -> list[Key]:
    """A claim is found by its scope in either language."""
    start = (claim.project.code, claim.figure, claim.through_month, claim.year, claim.source.natural_key())
    return [(*start, scope) for scope in {claim.scope_zh, claim.scope_en} - {""} or {""}]


_KEYS: dict[type[Model], Callable[[Any], list[Key]]] = {Target: _of_target, Claim: _of_claim}
_RELATED: dict[type[Model], tuple[str, ...]] = {
    Target: ("programme", "source"),
    Claim: ("project", "source"),
    Entry: ("project", "programme"),
    MonthlyReport: ("entry__project", "entry__programme"),
}


class Shelf:
    """Finds records without asking the database again for each line."""

    def __init__(self) -> None:
        self._kept: dict[type[Model], dict[Key, Any]] = {}
        self._adopted: set[tuple[int, str]] | None = None

    def find(self, model: type[Model], *key: Any) -> Any:
        """The record of this key, or None."""
        return self._of(model).get(key)

    def put(self, record: Any) -> None:
        """Remember a record that was just stored."""
        kept = self._of(type(record))
        for key in _keys(record):
            kept[key] = record

    def adopts(self, project: Project, figure: str) -> bool:
        """Whether a claim about this figure of the project is adopted already; if not, it is so from now on."""
        if self._adopted is None:
            self._adopted = set(Claim.objects.filter(adopted=True).values_list("project_id", "figure"))
        pair = (project.pk, figure)
        if pair in self._adopted:
            return True
        self._adopted.add(pair)
        return False

    def _of(self, model: type[Model]) -> dict[Key, Any]:
        if model not in self._kept:
            kept: dict[Key, Any] = {}
            for record in model._default_manager.select_related(*_RELATED.get(model, ())).order_by("pk"):
                for key in _keys(record):
                    kept.setdefault(key, record)
            self._kept[model] = kept
        return self._kept[model]


def _keys(record: Any) -> list[Key]:
    return _KEYS.get(type(record), _natural)(record)
