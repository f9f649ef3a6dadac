"""Question to the rollup: which of its sums one is answered from, and the statements that read them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db.models import Q, QuerySet, Value

from projects.access import Access
from projects.database.open_values import with_open_values
from projects.database.prepared_statements import Prepared
from projects.models import Cell
from projects.models.rollups import ALL, CHANGES, NO

from .dimensions import NONE
from .scope import Scope

FILTERS = ("sector", "prefecture", "basis")
_OPEN = ("sector", "prefecture")


@dataclass(frozen=True)
class CellQuestion:
    """What cells follow from; instead of months and keys of records it may hold what stands for them."""

    programme: int
    on_list: bool
    access: Access
    since_january: bool
    last: Any
    list_month: Any  # counted as a cell counts it; None: there is no list
    chosen: dict[str, list[Any]]

    @classmethod
    def of(cls, scope: Scope) -> Self:
        programme, month = scope.programme.pk if scope.programme else ALL, scope.span.list_month
        return cls(
            programme=programme,
            on_list=scope.on_list,
            access=scope.access,
            since_january=scope.first_month <= 1,
            last=scope.last_month,
            list_month=month.serial if month else None,
            chosen=_chosen(scope),
        )

    @property
    def kind(self) -> Hashable:
        """All that it follows from."""
        chosen = tuple((name, tuple(each)) for name, each in self.chosen.items())
        return (*self._closed, self.last, self.list_month, chosen)

    @property
    def _closed(self) -> tuple[Hashable, ...]:
        return self.programme, self.on_list, self.access, self.since_january

    def statement(self, name: Hashable, build: Callable[[CellQuestion], QuerySet]) -> Prepared:
        """The statement `name` of this question: one is made for all that differ in months, sectors and prefectures."""
        months = [self.last] if self.list_month is None else [self.last, self.list_month]
        keys = [key for name in _OPEN for key in self.chosen.get(name, ())]
        chosen = tuple((name, len(each) if name in _OPEN else tuple(each)) for name, each in self.chosen.items())
        return with_open_values(
            (name, *self._closed, len(months), chosen), [*months, *keys], lambda given: build(self._with(given))
        )

    def _with(self, values: list[Any]) -> CellQuestion:
        # as expressions: a month is a small number, and nothing is found of one that is too large for its column
        given = iter(values)
        last = Value(next(given))
        list_month = None if self.list_month is None else Value(next(given))
        keys = {name: [next(given) for _key in self.chosen[name]] for name in _OPEN if name in self.chosen}
        return replace(self, last=last, list_month=list_month, chosen=self.chosen | keys)

    @property
    def months(self) -> Q:
        """The months whose reports are asked about."""
        return Q(month__gte=1 if self.since_january else self.last, month__lte=self.last)

    @property
    def of_list(self) -> Q:
        """The cells of the list in the last month: who was on it from the start, and who joined and left up to then."""
        start = Q(month=0)
        return start if self.list_month is None else start | Q(month__gte=CHANGES, month__lte=self.list_month)

    def cells(self, *, by: str | None) -> QuerySet:
        """The cells that a dimension is read from: no two of them count the same record."""
        programmes = {self.programme} if self.on_list else {self.programme, ALL}
        return cells_of(programmes, self.access, self.chosen, by=by)


def cells_of(programmes: Collection[int], access: Access, chosen: dict[str, list[Any]], *, by: str | None) -> QuerySet:
    """The cells of programmes, of what somebody reads and has chosen of it, each of its records in one of them."""
    rows = Cell.objects.filter(programme__in=programmes)
    rows = rows.exclude(chain_link=ALL) if by == "chain_link" else rows.filter(chain_link=ALL)
    if "prefecture" in chosen:
        rows = rows.filter(prefecture__in=chosen["prefecture"])
    elif access.reads_all:
        rows = rows.exclude(prefecture=ALL) if by == "prefecture" else rows.filter(prefecture=ALL)
    if not access.reads_all:
        rows = rows.filter(prefecture__in=access.reads_in)
    for name in ("sector", "basis"):
        if name in chosen:
            rows = rows.filter(**{f"{name}__in": chosen[name]})
    return rows


def records_of(access: Access, chosen: dict[str, list[Any]], path: str) -> Q:
    """The condition for records of the same projects; `path` leads to the project."""
    condition = access.rows(f"{path}prefecture")
    for name, keys in chosen.items():
        unknown = Q(**{f"{path}{name}__isnull": True}) if NO in keys else Q()
        condition &= Q(**{f"{path}{name}__in": [key for key in keys if key != NO]}) | unknown
    return condition


def is_kept(scope: Scope) -> bool:
    """Whether the database keeps sums of exactly the records of a question."""
    return (
        scope.as_of is None
        and scope.within is None
        and (scope.programme is not None or not scope.on_list)
        and scope.first_month in (1, scope.last_month)
        and all(name in FILTERS or name == "ordering" for name, _value in scope.filters)
    )


def _chosen(scope: Scope) -> dict[str, list[Any]]:
    """What the filters name, as cells name it. A condition that named nothing leaves nothing."""
    if scope.values is None:
        return {"basis": []}
    chosen = {name: scope.chosen(name) for name in FILTERS if scope.chosen(name)}
    return {
        name: [NO if value == NONE else getattr(value, "pk", value) for value in each] for name, each in chosen.items()
    }
