"""Choices: what was answered where a check asks: which project a row means, its sector, whose value holds in a conflict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NEW_PROJECT = "new"
_MOST, _LONGEST = 20_000, 100
NOT_CHOICES = _("Answers name rows by their number, and cells by their address, each with what is selected.")


class Holds(TextChoices):
    """Whose value of a cell in conflict holds."""

    REGISTER = "register", pgettext_lazy("workbook", "keep the register’s")
    FILE = "file", pgettext_lazy("workbook", "take the file’s")


@dataclass(frozen=True)
class Choices:
    """`projects` (a code, or `new`) and `sectors` (a code) by the number of a row, counted from 1; whose value holds (a
    `Holds`): by the address of a cell in `cells`, of all others `conflicts`.
    """

    projects: Mapping[str, str] = field(default_factory=dict)
    sectors: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    conflicts: str = Holds.REGISTER.value

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, said: Any) -> Choices:
        """What a caller says. Raises `ValidationError` for what are no choices."""
        named = {"projects", "sectors", "cells"}
        if not isinstance(said, dict) or set(said) - named - {"conflicts"}:
            raise ValidationError(NOT_CHOICES, code="choices")
        maps = {name: said.get(name, {}) for name in named}
        if not all(map(_is_map, maps.values())):
            raise ValidationError(NOT_CHOICES, code="choices")
        held = [*maps["cells"].values(), said.get("conflicts", Holds.REGISTER)]
        if any(each not in Holds.values for each in held):
            raise ValidationError(NOT_CHOICES, code="choices")
        return cls(**maps, conflicts=str(held[-1]))

    def with_more(self, other: Choices, *, for_all: bool) -> Choices:
        """These and then the others; where those are for all conflicts, no cell is excepted that they do not name."""
        return Choices(
            projects={**self.projects, **other.projects},
            sectors={**self.sectors, **other.sectors},
            cells=other.cells if for_all else {**self.cells, **other.cells},
            conflicts=other.conflicts if for_all else self.conflicts,
        )

    def takes_file(self, address: str) -> bool:
        return self.cells.get(address, self.conflicts) == Holds.FILE


def _is_map(said: Any) -> bool:
    return (
        isinstance(said, dict)
        and len(said) <= _MOST
        and all(isinstance(each, str) and 0 < len(each) <= _LONGEST for pair in said.items() for each in pair)
    )
