"""Rows of a conflict, as every door shows them: a field, or a whole row, with what each side made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .three_way import Side, Three

CHOICE, THEIR = "_choice-", "_their-"  # before the key of a line: what was chosen, and from which other value


@dataclass
class ConflictRow:
    """Something that differs. `options` are what each side has, as text; a line of one option leaves no choice."""

    key: str
    label: str
    three: Three
    options: dict[Side, Any]
    group: str = ""
    chosen: Side | None = None
    prefix: str = ""  # before the names in the form
    effects: dict[Side, str] = field(default_factory=dict)  # what each side would do to totals, in words

    @property
    def radio(self) -> str:
        return f"{self.prefix}{CHOICE}{self.key}"

    @property
    def their(self) -> str:
        return f"{self.prefix}{THEIR}{self.key}"

    @property
    def is_choice(self) -> bool:
        return len(self.options) > 1

    @property
    def has_base(self) -> bool:
        return Side.BASE in self.options

    @property
    def has_mine(self) -> bool:
        return Side.MINE in self.options

    @property
    def has_theirs(self) -> bool:
        return Side.THEIRS in self.options

    @property
    def by(self) -> str:
        if self.three.collides:
            return _("changed by both")
        return _("changed by you only") if self.three.by_me else _("changed by them only")

    @property
    def open(self) -> bool:
        """Whether somebody has to choose and has not."""
        return self.three.collides and self.chosen is None

    @property
    def their_mark(self) -> str:
        """Tells whether the other's value is still the one that was chosen from."""
        return hashlib.sha256(repr(self.three.theirs).encode()).hexdigest()[:16]

    @property
    def chosen_text(self) -> Any:
        return self.options.get(self.chosen) if self.chosen else None

    @property
    def chosen_effect(self) -> str:
        return self.effects.get(self.chosen, "") if self.chosen else ""

    def choose(self, asked: Mapping[str, str], marks: Mapping[str, str] | None = None) -> None:
        """Take what was chosen; with `marks` only where the other's value is still the same. Else what stands anyway."""
        side = asked.get(self.key, "")
        is_the_one_shown = marks is None or marks.get(self.key) == self.their_mark
        if side in self.options and is_the_one_shown:
            self.chosen = Side(side)
        else:
            self.chosen = self.three.side


def row_line(
    key: str, group: str, *, by_me: bool, by_them: bool, options: dict[Side, Any], mark: Any = ""
) -> ConflictRow:
    """A line about a row as a whole. `mark` is what its other version looks like."""
    three = Three("", "mine", mark or "theirs", by_me=by_me, by_them=by_them, agree=False)
    return ConflictRow(key, _("the whole row"), three, options, group, chosen=three.side)
