"""What a browser would send back from a form of the administration, and short ways to its addresses."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.forms import BaseForm, MultiWidget
from django.urls import reverse
from django.utils import translation

from projects.models import Project, Revision


def url(model: type[Model], page: str = "changelist", *arguments: Any) -> str:
    """The address of a page of a model's admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def change_url(record: Model) -> str:
    return url(type(record), "change", record.pk)


def filled(response: Any, **changes: Any) -> dict[str, Any]:
    """The data of the form on a page, as its language writes it, with `changes`; None takes a field away."""
    context = response.context
    with translation.override(response.headers["Content-Language"]):
        data = _values(context["adminform"].form)
        for inline in context["inline_admin_formsets"]:
            data |= _values(inline.formset.management_form)
            for form in inline.formset.initial_forms:
                data |= _values(form)
    if "opened" in context:
        data["_opened"] = context["opened"]
    data |= changes
    return {name: value for name, value in data.items() if value is not None}


def _values(form: BaseForm) -> dict[str, Any]:
    found = {}
    for field in form:
        value = field.field.prepare_value(field.value())
        if isinstance(field.field.widget, MultiWidget):
            parts = value or field.field.widget.decompress(None)
            found |= {f"{field.html_name}_{number}": part for number, part in enumerate(parts) if part is not None}
        elif value is True:
            found[field.html_name] = "on"
        elif value is not None and value is not False:
            found[field.html_name] = str(value)
    return found


def errors_of(response: Any, language: str = "en") -> dict[str, list[str]]:
    """The errors of the main form by field."""
    with translation.override(language):
        errors = response.context["adminform"].form.errors
        return {name: [str(message) for message in messages] for name, messages in errors.items()}


def project(code: str) -> Project:
    """A project of the register by the end of its code, such as '01'."""
    return Project.objects.get(code=f"HN-EI-2023-{code}")


def seen() -> str:
    """What a page that is loaded now would carry: the newest revision."""
    return str(Revision.objects.newest_number())


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]
