"""Base serializers: what every record that goes out, and every change that comes in, has in common."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property, lru_cache
from operator import attrgetter, itemgetter
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext, gettext_lazy
from rest_framework import serializers
from rest_framework.reverse import reverse
from rest_framework.settings import api_settings

from projects.access import access_of
from projects.api.parameters import unknown_value
from projects.models import Source

Shown = Callable[[Any], Any]
_AS_IT_IS = {serializers.CharField: str, serializers.IntegerField: int, serializers.BooleanField: bool}
CNY, DAYS = gettext_lazy("CNY"), gettext_lazy("days")


class ReadOnlySerializer(serializers.Serializer):
    """Something that only goes out.

    How its members are read is found out once for all records: REST framework asks it anew of each member of each.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("read_only", True)
        super().__init__(*args, **kwargs)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        members = self._entries if isinstance(instance, Mapping) else self._members
        try:
            return {name: shown(instance) for name, shown in members}
        except serializers.SkipField:
            return super().to_representation(instance)

    @cached_property
    def _members(self) -> list[tuple[str, Shown]]:
        return [(str(field.field_name), _shown(field, attrgetter)) for field in self._readable_fields]

    @cached_property
    def _entries(self) -> list[tuple[str, Shown]]:
        return [(str(field.field_name), _shown(field, itemgetter)) for field in self._readable_fields]


def _shown(field: serializers.Field, getter: Callable[[Any], Shown]) -> Shown:
    """What a member shows of a record: what the field makes of the attribute, or entry, at its source."""
    if isinstance(field, serializers.SerializerMethodField):
        return getattr(field.parent, field.method_name)
    if isinstance(field, Address):
        return field.shown()
    own = _AS_IT_IS.get(type(field))
    path = getter(field.source) if field.source != "*" else None

    def shown(record: Any) -> Any:
        try:
            value = path(record) if path else record
        except (AttributeError, KeyError, ObjectDoesNotExist):
            value = field.get_attribute(record)
        if value is None or type(value) is own:
            return value
        if callable(value):
            value = field.get_attribute(record)
        return value if value is None or type(value) is own else field.to_representation(value)

    return shown


class Record(ReadOnlySerializer):
    """A record of a list. The parameter `fields` narrows it, so the schema requires none.

    `private` are names of persons and words between them: null for the public.
    """

    private: Collection[str] = ()
    on_request: Collection[str] = ()  # shown only where `fields` names them
    units: Mapping[str, Any] = {}  # of fields that are no amounts of the model: for the heads of tables

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        if "fields" not in self.context:
            return fields
        return {name: fields[name] for name in self.names(self.context["fields"])}

    @classmethod
    def names(cls, asked: Collection[str] | None) -> tuple[str, ...]:
        """The members that are shown where these are asked for; None: nobody said which."""
        return _names(cls, None if asked is None else frozenset(asked))

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if self.private and access_of(self.context["request"].user).public:
            shown |= {name: None for name in self.private if name in shown}
        return shown


@lru_cache(1_000)
def _names(form: type[Any], asked: frozenset[str] | None) -> tuple[str, ...]:
    left_out = form.on_request if asked is None else set(form._declared_fields) - asked
    return tuple(name for name in form._declared_fields if name not in left_out)


class Paged(ReadOnlySerializer):
    """What is said of a list that goes by pages."""

    count = serializers.IntegerField(help_text=gettext_lazy("Records on all pages."))
    next = serializers.URLField(allow_null=True, help_text=gettext_lazy("Address of the next page."))
    previous = serializers.URLField(allow_null=True, help_text=gettext_lazy("Address of the page before."))


class BodySerializer(serializers.Serializer):
    """What may be written of a record; anything else in the body is refused by name."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Refuses in our words what is no object: REST framework's own are of dictionaries, or in English only."""
        may_be_left_out = data is serializers.empty or (data is None and self.allow_null)
        if not may_be_left_out and not isinstance(data, Mapping):
            raise serializers.ValidationError(
                {api_settings.NON_FIELD_ERRORS_KEY: [gettext("Give a JSON object with its fields.")]}
            )
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                known = list(self.fields)
                raise serializers.ValidationError({str(name)[:80]: [unknown_value(name, known)] for name in unknown})
        return super().to_internal_value(data)

    def apply_to(self, record: Model) -> None:
        """Set what was given, without saving."""
        for name, value in self.validated_data.items():
            setattr(record, name, value)


def addresses_by_id(name: str, request: Any) -> Callable[[int], str]:
    """The addresses of a kind of record, each by its id: the kind is looked up once."""
    before, _zero, behind = reverse(name, args=[0], request=request).rpartition("/0/")
    return lambda key: f"{before}/{key}/{behind}"


class Address(serializers.Field):
    """The record's own address in this API: at the list that shows it."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = gettext_lazy("Address of this record.")
        super().__init__(source="*", read_only=True, label=gettext_lazy("address"), help_text=help_text, **kwargs)

    def to_representation(self, value: Any) -> str:
        return self.shown()(value)

    def shown(self) -> Shown:
        """The address of each record."""
        view, request = self.context["view"], self.context["request"]
        name = f"api:{view.basename}-detail"
        if view.lookup_field == "pk":
            address_of = addresses_by_id(name, request)
            return lambda record: address_of(record.pk)
        parts: list[str] = []  # of an address, before and after the key

        def get_address(record: Any) -> str:
            key = str(getattr(record, view.lookup_field))
            if not parts:
                parts[:] = reverse(name, args=[key], request=request).rpartition(quote(key))[::2]
            return quote(key).join(parts)

        return get_address


class CodedName(ReadOnlySerializer):
    """A record of reference data: its key and its names. `name_en` may be empty."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()


class Place(ReadOnlySerializer):
    adcode = serializers.CharField(help_text=gettext_lazy("Six digits, GB/T 2260, such as 430100."))
    name_zh = serializers.CharField()
    name_en = serializers.CharField()


class NumberedName(ReadOnlySerializer):
    id = serializers.IntegerField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()


class ShownSource(ReadOnlySerializer):
    """Where a figure comes from."""

    id = serializers.IntegerField()
    url = serializers.URLField()
    published = serializers.SerializerMethodField(
        help_text=gettext_lazy("As exactly as it is known: 2023, 2023-Q3, 2023-06 or 2023-06-30; null: not known.")
    )
    publisher = serializers.CharField(help_text=gettext_lazy("In the reader's language."))

    def get_published(self, source: Source) -> str | None:
        return str(source.published_on) if source.published_on else None
