"""Serializers by model: `RecordSerializer` writes records out, `ChangeSerializer` takes in what is written of them.

What the model's field says is not said again: label, help text, choices, length, limits, null, blank, default are its own.
`Meta.fields` names the members in their order, with blanks between; `...` among them stands for all other fields of the
model, in the model's order, so that a new field needs no word here. What is no plain field of the model is declared, as in
any serializer. `Meta.example` is the record of `api/schema/answers.json` that the description shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.utils.field_mapping import ClassLookupDict

from projects.api.fields import (
    Amount,
    Choice,
    ChoiceOrNull,
    Day,
    PartialDay,
    SignedAmount,
    Text,
    WholeNumber,
    YesNo,
    about,
)
from projects.api.references import KEYS, SourceReference, reference_to
from projects.api.schema.examples import answer
from projects.history.digests import digest_of
from projects.models import Enterprise, Prefecture, Project, Source
from projects.models.attribution import Claimed, ReporterField
from projects.models.base import own_fields
from projects.models.fields import AmountField, SignedAmountField
from projects.periods import partial_dates
from sectors.models import ChainLink, Direction, Sector

from .base import Address, BodySerializer, CodedName, NumberedName, Place, ReadOnlySerializer, Record, ShownSource

PRECISE = _("As exactly as it is known: 2023, 2023-Q3, 2023-06 or 2023-06-30; null: not known.")

# how a record is shown where another one names it; those of other models by their key
SHORT_FORMS: Mapping[type[models.Model], type[ReadOnlySerializer]] = {
    Sector: CodedName,
    ChainLink: CodedName,
    Direction: CodedName,
    Project: CodedName,
    Prefecture: Place,
    Enterprise: NumberedName,
    Source: ShownSource,
}

_OrNull = lazy(lambda text: gettext("%(text)s; null for the public.") % {"text": str(text).rstrip(".。")}, str)

FieldAndArguments = tuple[Callable[..., serializers.Field], dict[str, Any]]


class _ByModel(serializers.ModelSerializer):
    """Fields are made once a class, not once a request. There are no validators: REST framework's would ask the database a
    second time, and tell what others hold.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "Meta" in vars(cls):
            cls.Meta.fields, cls.Meta.validators = _member_names(cls.Meta), []
            cls._declared_fields = serializers.ModelSerializer.get_fields(cls())

    def get_fields(self) -> dict[str, serializers.Field]:
        return serializers.Serializer.get_fields(self)

    def build_unknown_field(self, field_name: str, model_class: Any) -> FieldAndArguments:
        """Beside the fields of the model there are the sources of its figures."""
        figure = field_name.removesuffix("_source")
        if figure in getattr(model_class, "attributed", ()):
            return self.build_source_field(model_class._meta.get_field(figure))
        return super().build_unknown_field(field_name, model_class)

    def build_source_field(self, figure: models.Field) -> FieldAndArguments:
        raise NotImplementedError


def _member_names(meta: Any) -> list[str]:
    names = meta.fields.split()
    if "..." not in names:
        return names
    place = names.index("...")
    others = [field.name for field in own_fields(meta.model) if field.editable and field.name not in names]
    return [*names[:place], *others, *names[place + 1 :]]


class RecordSerializer(Record, _ByModel):
    """A record of a model, as lists show it."""

    on_request = ("version",)
    serializer_url_field = Address
    serializer_field_mapping = {
        models.IntegerField: serializers.IntegerField,
        models.BooleanField: serializers.BooleanField,
        models.CharField: serializers.CharField,
        models.TextField: serializers.CharField,
        models.DateField: serializers.DateField,
        models.DateTimeField: serializers.DateTimeField,
    }

    version = serializers.SerializerMethodField(
        label=_("version"),
        help_text=_("Version of the record, which a change of many asks for. Only where `fields` names it."),
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(vars(cls).get("Meta"), "example"):
            fields = {name: each for name, each in cls._declared_fields.items() if name not in cls.on_request}
            extend_schema_serializer(examples=[answer(cls.Meta.example, fields)])(cls)

    def get_version(self, record: models.Model) -> str:
        return digest_of(record)

    def build_standard_field(self, field_name: str, model_field: Any) -> FieldAndArguments:
        kwargs: dict[str, Any] = {"label": model_field.verbose_name}
        date = partial_dates(model_field.model).get(field_name)
        if date:
            exactly = {"source": date, "read_only": True, "allow_null": True, "help_text": PRECISE}
            return serializers.CharField, kwargs | exactly
        if not model_field.primary_key:
            kwargs["help_text"] = about(model_field.model, field_name)
        if model_field.null or field_name in self.private:
            kwargs["allow_null"] = True
        if isinstance(model_field, ReporterField):
            kwargs["help_text"] = _("Who reported this figure; null for the public.")
        elif field_name in self.private:
            kwargs["help_text"] = _OrNull(kwargs["help_text"])
        if model_field.choices:
            kwargs["choices"] = model_field.choices
            return ChoiceOrNull if model_field.blank else serializers.ChoiceField, kwargs
        return ClassLookupDict(self.serializer_field_mapping)[model_field], kwargs

    def build_relational_field(self, field_name: str, relation_info: Any) -> FieldAndArguments:
        related, model_field = relation_info.related_model, relation_info.model_field
        kwargs = {"label": model_field.verbose_name} | ({"allow_null": True} if model_field.null else {})
        if related in SHORT_FORMS:
            return SHORT_FORMS[related], kwargs
        if related is get_user_model():
            return serializers.CharField, kwargs | _name_of_person(model_field, private=field_name in self.private)
        key = KEYS[related]
        source = f"{field_name}_id" if key.path == "pk" else f"{field_name}.{key.path}"
        field_class = serializers.IntegerField if key.number else serializers.CharField
        return field_class, kwargs | {"source": source, "help_text": key.help_text}

    def build_url_field(self, field_name: str, model_class: Any) -> FieldAndArguments:
        return Address, {}

    def build_source_field(self, figure: models.Field) -> FieldAndArguments:
        label = format_lazy(_("source of the {figure}"), figure=figure.verbose_name)
        text = _("The source of the claim that this figure follows; null: of none.")
        return ShownSource, {"label": label, "allow_null": True, "help_text": text}


def _name_of_person(model_field: models.Field, *, private: bool) -> dict[str, Any]:
    text = _("The person's name; null for the public.") if private else _("The person's name.")
    kwargs: dict[str, Any] = {"source": f"{model_field.name}.display_name", "help_text": text}
    if model_field.null:
        kwargs["default"] = None
    return kwargs | ({"allow_null": True} if private else {})


class ChangeSerializer(BodySerializer, _ByModel):
    """What may be written of a record of a model. What is left out of a new one is as the model has it."""

    serializer_field_mapping = {
        models.IntegerField: WholeNumber,
        AmountField: Amount,
        SignedAmountField: SignedAmount,
        models.BooleanField: YesNo,
        models.CharField: Text,
        models.TextField: Text,
        models.DateField: Day,
    }

    def build_standard_field(self, field_name: str, model_field: Any) -> FieldAndArguments:
        date = partial_dates(model_field.model).get(field_name)
        if date:
            return PartialDay, {"source": date, "help_text": PRECISE}
        if isinstance(model_field, ReporterField):
            text = _("Who reported this figure, in words. A changed figure needs this or its source.")
            return Text, {
                "required": False,
                "allow_blank": True,  # as it is shown; `OriginsChange` says where nobody can be named no more
                "max_length": model_field.max_length,
                "help_text": text,
            }
        kwargs = {"help_text": about(model_field.model, field_name)} | _default(model_field)
        if model_field.choices:
            kwargs["choices"] = model_field.choices
            return ChoiceOrNull if model_field.blank else Choice, kwargs
        return ClassLookupDict(self.serializer_field_mapping)[model_field], kwargs | _limits(model_field)

    def build_relational_field(self, field_name: str, relation_info: Any) -> FieldAndArguments:
        null = {"allow_null": True, "default": None} if relation_info.model_field.null else {}
        return reference_to, {"model": relation_info.related_model} | null

    def build_source_field(self, figure: models.Field) -> FieldAndArguments:
        text = _("The source of this figure: an id, or address and date, which is registered if it is new.")
        shown = {"allow_null": True} if issubclass(figure.model, Claimed) else {}  # null where a record shows it so
        return SourceReference, {"required": False, "help_text": text} | shown


def _default(field: Any) -> dict[str, Any]:
    """What a new record has where nothing is said; nothing of a field that must be said."""
    null = {"allow_null": True} if field.null else {}
    if field.has_default():
        return null | {"default": field.default}
    if field.null or (field.blank and field.choices):
        return null | {"default": None}
    return {"default": ""} if field.blank else {}


def _limits(field: Any) -> dict[str, Any]:
    """The length of a text, the least and the greatest number."""
    if isinstance(field, models.CharField | models.TextField):
        length = {"max_length": field.max_length} if field.max_length else {}
        return length | ({"allow_blank": True} if field.blank else {})
    if not isinstance(field, models.IntegerField):
        return {}
    # of whichever database: `field.validators` are also those of the one that is in use
    least, most = BaseDatabaseOperations.integer_field_ranges[field.get_internal_type()]
    for each in (*field.default_validators, *field._validators):
        least = each.limit_value if isinstance(each, MinValueValidator) else least
        most = each.limit_value if isinstance(each, MaxValueValidator) else most
    return {"min_value": least, "max_value": most}
