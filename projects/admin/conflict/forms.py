"""One form of the administration in three versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Model

from projects.merging import Line, Side, Three

from .sent import Texts, names_of, raw_of, texts_of
from .words import label_of, shown


@dataclass
class FormMerge:
    """One form in three versions: `typed` is what was sent of it."""

    typed: Texts
    sides: dict[Side, Texts] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)  # by the key of a line
    lines: list[Line] = field(default_factory=list)
    by_me: bool = False  # whether anything was typed into it that is not stored yet
    by_them: bool = False

    @classmethod
    def of(cls, form_class: type[forms.ModelForm], *, base: Model, theirs: Model, typed: Texts, key: str) -> FormMerge:
        """`key` is put before the names of fields in the keys of lines; a blank one stands for the record itself."""
        opened, stored = form_class(instance=base), form_class(instance=theirs)
        found = cls(typed, {Side.BASE: texts_of(opened), Side.THEIRS: texts_of(stored), Side.MINE: typed})
        for name, each in opened.fields.items():
            if not each.disabled:
                found._compare(name, each, opened, stored, key)
        return found

    def _compare(
        self, name: str, each: forms.Field, opened: forms.ModelForm, stored: forms.ModelForm, key: str
    ) -> None:
        raw = {side: raw_of(each, name, texts) for side, texts in self.sides.items()}
        initial = {
            Side.BASE: opened.get_initial_for_field(each, name),
            Side.THEIRS: stored.get_initial_for_field(each, name),
        }
        three = Three(
            raw[Side.BASE],
            raw[Side.MINE],
            raw[Side.THEIRS],
            by_me=_differ(each, initial[Side.BASE], raw[Side.MINE]),
            by_them=_differ(each, initial[Side.BASE], raw[Side.THEIRS]),
            agree=not _differ(each, initial[Side.THEIRS], raw[Side.MINE]),
        )
        self.by_me = self.by_me or (three.by_me and three.differs)
        self.by_them = self.by_them or three.by_them
        if three.differs:
            own = f"{key}-{name}" if key else name
            options = {side: shown(each, raw[side]) for side in Side}
            self.names[own] = names_of(each, name)
            self.lines.append(Line(own, label_of(each, name), three, options, chosen=three.side))

    def merged(self) -> Texts:
        """What is to be sent: what was typed, and the chosen side's where the versions differ; mine while it is open."""
        found = dict(self.typed)
        for line in self.lines:
            side = self.sides[line.chosen or Side.MINE]
            for name in self.names[line.key]:
                found.pop(name, None)
                if name in side:
                    found[name] = side[name]
        return found


def _differ(each: forms.Field, initial: Any, raw: Any) -> bool:
    """Whether what was sent of a field means something else; a browser ends lines in its own way."""
    if isinstance(initial, str) and isinstance(raw, str):
        initial, raw = initial.replace("\r\n", "\n"), raw.replace("\r\n", "\n")
    return each.has_changed(initial, raw)
