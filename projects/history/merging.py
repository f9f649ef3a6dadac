"""Three-way merge of a record: the version that was opened, the one stored now, and the one that was typed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from operator import eq
from typing import Any

from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext as _

from .digests import digest_of

Part = tuple[type[Model], str]  # the model of the parts, and the column by which they belong to the record
CHOICE, THEIR = "_choice-", "_their-"  # before the key of a line: what was chosen, and from which other value


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
    def compare(cls, base: Any, mine: Any, theirs: Any, *, same: Callable[[Any, Any], bool] = eq) -> Three:
        """Compare three versions; `same` says whether two values mean the same, such as 1 and 1.00."""
        return cls(
            base,
            mine,
            theirs,
            by_me=not same(base, mine),
            by_them=not same(base, theirs),
            agree=same(mine, theirs),
        )

    @property
    def has_choices(self) -> bool:
        """Return whether there is anything to choose: versions that are not all the same."""
        return not self.agree

    @property
    def is_conflict(self) -> bool:
        """Return whether both changed it, to different values: nobody but a person can say which is right."""
        return self.by_me and self.by_them and not self.agree

    @property
    def side(self) -> Side | None:
        """Return whose value stands without asking anybody; None where it collides."""
        if self.is_conflict:
            return None
        return Side.MINE if self.by_me and not self.by_them else Side.THEIRS

    def value_of(self, side: Side) -> Any:
        return getattr(self, side.value)


@dataclass
class ConflictRow:
    """A field that differs. `options` are what each side has, as text."""

    key: str
    label: str
    three: Three
    options: dict[Side, Any]
    chosen: Side | None = None
    prefix: str = ""  # before the names in the form

    @property
    def radio(self) -> str:
        return f"{self.prefix}{CHOICE}{self.key}"

    @property
    def their_name(self) -> str:
        return f"{self.prefix}{THEIR}{self.key}"

    @property
    def changed_by(self) -> str:
        if self.three.is_conflict:
            return _("changed by both")
        return _("changed by you only") if self.three.by_me else _("changed by them only")

    @property
    def open(self) -> bool:
        """Return whether somebody has to choose and has not."""
        return self.three.is_conflict and self.chosen is None

    @property
    def their_mark(self) -> str:
        """Return a mark of the other's value, to see whether it is still the one that was chosen from."""
        return hashlib.sha256(repr(self.three.theirs).encode()).hexdigest()[:16]

    def choose(self, asked: Mapping[str, str], marks: Mapping[str, str] | None = None) -> None:
        """Take what was chosen; with `marks` only where the other's value is still the same. Else what stands anyway."""
        side = asked.get(self.key, "")
        is_the_one_shown = marks is None or marks.get(self.key) == self.their_mark
        if side in self.options and is_the_one_shown:
            self.chosen = Side(side)
        else:
            self.chosen = self.three.side


@dataclass(frozen=True)
class Choices:
    """What a form carries once a conflict was shown: by line the chosen side, and a mark of the other's value."""

    sides: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Mapping[str, Any], prefix: str = "") -> Choices:
        return cls(_get_prefixed(data, prefix + CHOICE), _get_prefixed(data, prefix + THEIR))


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
        """Return in how many lines both changed something, to different values."""
        return len([line for line in self.lines if line.three.is_conflict])


def _get_prefixed(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): data[name] for name in data if name.startswith(prefix)}


def get_revisions_since(record: Model, number: int, parts: Iterable[Part], *, with_record: bool = True) -> list[Any]:
    """Return the revisions after `number` that wrote the record or one of its parts, the newest first."""
    found: dict[int, Any] = {}
    histories = _get_histories(type(record), record.pk, parts)
    for rows in histories if with_record else histories[1:]:
        for row in rows.filter(revision_id__gt=number).select_related("revision__user"):
            found[row.revision_id] = row.revision
    return [found[key] for key in sorted(found, reverse=True)]


def get_keys_written_since(model: type[Model], keys: Collection[Any], number: int) -> set[Any]:
    """Return which of these records were written, in whatever way, after a revision. One query."""
    if not hasattr(model, "history"):
        return set()
    rows = model.history.model.objects.filter(**{f"{_key(model)}__in": keys}, revision_id__gt=number)
    return set(rows.order_by().values_list(_key(model), flat=True))


def get_parts_as_of(part: Part, key: Any, number: int) -> dict[Any, Any]:
    """Return the parts that a record had after a revision, by their key, not stored."""
    model, column = part
    own = _key(model)
    ever = _rows(model, **{column: key}).order_by().values(own)
    newest = _rows(model, **{f"{own}__in": ever}).filter(revision_id__lte=number).order_by().values(own)
    rows = _rows(model).filter(history_id__in=newest.annotate(newest=Max("history_id")).values("newest"))
    return {
        getattr(row, own): row.instance
        for row in rows.order_by(own)
        if row.history_type != "-" and getattr(row, column) == key
    }


def find_version_by_digest(record: Model, digest: str) -> Any:
    """Return the newest version of the record with this digest, not stored; None when it never looked like that."""
    fields = record._meta.concrete_fields
    for row in _rows(type(record), **{_key(type(record)): record.pk}).order_by("-history_id").iterator():
        if digest_of(row, fields) == digest:
            return row.instance
    return None


def get_last_row(model: type[Model], key: Any) -> Any:
    """Return the newest history row of a record, which may be gone; None when there never was one."""
    if not hasattr(model, "history"):
        return None
    rows = _rows(model, **{_key(model): key}).select_related("revision__user")
    return rows.order_by("-history_id").first()


def get_owner(row: Any) -> int | None:
    """Return the prefecture that a history row belonged to, also when what it belonged to is gone itself."""
    found = row
    model = row.instance_type
    *names, column = (model.prefecture_path or "").split("__")
    for name in names:
        key, model = getattr(found, f"{name}_id"), model._meta.get_field(name).related_model
        found = model._default_manager.filter(pk=key).first() or get_last_row(model, key)
    return getattr(found, column) if found is not None else None


def _get_histories(model: type[Model], key: Any, parts: Iterable[Part]) -> list[QuerySet]:
    found = [_rows(model, **{_key(model): key})] if hasattr(model, "history") else []
    for part, column in parts:
        if hasattr(part, "history"):
            ever = _rows(part, **{column: key}).order_by().values(_key(part))
            found.append(_rows(part, **{f"{_key(part)}__in": ever}))
    return found


def _rows(model: Any, **condition: Any) -> QuerySet:
    return model.history.model.objects.filter(**condition)


def _key(model: type[Model]) -> str:
    return model._meta.pk.attname
