"""Inline rows in three versions: changed, added or deleted on either side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.models import BaseInlineFormSet
from django.http import QueryDict
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from projects.history.merging import ConflictRow, Side, build_row_conflict
from projects.text import with_label

from .display import label_of, name_of, shown
from .form_data import SentRows, Texts, raw_of, texts_of
from .forms import FormMerge

DELETE = "DELETE"


class RowsMerge:
    """`base` and `theirs` are the rows by key; what was sent is read from the data of the form."""

    def __init__(
        self,
        formset: type[BaseInlineFormSet],
        data: QueryDict,
        *,
        parent: Model,
        base: dict[Any, Model],
        theirs: dict[Any, Model],
    ) -> None:
        self.sent = SentRows.of(data, formset)
        self.form: type[forms.ModelForm] = formset.form
        self.kind = capfirst(str(formset.model._meta.verbose_name))
        self.parent = {formset.fk.name: [str(parent.pk)]}
        self.base = {str(key): row for key, row in base.items()}
        self.theirs = {str(key): row for key, row in theirs.items()}
        self.forms: dict[str, FormMerge] = {}
        self.rows: dict[str, ConflictRow] = {}  # rows that are chosen as a whole
        for key, typed in self.sent.rows.items():
            self._compare(key, typed)
        for number, texts in enumerate(self.sent.new):
            if self._is_filled(texts):
                self._note(f"{self.sent.prefix}-new{number}", _("new"), {Side.MINE: self._told(texts)}, by_me=True)
        for key, row in self.theirs.items():
            if key not in self.base and key not in self.sent.rows:
                self._note(f"{self.sent.prefix}-{key}", str(row), {Side.THEIRS: _("added")}, by_me=False)

    def lines(self) -> Iterator[ConflictRow]:
        for found in self.forms.values():
            yield from found.lines
        yield from self.rows.values()

    @property
    def by_me(self) -> bool:
        """Whether anything was typed, added or deleted."""
        return any(found.by_me for found in self.forms.values()) or any(each.three.by_me for each in self.rows.values())

    def merged(self) -> Texts:
        """The rows to be sent: those that are stored now, changed as was chosen, and the new ones."""
        found = SentRows(self.sent.prefix, self.sent.key)
        for key, typed in self.sent.rows.items():
            line = self.rows.get(f"{self.sent.prefix}-{key}")
            if key in self.theirs:
                found.rows[key] = self._merged_row(key, typed, line)
            elif key not in self.base:
                found.rows[key] = typed  # never was one of the record's: the form says so
            elif line is not None and line.chosen != Side.THEIRS:
                found.new.append({name: value for name, value in typed.items() if name != self.sent.key})
        for key, row in self.theirs.items():
            found.rows.setdefault(key, self._stored(key, row))
        found.new += self.sent.new
        return found.texts()

    def _compare(self, key: str, typed: Texts) -> None:
        own = f"{self.sent.prefix}-{key}"
        theirs, base = self.theirs.get(key), self.base.get(key) or self.theirs.get(key)
        if base is None:
            return
        merge = FormMerge.of(self.form, base=base, theirs=theirs or base, typed=typed, key=own)
        title = f"{self.kind} {name_of(theirs or base)}"
        if theirs is None:
            if DELETE not in typed:
                self._gone(own, title, merge)
        elif DELETE in typed:
            options = {
                Side.MINE: _("deleted"),
                Side.THEIRS: _("kept, with their changes") if merge.by_them else _("kept"),
            }
            self.rows[own] = build_row_conflict(
                own, title, by_me=True, by_them=merge.by_them, options=options, mark=merge.sides[Side.THEIRS]
            )
        else:
            for line in merge.lines:
                line.group = title
            self.forms[key] = merge

    def _gone(self, own: str, title: str, merge: FormMerge) -> None:
        """A row that they have deleted; it can come back only if something was typed into it."""
        options = {Side.THEIRS: _("deleted")}
        if merge.by_me:
            options = {Side.MINE: self._told(merge.typed)} | options
        self.rows[own] = build_row_conflict(own, title, by_me=merge.by_me, by_them=True, options=options)

    def _note(self, key: str, title: str, options: dict[Side, Any], *, by_me: bool) -> None:
        self.rows[key] = build_row_conflict(
            key, f"{self.kind} {title}", by_me=by_me, by_them=not by_me, options=options
        )

    def _merged_row(self, key: str, typed: Texts, line: ConflictRow | None) -> Texts:
        if line is None:
            return self.forms[key].merged()
        return self._stored(key, self.theirs[key]) if line.chosen == Side.THEIRS else typed

    def _stored(self, key: str, row: Model) -> Texts:
        return {self.sent.key: [key], **self.parent, **texts_of(self.form(instance=row))}

    def _is_filled(self, texts: Texts) -> bool:
        form = self.form()
        return any(
            each.has_changed(form.get_initial_for_field(each, name), raw_of(each, name, texts))
            for name, each in form.fields.items()
        )

    def _told(self, texts: Texts) -> str:
        """What a row says, in a line."""
        said = []
        for name, each in self.form().fields.items():
            raw = raw_of(each, name, texts)
            if raw and (not isinstance(raw, list) or any(raw)):
                said.append(with_label(label_of(each, name), strip_tags(str(shown(each, raw)))))
        return _("; ").join(said) or _("nothing")
