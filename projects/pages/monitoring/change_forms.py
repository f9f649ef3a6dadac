"""Forms that change a stored record of a project: what was typed meets what somebody else made of it meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict

from projects.history.digests import digest_of
from projects.history.revisions import create_revision

from ..edit_conflicts import Carried, Conflict, merged
from ..record_forms import RecordForm


class ChangeForm(RecordForm):
    """Other words and days; `version` is that of the record as the writer saw it.

    When somebody else changed it meanwhile, `conflict` says who and what, to choose from.
    """

    overtaken: Any = ""

    version = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, record: Model) -> None:
        self.model = type(record)
        self.newest_version = digest_of(record)
        self.conflict: Conflict | None = None
        super().__init__(data, auto_id=f"{self.model._meta.model_name}-%s")
        self.initial = self._texts(record)

    @property
    def names(self) -> list[str]:
        """The fields that are the record's."""
        return [name for name in self.fields if name != "version"]

    def change(self, key: int) -> bool:
        """Store the change, unless somebody else's is at stake. False: the form says why.

        Raises `DoesNotExist` of the model for a record that was deleted meanwhile.
        """
        with create_revision():
            stored = self.model._default_manager.select_related("project").get(pk=key)
            return self.merge_into(stored) and self.store(stored)

    def merge_into(self, stored: Model) -> bool:
        """Give the record as it is stored now what was typed. False where somebody else's change is at stake."""
        self.newest_version = digest_of(stored)
        texts = merged(
            Carried.of(self.data, ""),
            stored,
            {name: _text(self.cleaned_data[name]) for name in self.names},
            texts_of=self._texts,
            label=lambda name: self.fields[name].label,
            shown=self._shown,
        )
        if isinstance(texts, Conflict):
            self.conflict = texts
            self.add_error(None, self.overtaken_by(stored))
            return False
        for name, text in texts.items():
            setattr(stored, name, self.fields[name].to_python(text))  # type: ignore[attr-defined]
        return True

    def overtaken_by(self, stored: Any) -> Any:
        """What is said above the form of a record that somebody else changed meanwhile."""
        return self.overtaken

    def _texts(self, record: Any) -> dict[str, str]:
        return {name: _text(getattr(record, name)) for name in self.names}

    def _shown(self, name: str, text: str) -> str:
        """As it is read: of a choice its label."""
        return str(dict(getattr(self.fields[name], "choices", ())).get(text) or text or "—")


def _text(value: dt.date | str | None) -> str:
    return value.isoformat() if isinstance(value, dt.date) else (value or "").replace("\r\n", "\n")
