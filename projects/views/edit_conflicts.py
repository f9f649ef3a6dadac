"""Two people at one form of a page: what the form carries of its record's version, and the lines to choose from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.http import QueryDict

from projects.versioning.digests import digest_of
from projects.versioning.merging import CHOICE, THEIR, ConflictRow, Side, by_digest, compared, last_row

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Carried:
    """`version` is what was shown last, `base` what the form was opened with; they differ once a conflict was shown."""

    version: str
    base: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: QueryDict, prefix: str) -> Carried | None:
        """What stands in the fields whose names begin with `prefix`; None when no version does."""
        version = data.get(f"{prefix}version")
        if version is None:
            return None
        return cls(version, data.get(f"{prefix}base", ""), _named(data, prefix + CHOICE), _named(data, prefix + THEIR))

    @property
    def opened(self) -> str:
        return self.base or self.version


@dataclass
class Conflict:
    """Somebody else changed the record after the form was opened. `may_keep`: whether one's own may still be saved."""

    who: str
    when: dt.datetime | None
    may_keep: bool
    base: str
    lines: list[ConflictRow] = field(default_factory=list)
    prefix: str = ""

    @property
    def is_fixed(self) -> bool:
        return not self.may_keep

    @property
    def collisions(self) -> int:
        return len([line for line in self.lines if line.three.collides])


def opened_version(record: Model | None, carried: Carried) -> Any:
    """The record as the form was opened with it; None when it never looked like that."""
    return by_digest(record, carried.opened) if record is not None and record.pk else None


def lines_of(
    carried: Carried,
    *,
    base: Texts,
    mine: Texts,
    theirs: Texts,
    same: Callable[[str, str, str], bool],
    label: Callable[[str], Any],
    shown: Callable[[str, str], Any] = lambda _name, text: text or "—",
    prefix: str = "",
    now: str,
) -> list[ConflictRow]:
    """What differs between the versions, with the choices that were made from what is stored `now`.

    `same(name, text, text)` says whether two texts of a field mean the same, `shown(name, text)` how it is written.
    """
    found = []
    for name, text in mine.items():
        three = compared(
            base, {name: text}, theirs, same=lambda one, other, name=name: same(name, one or "", other or "")
        )[name]
        if three.differs:
            options = {side: shown(name, three.value_of(side) or "") for side in Side}
            found.append(ConflictRow(name, str(label(name)), three, options, prefix=prefix))
    for line in found:
        line.choose(carried.choices, None if carried.version == now else carried.marks)
    return found


def is_settled(carried: Carried, lines: list[ConflictRow], *, now: str) -> bool:
    """Whether nothing of theirs is at stake, or everything was chosen from what is stored `now`."""
    if not any(line.three.by_them for line in lines):
        return True
    return bool(carried.base) and carried.version == now and not any(line.open for line in lines)


def chosen(mine: Texts, lines: list[ConflictRow]) -> dict[str, str]:
    """What is to be saved: what was typed, and the chosen side's text where the versions differ."""
    return {**mine, **{line.key: line.three.value_of(line.chosen or Side.MINE) or "" for line in lines}}


def conflict_of(
    record: Model | None, carried: Carried, lines: list[ConflictRow], *, may_keep: bool, prefix: str = ""
) -> Conflict:
    """Who changed the record last, and what is to be chosen."""
    last = last_row(type(record), record.pk) if record is not None and record.pk else None
    user = last.revision.user if last else None
    who = user.display_name if user else (last.revision.username if last else "")
    return Conflict(who, last.history_date if last else None, may_keep, carried.opened, lines, prefix)


def version_of(record: Model | None) -> str:
    """What a form carries of its record; 'new' for one that is not stored yet."""
    return digest_of(record) if record is not None and record.pk else "new"


def _named(data: QueryDict, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): data[name] for name in data if name.startswith(prefix)}
