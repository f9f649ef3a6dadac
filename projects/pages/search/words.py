"""Search terms: each has to stand somewhere in what is found, in any letter case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Self

from django.db.models import Q

from projects.totals.filter_types import stands_in


@dataclass(frozen=True)
class SearchTerms:
    text: str
    parts: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        text = text.strip()
        return cls(text, tuple(text.split()))

    def __bool__(self) -> bool:
        return bool(self.parts)

    def condition(self, *columns: str) -> Q:
        """Rows in which each word stands in at least one of these columns, as `SearchFilter` finds projects."""
        return reduce(and_, (stands_in(part, columns) for part in self.parts), Q())

    def are_in(self, texts: Iterable[str]) -> bool:
        """The same of texts at hand."""
        together: Sequence[str] = [text.casefold() for text in texts]
        return all(any(part.casefold() in text for text in together) for part in self.parts)
