"""Template tag of the administration: what is wrong with a form, each error as a link to its field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.utils.text import capfirst

register = template.Library()


@register.inclusion_tag("admin/_error_summary.html")
def error_summary(adminform: Any, formsets: Iterable[Any]) -> dict[str, Any]:
    """The errors of the form and of the rows below it, in the order of the page."""
    errors = [*_field_errors(adminform.form, "")]
    for inline in formsets:
        row_label = capfirst(str(inline.opts.verbose_name))
        for number, row in enumerate(inline.formset.forms, 1):
            errors += _field_errors(row, f"{row_label} {number} · ")
        for message in inline.formset.non_form_errors():
            errors.append({"element": f"{inline.formset.prefix}-group", "label": row_label, "message": message})
    return {"wrong": errors}


def _field_errors(form: Any, prefix: str) -> Iterator[dict[str, str]]:
    for field in form:
        # what can have the focus: of several boxes the first
        element = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label or field.auto_id
        for message in field.errors:
            yield {"element": element, "label": f"{prefix}{capfirst(str(field.label))}", "message": message}
