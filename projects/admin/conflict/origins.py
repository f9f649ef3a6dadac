"""Origins of figures in a form, in each of its versions.

A figure and its origin are one choice: else one's source would be said of the other's figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _

from projects.admin.origins import source_of
from projects.history.merging import Side
from projects.models import Project
from projects.models.attribution import reporter_of
from projects.text import format_html_join, with_label

from .display import label_of, shown
from .form_data import Texts

Adopted = Callable[[Side], Mapping[str, Any]]  # of a project, as it was opened or is stored: its claims by figure


@dataclass(frozen=True)
class FormOrigin:
    """A source by its key, or a reporter in words, as a browser sends them; blank where neither is known."""

    source: str = ""
    reporter: str = ""

    @classmethod
    def sent(cls, figure: str, texts: Texts) -> FormOrigin:
        return cls(*((texts.get(name) or [""])[-1].strip() for name in (source_of(figure), reporter_of(figure))))

    @classmethod
    def of(cls, record: Any, figure: str, claims: Mapping[str, Any]) -> FormOrigin:
        """What a figure of a record rests on, by the order of `provenance`."""
        holder = claims.get(figure) if isinstance(record, Project) else None
        if holder is None and (reporter := getattr(record, reporter_of(figure))):
            return cls(reporter=reporter)
        if holder is None and not isinstance(record, Project):
            holder = record
        source = getattr(holder, "source_id", None)
        return cls() if source is None or record.figure(figure) is None else cls(source=str(source))

    def texts(self, figure: str) -> Texts:
        return {source_of(figure): [self.source], reporter_of(figure): [self.reporter]}

    def told(self, figure: str, fields: Mapping[str, forms.Field], value: Any) -> Any:
        """The value with what it rests on, as a reader would write it."""
        said = [
            (with_label(label_of(fields[name], name), shown(fields[name], raw)),)
            for name, [raw] in self.texts(figure).items()
            if raw
        ]
        return format_html_join(_("; "), "{}", [(value,), *said]) if said else value


def figures_in(form: forms.ModelForm) -> list[str]:
    """The figures of a form beside which stands what they rest on."""
    return [name for name in getattr(form._meta.model, "attributed", ()) if source_of(name) in form.fields]


def words_in(form: forms.ModelForm) -> set[str]:
    """The fields of a form that hold no value of the record, but words about what is typed."""
    figures = figures_in(form)
    return {*words_of(form._meta.model), *map(source_of, figures), *map(reporter_of, figures)}


def words_of(model: type[Model]) -> set[str]:
    """Words about a change that a form asks for and the model has no field for; some have a reason of their own."""
    return {"reason"} - {each.name for each in model._meta.fields}
