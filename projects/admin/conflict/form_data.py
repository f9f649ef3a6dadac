"""Form data as a browser sends it, lists of texts by name: the one shape in which all three versions are compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.models import BaseInlineFormSet
from django.http import QueryDict

from projects.history.merging import CHOICE, THEIR

Texts = dict[str, list[str]]
# what the pages of a conflict add to a form, and what Django does
OWN_NAMES = ("_opened", "_seen", "_merge_reason", "csrfmiddlewaretoken", "opened_by")


def texts_of(form: forms.BaseForm) -> Texts:
    """What a browser would send back of a form as it is shown, without its prefix."""
    found: Texts = {}
    for name, each in form.fields.items():
        if each.disabled:
            continue
        value = each.prepare_value(form.get_initial_for_field(each, name))
        if isinstance(each.widget, forms.MultiWidget):
            parts = value if isinstance(value, list) else each.widget.decompress(value)
            named = zip(each.widget.widgets_names, parts, strict=False)
            found |= {f"{name}{suffix}": _texts(part) for suffix, part in named}
        elif isinstance(each, forms.BooleanField):
            found |= {name: ["on"]} if value else {}
        else:
            found[name] = _texts(value)
    return found


def _texts(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return ["" if value is None else str(value)]


def names_of(field: forms.Field, name: str) -> list[str]:
    """The names under which a browser sends a field."""
    if isinstance(field.widget, forms.MultiWidget):
        return [f"{name}{suffix}" for suffix in field.widget.widgets_names]
    return [name]


def raw_of(field: forms.Field, name: str, texts: Texts) -> Any:
    """What a field would be given of texts that were sent."""
    return field.widget.value_from_datadict(as_data(texts), {}, name)


def as_data(texts: Texts) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in texts.items():
        data.setlist(name, values)
    return data


def carried(data: QueryDict) -> list[tuple[str, str]]:
    """All that was typed, to be sent along while a choice is made."""
    return [
        (name, value)
        for name, values in data.lists()
        if name not in OWN_NAMES and not name.startswith((CHOICE, THEIR))
        for value in values
    ]


@dataclass
class SentRows:
    """The rows of one inline as they are sent: those that are stored by their key, and the new ones."""

    prefix: str
    key: str  # name of the field that holds a row's key
    rows: dict[str, Texts] = field(default_factory=dict)
    new: list[Texts] = field(default_factory=list)

    @classmethod
    def of(cls, data: QueryDict, formset: type[BaseInlineFormSet]) -> SentRows:
        found = cls(formset.get_default_prefix(), formset.model._meta.pk.name)
        by_number: dict[int, Texts] = {}
        for name, values in data.lists():
            prefix, _dash, rest = name.partition("-")
            number, _dash, own = rest.partition("-")
            is_number = number.isascii() and number.isdecimal() and len(number) < 19  # no form has more rows
            if prefix == found.prefix and is_number and own:
                by_number.setdefault(int(number), {})[own] = values
        for _number, texts in sorted(by_number.items()):
            key = (texts.get(found.key) or [""])[-1]
            if key:
                found.rows[key] = texts
            else:
                found.new.append(texts)
        return found

    def management(self) -> Texts:
        return {
            f"{self.prefix}-TOTAL_FORMS": [str(len(self.rows) + len(self.new))],
            f"{self.prefix}-INITIAL_FORMS": [str(len(self.rows))],
        }

    def texts(self) -> Texts:
        """The rows under their names, those that were there before first, as Django counts them."""
        found = self.management()
        for number, texts in enumerate([*self.rows.values(), *self.new]):
            found |= {f"{self.prefix}-{number}-{name}": values for name, values in texts.items()}
        return found
