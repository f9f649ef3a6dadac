"""Bodies of bulk writes: each record is what a call of its own would say, and a change names its record and the version."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.api.fields import Choice, Text, Version, WholeNumber
from projects.choices import PlausibilityKind
from projects.history.revisions import MOST_AT_ONCE
from projects.text import LARGEST_KEY

from .base import BodySerializer, ReadOnlySerializer, Record

_VERSION = _(
    "The record's `version` as you read it, with `fields=…,version` in a list, or the whole ETag of the record."
)


class ManyChange(BodySerializer):
    """The envelope. What stands in `records` is looked at one by one, so that errors can be told by place."""

    records = serializers.ListField(child=serializers.JSONField(allow_null=True), min_length=1, max_length=MOST_AT_ONCE)


class NamedRecordChange(BodySerializer):
    """Which record a part of a change of many is about."""

    version = Version(help_text=_VERSION)


class ChangeByCode(NamedRecordChange):
    code = Text(max_length=60, help_text=_("The project's code."))


class ChangeByKind(NamedRecordChange):
    kind = Choice(PlausibilityKind.choices, help_text=_("The rule's kind."))


class ChangeById(NamedRecordChange):
    id = WholeNumber(min_value=1, max_value=LARGEST_KEY - 1, help_text=_("The record's id."))


_NAMINGS: Mapping[str, type[NamedRecordChange]] = {"code": ChangeByCode, "kind": ChangeByKind}


@cache
def naming(key: str) -> type[NamedRecordChange]:
    """How records are named whose key is called `key`."""
    return _NAMINGS.get(key, ChangeById)


@cache
def many_new(change: type[BodySerializer]) -> type[serializers.Serializer]:
    """For the description: what adds many records."""
    return _described(f"Many{change.__name__}", change())


@cache
def many_named(change: type[BodySerializer], key: str) -> type[serializers.Serializer]:
    """For the description: what changes many records."""
    name = f"Named{change.__name__.removesuffix('Patch').removesuffix('Change')}Change"
    part = type(name, (naming(key), _Optional, change), {"_needed": set(naming(key)().fields)})
    return _described(f"Many{name}", part())


@cache
def many_shown(record: type[Record]) -> type[serializers.Serializer]:
    """What is answered: the records in the order of the call."""
    return type(f"Many{record.__name__}", (ReadOnlySerializer,), {"records": record(many=True)})


class _Optional(BodySerializer):
    """Only what is given changes, of the record that is named."""

    _needed: Collection[str] = ()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name in self._needed
        return fields


def _described(name: str, part: BodySerializer) -> type[serializers.Serializer]:
    told = _("At most 500. All of them are written, or none.")
    records = serializers.ListField(child=part, min_length=1, max_length=MOST_AT_ONCE, help_text=told)
    return type(name, (BodySerializer,), {"records": records})
