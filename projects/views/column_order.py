"""Order of a table's few lines by one of its columns: what has no value last, those that are alike as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from projects.pagination import both_ways

Line = TypeVar("Line")
Value = Callable[[Any], Any]  # of a line; None where it has none


def orders(columns: Mapping[str, Value], *, usual: str) -> tuple[str, ...]:
    """What can be asked for: each column, with '-' downwards; the usual order first."""
    return (usual, *(each for each in both_ways(columns) if each != usual))


def ordered(lines: Sequence[Line], order: str, columns: Mapping[str, Value]) -> list[Line]:
    value = columns[order.removeprefix("-")]
    known = sorted((each for each in lines if value(each) is not None), key=value, reverse=order.startswith("-"))
    return [*known, *(each for each in lines if value(each) is None)]
