"""Three-way merge of a form: the lines in which its versions differ, what was chosen in them, what is still at stake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .conflict_rows import CHOICE, THEIR, ConflictRow


@dataclass(frozen=True)
class Choices:
    """What a form carries once a conflict was shown: by line the chosen side, and a mark of the other's value."""

    sides: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any], prefix: str = "") -> Choices:
        return cls(_named(data, prefix + CHOICE), _named(data, prefix + THEIR))


@dataclass
class Merge:
    """A form as it was opened, as it was typed and as it is stored now."""

    lines: list[ConflictRow]

    def choose(self, choices: Choices, *, newest: bool) -> None:
        """Take what was chosen. Unless it was chosen from the `newest` version, only where that has the same value."""
        for line in self.lines:
            line.choose(choices.sides, None if newest else choices.marks)

    @property
    def by_them(self) -> bool:
        return any(line.three.by_them for line in self.lines)

    @property
    def open(self) -> list[ConflictRow]:
        return [line for line in self.lines if line.open]

    @property
    def collisions(self) -> int:
        """In how many lines both changed something, to different values."""
        return len([line for line in self.lines if line.three.collides])


def _named(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): data[name] for name in data if name.startswith(prefix)}
