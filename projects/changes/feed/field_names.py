"""Field names of the API: columns that its lists show under another name, or written otherwise than they are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from projects.changes.differences import ComparedPart, Difference
from projects.models import MonthlyReport, Note, Proposal, Rating, Round, Target
from projects.periods import Month


@dataclass(frozen=True)
class Spelling:
    """What lists call a column, and how they write its value, which may need the year of the record's programme."""

    name: str
    written: Callable[[Any, int | None], Any] = lambda value, year: value
    needs_year: bool = False


def _month(value: int, year: int | None) -> str | None:
    return str(Month(year, value)) if year else None


def _proposed(value: Any, _year: int | None) -> Any:
    names = {"year": "programme"}
    return [{names.get(name, name): part for name, part in each.items()} for each in value]


_OF_MONTH = {"month": Spelling("month", _month, needs_year=True)}
_SPELLINGS: Mapping[type[Model], Mapping[str, Spelling]] = {
    MonthlyReport: _OF_MONTH,
    Round: _OF_MONTH | {"punctual_until": Spelling("last_punctual")},
    Rating: _OF_MONTH,
    Note: _OF_MONTH,
    Target: {"through_month": Spelling("through", _month, needs_year=True)},
    Proposal: {"fields": Spelling("changes", _proposed)},
}


def spelling_of(model: type[Model], part: ComparedPart) -> Spelling:
    """How lists spell a part of a record; as it is stored unless the table says otherwise."""
    return _SPELLINGS.get(model, {}).get(part.name) or Spelling(part.name)


def moved_with_the_year(
    model: type[Model], parts: tuple[ComparedPart, ...], found: list[Difference]
) -> list[ComparedPart]:
    """Parts that read otherwise although they are stored as before: the months of a record that went to another year."""
    if not {"programme", "entry"} & {each.part.name for each in found}:
        return []
    told = {each.part.name for each in found}
    return [part for part in parts if spelling_of(model, part).needs_year and part.name not in told]
