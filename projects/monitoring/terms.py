"""Terms of SQL that rules are asked with: a rule that is written for whole numbers says of columns what it says of numbers.

Both databases reckon with whole numbers exactly. What a rule says is joined by `&` and `|`, which numbers' truths know too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A column, or what is reckoned from columns."""

    text: str

    def __add__(self, other: Term | int) -> Term:
        return self._with("+", other)

    def __sub__(self, other: Term | int) -> Term:
        return self._with("-", other)

    def __mul__(self, other: Term | int) -> Term:
        return self._with("*", other)

    def __lt__(self, other: Term | int) -> Term:
        return self._with("<", other)

    def __gt__(self, other: Term | int) -> Term:
        return self._with(">", other)

    def __ge__(self, other: Term | int) -> Term:
        return self._with(">=", other)

    def __and__(self, other: Term) -> Term:
        return self._with("AND", other)

    def _with(self, sign: str, other: Term | int) -> Term:
        return Term(f"({self.text} {sign} {other.text if isinstance(other, Term) else int(other)})")
