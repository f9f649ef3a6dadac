"""Edit conflicts: two people at one form of a page, what it carries of its record's version, and what is saved of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Model
from django.http import QueryDict

from projects.history.digests import digest_of
from projects.history.merging import Choices, ConflictRow, Merge, Side, Three, find_version_by_digest, get_last_row

Texts = Mapping[str, str]
NEW = "new"  # the version of a record that is not stored yet


@dataclass(frozen=True)
class Carried:
    """`version` is what was shown last, `base` what the form was opened with; they differ once a conflict was shown."""

    version: str
    base: str = ""
    choices: Choices = field(default_factory=Choices)

    @classmethod
    def from_data(cls, data: QueryDict, prefix: str) -> Carried | None:
        """Return what stands in the fields whose names begin with `prefix`; None when no version does."""
        version = data.get(f"{prefix}version")
        return None if version is None else cls(version, data.get(f"{prefix}base", ""), Choices.from_data(data, prefix))

    @property
    def opened(self) -> str:
        return self.base or self.version


@dataclass
class Conflict(Merge):
    """Somebody else changed the record after the form was opened. `may_keep`: whether one's own may still be saved.

    `known` is set where the other is the same person in another window: what this window was told of the draft before.
    """

    who: str
    when: dt.datetime | None
    may_keep: bool
    base: str
    prefix: str = ""
    known: Texts | None = None

    @property
    def is_of_draft(self) -> bool:
        return self.known is not None

    @property
    def is_fixed(self) -> bool:
        return not self.may_keep


def compare_texts(
    opened: Texts,
    mine: Texts,
    theirs: Texts,
    *,
    label: Callable[[str], Any],
    display: Callable[[str, str], Any],
    same: Callable[[str, str, str], bool],
    prefix: str,
) -> list[ConflictRow]:
    """Return the fields of `mine` in which the other side has something else.

    `same(name, text, text)` says whether two texts of a field mean the same, `display(name, text)` how one is written.
    """
    lines = []
    for name, text in mine.items():
        three = Three.compare(opened.get(name, ""), text, theirs.get(name, ""), same=partial(same, name))
        if three.has_choices:
            options = {side: display(name, three.value_of(side)) for side in Side}
            lines.append(ConflictRow(name, str(label(name)), three, options, prefix=prefix))
    return lines


def merge_texts(
    carried: Carried | None,
    stored: Model | None,
    mine: Texts,
    *,
    texts_of: Callable[[Any], Texts],
    label: Callable[[str], Any],
    display: Callable[[str, str], Any],
    same: Callable[[str, str, str], bool] = lambda _name, one, other: one == other,
    blank: Model | None = None,
    may_keep: bool = True,
    prefix: str = "",
) -> Texts | Conflict:
    """Return what is to be saved of `mine`, what was typed by field; the conflict if somebody else's change is at stake.

    `blank` is the record that a form for a new one was opened with; the others are as for `compare_texts`.
    """
    now = version_of(stored)
    if carried is None or carried.opened == now:
        return mine
    base = blank if carried.opened == NEW else find_version_by_digest(stored, carried.opened) if stored else None
    theirs = texts_of(stored or blank)
    opened = theirs if base is None else texts_of(base)
    merge = Merge(compare_texts(opened, mine, theirs, label=label, display=display, same=same, prefix=prefix))
    merge.choose(carried.choices, newest=carried.version == now)
    settled = bool(carried.base) and carried.version == now and not merge.open
    if merge.lines and not (base is not None and may_keep and (settled or not merge.by_them)):
        return Conflict(merge.lines, *_last_change(stored), may_keep, carried.opened, prefix)
    return {**mine, **{line.key: line.three.value_of(line.chosen or Side.MINE) for line in merge.lines}}


def _last_change(record: Model | None) -> tuple[str, dt.datetime | None]:
    """Return who changed the record last, and when."""
    last = get_last_row(type(record), record.pk) if record is not None else None
    if last is None:
        return "", None
    return last.revision.author_name, last.history_date


def version_of(record: Model | None) -> str:
    """Return what a form carries of its record; `NEW` for one that is not stored yet."""
    return digest_of(record) if record is not None else NEW
