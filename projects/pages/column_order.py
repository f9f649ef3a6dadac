"""Order of a table's few lines by one of its columns: what has no value last, those that are alike as they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from projects.choices import Measure
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


def value_of(measure: Measure, *, row: str = "row") -> Value:
    """The value of a figure of a line's row; none where the line has no such row."""
    return lambda line: getattr(line, row).figures[measure].value if getattr(line, row) else None


def known_of(measure: Measure, *, row: str = "row") -> Value:
    """Of how large a part of a line's records a figure is known; none where the line has no such row."""

    def share(line: Any) -> Fraction | None:
        figure = getattr(line, row).figures[measure] if getattr(line, row) else None
        return Fraction(figure.known, figure.of) if figure and figure.of else None

    return share
