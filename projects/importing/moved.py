"""Moved figures: each headline figure of the programme as it is, and as it would be when an import is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MovedFigure:
    """A headline figure before and after. `Import.effects` is a list of these, as JSON. Amounts are whole CNY.

    `figure` is the name of the figure (a `Measure`), `parameters` the query string that opens it to its present records.
    """

    figure: str
    year: int
    before: int | None
    known_before: int
    of_before: int
    after: int | None
    known_after: int
    of_after: int
    parameters: str = ""
