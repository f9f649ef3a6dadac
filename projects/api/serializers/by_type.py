"""Serializers by type: members of an answer that a class of ours has already, by its types and by where it has None.

`of` is the data class or model, or several: the first that has a member gives it. `members` names them in their order,
`code:key` where ours is called otherwise; what the body declares has its place among them. `texts` says of some what their
name does not. What no class of ours has is annotated in the body, with its text (`Annotated`); that is enough where nothing
else goes out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import EnumType
from fractions import Fraction
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, NewType, Union, get_args, get_origin, get_type_hints

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from rest_framework import serializers
from rest_framework.utils.field_mapping import ClassLookupDict

from projects.api.fields import ChoiceOrNull, ShareField
from projects.periods import Month

from .base import ReadOnlySerializer
from .by_model import RecordSerializer

Url = NewType("Url", str)
_FIELDS: Mapping[Any, type[serializers.Field]] = {
    str: serializers.CharField,
    Url: serializers.URLField,
    Month: serializers.CharField,
    int: serializers.IntegerField,
    bool: serializers.BooleanField,
    Fraction: ShareField,
    dt.date: serializers.DateField,
    dt.datetime: serializers.DateTimeField,
}
_OF_MODELS = ClassLookupDict(RecordSerializer.serializer_field_mapping)


class TypedSerializer(ReadOnlySerializer):
    """Something that only goes out, as a class of ours holds it."""

    of: ClassVar[Any]
    members: ClassVar[str]
    texts: ClassVar[Mapping[str, Any]] = {}
    _declared_fields: ClassVar[dict[str, serializers.Field]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = vars(cls)
        annotated = own.get("__annotations__", {})
        if annotated or "of" in own:
            of = own.get("of", ())
            owners = (*((cls,) if annotated else ()), *(of if isinstance(of, tuple) else (of,)))
            named = own.get("members") or " ".join(annotated)
            cls._declared_fields = _members(owners, named, own.get("texts", {}), cls._declared_fields)


def _members(
    owners: tuple[type, ...], members: str, texts: Mapping[str, Any], declared: Mapping[str, serializers.Field]
) -> dict[str, serializers.Field]:
    """Those of the bases, and then those that are named, in this order."""
    named = dict(each.partition(":")[::2] for each in members.split())
    found = {name: field for name, field in declared.items() if name not in named}
    for name, source in named.items():
        said = {"help_text": texts.get(name), "source": source or None}
        found[name] = declared.get(name) or _of_hint(_hint_of(owners, source or name), said)
    return found


def _hint_of(owners: tuple[type, ...], path: str) -> Any:
    first, *rest = path.split(".")
    hint = next(found for owner in owners if (found := _hint(owner, first)) is not None)
    for part in rest:
        hint = _hint(hint, part)
    return hint


def _hint(owner: type, name: str) -> Any:
    """The type of an attribute, or the field of a model; None: there is none."""
    if issubclass(owner, models.Model):
        try:
            return owner._meta.get_field(name)
        except FieldDoesNotExist:
            pass
    elif name in owner.__annotations__:
        return get_type_hints(owner, include_extras=True)[name]
    read = getattr(getattr(owner, name, None), "fget", None)
    return get_type_hints(read)["return"] if read else None


def _of_hint(hint: Any, kwargs: dict[str, Any]) -> serializers.Field:
    if get_origin(hint) is Annotated:
        hint, text = get_args(hint)
        kwargs = kwargs | {"help_text": text}
    if isinstance(hint, models.Field):
        null, of = hint.null, _OF_MODELS[hint]
        choices = hint.choices
    else:
        null = get_origin(hint) in (UnionType, Union) and NoneType in get_args(hint)
        hint = next(each for each in get_args(hint) if each is not NoneType) if null else hint
        more = {"allow_null": True} if null else {}
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is dict:
            return serializers.DictField(child=_of_hint(arguments[1], {}), **kwargs, **more)
        if origin in (tuple, list):
            if _is_serializer(arguments[0]):
                return arguments[0](many=True, **kwargs, **more)
            return serializers.ListField(child=_of_hint(arguments[0], {}), **kwargs, **more)
        if _is_serializer(hint):
            return hint(**kwargs, **more)
        choices, of = (hint.choices, None) if isinstance(hint, EnumType) else (None, _FIELDS[hint])
    if choices:
        return (ChoiceOrNull if null else serializers.ChoiceField)(choices, **kwargs)
    return of(**kwargs | ({"allow_null": True} if null else {}))


def _is_serializer(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, serializers.Serializer)
