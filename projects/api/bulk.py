"""Bulk writes: bodies that name many records, and errors by their places in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from django.core.exceptions import ValidationError as ModelRefusal
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError

from projects.choices import PlausibilityKind
from projects.history.digests import digest_of
from projects.history.revisions import MOST_AT_ONCE
from projects.text import LARGEST_KEY

from .errors import as_api_exception
from .exceptions import StaleParts
from .fields import Choice, Text, Version, WholeNumber
from .serializers import BodySerializer, ReadOnlySerializer, Record

_VERSION = _("The record's `version` as you read it, or its whole ETag.")


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
def get_key_serializer(key: str) -> type[NamedRecordChange]:
    """Return the serializer of the key and version of a record whose lookup field is `key`."""
    return _NAMINGS.get(key, ChangeById)


@cache
def many_new(change: type[BodySerializer]) -> type[serializers.Serializer]:
    """Build the serializer that describes the body that adds many records."""
    return _build_many_body(f"Many{change.__name__}", change())


@cache
def many_named(change: type[BodySerializer], key: str) -> type[serializers.Serializer]:
    """Build the serializer that describes the body that changes many records."""
    name = f"Named{change.__name__.removesuffix('Patch').removesuffix('Change')}Change"
    part = type(name, (get_key_serializer(key), _Optional, change), {"_needed": set(get_key_serializer(key)().fields)})
    return _build_many_body(f"Many{name}", part())


@cache
def many_shown(record: type[Record]) -> type[serializers.Serializer]:
    """Build the serializer that describes the response: the records in the order of the body."""
    return type(f"Many{record.__name__}", (ReadOnlySerializer,), {"records": record(many=True)})


class _Optional(BodySerializer):
    """Only what is given changes, of the record that is named."""

    _needed: Collection[str] = ()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name in self._needed
        return fields


def _build_many_body(name: str, part: BodySerializer) -> type[serializers.Serializer]:
    records = serializers.ListField(child=part, min_length=1, max_length=MOST_AT_ONCE)
    return type(name, (BodySerializer,), {"records": records})


Written = TypeVar("Written", bound=Model)


class Faults:
    """Faults of the records in the member `name` of a body: all of them are found before any is said.

    What is no matter of a record's fields, such as permission, is said of the first record that meets it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.by_place: dict[int, ValidationError] = {}

    @contextmanager
    def collect(self, place: int) -> Iterator[None]:
        """Goes on after the block, whether its record is refused or not."""
        try:
            yield
        except (ValidationError, ModelRefusal) as error:
            self.by_place[place] = as_api_exception(error)
        except APIException as error:
            error.place = f"/{self.name}/{place}"  # type: ignore[attr-defined]  `build_problem` says it
            raise

    def refuse(self) -> None:
        """Raise what was found, if anything was: with the status of all of it where that is the same, else as 400."""
        if not self.by_place:
            return
        faults = sorted(self.by_place.items())
        kinds = {type(fault) for _place, fault in faults}
        detail = {self.name: {str(place): fault.detail for place, fault in faults}}
        raise (kinds.pop() if len(kinds) == 1 else ValidationError)(detail)


def require_object(part: Any) -> Mapping[str, Any]:
    """Return a part of the body if it is a JSON object; raises `ValidationError` otherwise."""
    if not isinstance(part, Mapping):
        raise ValidationError(gettext("A record is an object with its fields."), code="wrong_type")
    return part


def require_as_read(record: Written | None, key: Any, version: str) -> Written:
    """Return the record if it is still the version that was read. Raises `ValidationError` if it is None, or
    `StaleParts`.
    """
    if record is None:
        raise ValidationError(gettext("There is no “%(key)s”.") % {"key": key}, code="unknown_value")
    if digest_of(record) != version:
        raise StaleParts
    return record
