"""Display of the values of a form on the page of a conflict."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.utils.choices import flatten_choices
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from projects.admin.display import dash, exact_amount
from projects.admin.plan_months import EVEN_PACE, CurveField
from projects.models.form_fields import AmountFormField
from projects.text import format_html_join
from sectors.models import in_language


def label_of(field: forms.Field, name: str) -> str:
    return capfirst(str(field.label or name))


def name_of(record: Any) -> str:
    """The words of a record that may be gone, and what it belonged to as well."""
    try:
        return str(record)
    except ObjectDoesNotExist:
        return str(record.pk)


def shown(field: forms.Field, raw: Any) -> Any:
    """What was typed or chosen, as a reader would write it; as it was typed where it is nothing valid."""
    if isinstance(field, forms.BooleanField):
        return _("yes") if field.to_python(raw) else _("no")
    if isinstance(field, CurveField):
        return _months(raw)
    if raw is None or raw in ("", []):
        return dash()
    if isinstance(field, forms.ModelChoiceField):
        return _record(field, raw)
    if isinstance(field, AmountFormField):
        try:
            return exact_amount(field.to_python(raw))
        except ValidationError:
            return str(raw)
    if isinstance(field, forms.ChoiceField):
        return str({str(value): label for value, label in flatten_choices(field.choices)}.get(str(raw), raw))
    return str(raw)


def _record(field: forms.ModelChoiceField, raw: Any) -> str:
    try:
        return field.label_from_instance(field.to_python(raw))
    except ValidationError:
        return _("a record that you may not see, or that is gone")


def _months(raw: Any) -> Any:
    texts = [str(each or "") for each in raw or []]
    if not any(texts):
        return str(EVEN_PACE)
    return format_html_join(in_language("、", ", "), "{}", ((text or dash(),) for text in texts))
