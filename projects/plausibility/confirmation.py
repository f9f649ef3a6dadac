"""Confirmation: which doubts a person keeps to and why, as a door was told; and the error that asks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .kinds.kind import Doubt

REASON_MISSING = _("Say why what is doubted is right.")


@dataclass(frozen=True)
class Confirmation:
    """The kinds of the rules that are overruled, or the names of single doubts, and why."""

    rules: Collection[str] = ()
    reason: str = ""


class DoubtedError(ValidationError):
    """What a record says is doubted: nothing was written. By field, like any validation error.

    `doubts` can all be overruled by who confirms them with a reason.
    """

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        self.doubts = list(doubts)
        super().__init__(by_field(doubts))


def by_field(doubts: Sequence[Doubt]) -> dict[str, list[str]]:
    """What is doubted, in words, by field."""
    found: dict[str, list[str]] = {}
    for doubt in doubts:
        found.setdefault(doubt.field, []).append(doubt.message)
    return found


_NOTHING = Confirmation()
_present: ContextVar[Confirmation] = ContextVar("confirmation", default=_NOTHING)


@contextmanager
def confirming(rules: Collection[str], reason: str) -> Iterator[None]:
    """What is written in this block may be doubted by these rules: it is so, for this reason.

    Within another `confirming` what was said there holds as well. Raises `ValidationError` where a rule is named without
    a reason.
    """
    if rules and not reason.strip():
        raise ValidationError({"reason": REASON_MISSING})
    outer = _present.get()
    token = _present.set(Confirmation({*outer.rules, *rules}, reason.strip() or outer.reason))
    try:
        yield
    finally:
        _present.reset(token)


def present_confirmation() -> Confirmation:
    """What the door under way was told."""
    return _present.get()


def doubts_of(error: Any) -> Sequence[Doubt]:
    """The doubts of an error that can be overruled; none of any other."""
    return getattr(error, "doubts", ())
