"""Legend of codes. A file has them as machines read them, so it says beside them what they stand for."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from drf_spectacular.drainage import get_override
from rest_framework import serializers

from projects.workflows import proposals, reporting

Code = tuple[str | bool, Any]  # and its words

_YES_NO: tuple[Code, ...] = ((True, _("yes")), (False, _("no")))
_YES_NO_METHODS = ("bool", "bool | None")  # what a method says that it gives
_TRANSITIONS = (*reporting.TRANSITIONS.values(), *proposals.TRANSITIONS.values())
_STEPS = {each.action: each.verb for each in _TRANSITIONS} | {"edit": pgettext_lazy("step", "edit")}


def codes_of(field: serializers.Field, model: type[Model] | None) -> tuple[Code, ...]:
    """The codes that a field of a record may hold, with their words; none of a field that holds what people wrote.

    `model` is what the field is an own one of.
    """
    said = _said(field)
    if isinstance(said, serializers.ListField):  # of steps
        return tuple((code, _STEPS[code]) for code in getattr(said.child, "choices", ()))
    if isinstance(said, serializers.BooleanField):
        return _YES_NO
    if isinstance(said, serializers.ChoiceField):
        return tuple((str(code), getattr(code, "label", words)) for code, words in said.choices.items() if code != "")
    return _stored(str(field.field_name), model)


def _said(field: serializers.Field) -> Any:
    """The field that stands for it: of one that a method computes, what the method says of itself."""
    if not isinstance(field, serializers.SerializerMethodField):
        return field
    method = getattr(field.parent, field.method_name)
    if method.__annotations__.get("return") in _YES_NO_METHODS:
        return serializers.BooleanField()
    return get_override(method, "field")


def _stored(name: str, model: type[Model] | None) -> tuple[Code, ...]:
    try:
        choices = getattr(model._meta.get_field(name), "flatchoices", ()) if model else ()
    except FieldDoesNotExist:
        return ()
    return tuple((str(code), words) for code, words in choices if code != "")
