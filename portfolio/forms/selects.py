"""Selects of forms, written as Django's templates write them: of two hundred options each would be a template of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData

TEMPLATE, OPTION = "django/forms/widgets/select.html", "django/forms/widgets/select_option.html"


def select(widget: Mapping[str, Any]) -> str | None:
    """The markup of what Django's widget gives its template; None where some option has a template of its own."""
    groups = widget["optgroups"]
    if any(option["template_name"] != OPTION for _name, options, _index in groups for option in options):
        return None
    return "".join(_parts(widget, groups))


def _parts(widget: Mapping[str, Any], groups: list[tuple[Any, list[dict[str, Any]], int]]) -> Iterator[str]:
    yield f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>'
    for group, options, _index in groups:
        if group:
            yield f'\n  <optgroup label="{_text(group)}">'
        for option in options:
            value = f'value="{_value(option["value"])}"{_attributes(option["attrs"])}'
            yield f"\n  <option {value}>{_text(option['label'])}</option>\n"
        if group:
            yield "\n  </optgroup>"
    yield "\n</select>"


def _attributes(attributes: Mapping[str, Any]) -> str:
    told = ((name, value) for name, value in attributes.items() if value is not False)
    return "".join(f" {_text(name)}" if value is True else f' {_text(name)}="{_value(value)}"' for name, value in told)


def _text(value: Any) -> str:
    return conditional_escape(localize(value))


def _value(value: Any) -> str:
    """As `stringformat` writes it."""
    is_markup = isinstance(value, SafeData)  # markup: what says so itself, as in Django's own template
    return str(value) if is_markup else conditional_escape(str(value))
