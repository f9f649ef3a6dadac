"""Three-way merge of one value: who changed it, whether both did, whether they agree, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from operator import eq
from typing import Any


class Side(StrEnum):
    """Whose value: the one that was opened, the one that was typed, the one that another has saved meanwhile."""

    BASE = "base"
    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Three:
    """A value as it was opened, as it was typed and as it is stored now."""

    base: Any
    mine: Any
    theirs: Any
    by_me: bool
    by_them: bool
    agree: bool  # mine and theirs are the same, whether anybody changed anything or not

    @classmethod
    def of(cls, base: Any, mine: Any, theirs: Any, *, same: Callable[[Any, Any], bool] = eq) -> Three:
        """`same` says whether two values mean the same, such as 1 and 1.00."""
        return cls(
            base,
            mine,
            theirs,
            by_me=not same(base, mine),
            by_them=not same(base, theirs),
            agree=same(mine, theirs),
        )

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose: versions that are not all the same."""
        return not self.agree

    @property
    def collides(self) -> bool:
        """Whether both changed it, to different values: nobody but a person can say which is right."""
        return self.by_me and self.by_them and not self.agree

    @property
    def side(self) -> Side | None:
        """Whose value stands without asking anybody; None where it collides."""
        if self.collides:
            return None
        return Side.MINE if self.by_me and not self.by_them else Side.THEIRS

    def value_of(self, side: Side) -> Any:
        return getattr(self, side.value)

    @property
    def merged(self) -> Any:
        """The value that stands without asking. Raises `ValueError` where it collides."""
        if self.side is None:
            raise ValueError("Both changed this: somebody has to choose.")
        return self.value_of(self.side)
