"""Three-way form: one form of the administration as it was opened, as it is stored, as it was typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Model

from projects.history.merging import ConflictRow, Side, Three

from .display import label_of, shown
from .form_data import Texts, names_of, raw_of, texts_of
from .origins import Adopted, FormOrigin, figures_in, words_in


@dataclass
class FormMerge:
    """One form in three versions: `typed` is what was sent of it."""

    typed: Texts
    sides: dict[Side, Texts] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)  # by the key of a line
    lines: list[ConflictRow] = field(default_factory=list)
    fields: dict[str, forms.Field] = field(default_factory=dict)
    by_me: bool = False  # whether anything was typed into it that is not stored yet
    by_them: bool = False

    @classmethod
    def of(
        cls,
        form_class: type[forms.ModelForm],
        *,
        base: Model,
        theirs: Model,
        typed: Texts,
        key: str,
        adopted: Adopted = lambda _side: {},
    ) -> FormMerge:
        """`key` is put before the names of fields in the keys of lines; a blank one stands for the record itself."""
        opened, stored = form_class(instance=base), form_class(instance=theirs)
        found = cls(typed, {Side.BASE: texts_of(opened), Side.THEIRS: texts_of(stored), Side.MINE: dict(typed)})
        figures, words = figures_in(opened), words_in(opened)
        found.fields = opened.fields
        for name, each in opened.fields.items():
            if each.disabled or name in words:
                continue
            three = found._three(name, each, opened, stored)
            origins: dict[Side, FormOrigin] = {}
            if name in figures:
                three, origins = found._resting(name, three, {Side.BASE: base, Side.THEIRS: theirs}, adopted)
            found._add(name, three, origins, opened.fields, key)
        return found

    def _three(self, name: str, each: forms.Field, opened: forms.ModelForm, stored: forms.ModelForm) -> Three:
        raw = {side: raw_of(each, name, texts) for side, texts in self.sides.items()}
        initial = {
            Side.BASE: opened.get_initial_for_field(each, name),
            Side.THEIRS: stored.get_initial_for_field(each, name),
        }
        return Three(
            raw[Side.BASE],
            raw[Side.MINE],
            raw[Side.THEIRS],
            by_me=_differ(each, initial[Side.BASE], raw[Side.MINE]),
            by_them=_differ(each, initial[Side.BASE], raw[Side.THEIRS]),
            agree=not _differ(each, initial[Side.THEIRS], raw[Side.MINE]),
        )

    def _resting(
        self, figure: str, three: Three, records: dict[Side, Model], adopted: Adopted
    ) -> tuple[Three, dict[Side, FormOrigin]]:
        """A figure with what it rests on. The stored one keeps its origin, so of that nothing is sent."""
        typed = FormOrigin.sent(figure, self.typed)
        said = three.by_me or typed != FormOrigin()
        if not said and not three.by_them:
            return three, {}
        origins = {side: FormOrigin.of(record, figure, adopted(side)) for side, record in records.items()}
        origins[Side.MINE] = typed if said else origins[Side.BASE]
        back = FormOrigin() if not three.by_them and origins[Side.BASE] == origins[Side.THEIRS] else origins[Side.BASE]
        self.sides[Side.BASE] |= back.texts(figure)
        self.sides[Side.MINE] |= (typed if said else back).texts(figure)
        if said:
            three = Three(
                *((three.value_of(side), origins[side]) for side in (Side.BASE, Side.MINE, Side.THEIRS)),
                by_me=True,
                by_them=three.by_them or origins[Side.BASE] != origins[Side.THEIRS],
                agree=three.agree and typed in (FormOrigin(), origins[Side.THEIRS]),
            )
        return three, origins

    def _add(
        self, name: str, three: Three, origins: dict[Side, FormOrigin], fields: dict[str, forms.Field], key: str
    ) -> None:
        self.by_me = self.by_me or (three.by_me and three.has_choices)
        self.by_them = self.by_them or three.by_them
        if not three.has_choices:
            return
        own, each = f"{key}-{name}" if key else name, fields[name]
        options = {side: shown(each, raw_of(each, name, texts)) for side, texts in self.sides.items()}
        self.names[own] = names_of(each, name)
        if origins:
            options = {side: origins[side].told(name, fields, text) for side, text in options.items()}
            self.names[own] += FormOrigin().texts(name)
        self.lines.append(ConflictRow(own, label_of(each, name), three, options, chosen=three.side))

    def value_of(self, name: str, side: Side) -> Any:
        """What a side has in a field. Raises `ValidationError` for what is nothing valid."""
        field = self.fields[name]
        return field.to_python(raw_of(field, name, self.sides[side]))

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
