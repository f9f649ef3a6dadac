"""Template tag of the administration: what is wrong with a form, each error as a link to its field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.text import capfirst

register = template.Library()


@dataclass(frozen=True)
class WrongField:
    """The field's element, by whose name, and what is wrong with it."""

    address: str
    label: str
    message: str


@register.inclusion_tag("admin/_error_summary.html")
def error_summary(adminform: Any, formsets: Iterable[Any]) -> dict[str, list[WrongField]]:
    """Of the form and of the rows below it, in the order of the page."""
    return {"wrong": list(_wrong(adminform.form, formsets))}


def _wrong(form: Any, formsets: Iterable[Any]) -> Iterator[WrongField]:
    yield from _of_form(form, "")
    for inline in formsets:
        row_label = capfirst(str(inline.opts.verbose_name))
        for number, row in enumerate(inline.formset.forms, 1):
            yield from _of_form(row, f"{row_label} {number}")
        for message in inline.formset.non_form_errors():
            yield WrongField(f"{inline.formset.prefix}-group", row_label, str(message))


def _of_form(form: Any, row: str) -> Iterator[WrongField]:
    for field in form:
        for message in field.errors:
            yield WrongField(_element(field), " · ".join(filter(None, (row, capfirst(str(field.label))))), str(message))


def _element(field: Any) -> str:
    """What can have the focus: of several boxes the first."""
    return f"{field.auto_id}_0" if field.use_fieldset else str(field.id_for_label or field.auto_id)
