"""Base serializers: records that go out, bodies that come in, and references to other records.

What the model's field says is not repeated: label, help text, choices, length, limits, null, blank and default are its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, PermissionDenied, ValidationError
from rest_framework.fields import get_error_detail
from rest_framework.reverse import reverse
from rest_framework.settings import api_settings
from rest_framework.utils.field_mapping import ClassLookupDict

from projects.access import get_access, visible
from projects.choices import Basis, PlausibilityKind
from projects.history import as_of
from projects.history.digests import digest_of
from projects.history.revisions import explain
from projects.models import Enterprise, Entry, MonthlyReport, Prefecture, Programme, Project, Source
from projects.models.attribution import NEEDS_ORIGIN, NO_FIGURE, Claimed, ReporterField, reporter_of
from projects.models.base import get_fields_to_propose
from projects.models.fields import AmountField, SignedAmountField, normalised_code
from projects.periods import Month, partial_dates
from projects.plausibility.checks import Confirmation
from projects.plausibility.rules import get_kinds
from projects.text import LARGEST_KEY, LONGEST_REASON, LONGEST_WORDS, listing
from sectors.models import ChainLink, Direction, Sector

from .fields import (
    UNSTORABLE,
    Amount,
    Choice,
    ChoiceOrNull,
    Day,
    PartialDay,
    SignedAmount,
    Text,
    WholeNumber,
    YesNo,
    get_field_description,
)
from .parameters import suggest, unknown_value

CNY, DAYS = _("CNY"), _("days")
_MOST_TOLD = 60  # names in a body that are looked at and are no fields of it: a body of 1 MiB has many thousands
READ_ONLY = _("This is not changed here: leave it out, or send it as it is.")


class ReadOnlySerializer(serializers.Serializer):
    """A serializer of responses alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("read_only", True)
        super().__init__(*args, **kwargs)


class Record(ReadOnlySerializer):
    """A record of a list. The parameter `fields` narrows it, so the schema requires no member.

    `private` are names of persons and words between them: null for the public.
    """

    private: Collection[str] = ()
    on_request: Collection[str] = ()  # in the response only where `fields` names them
    of_other_records: Collection[str] = ()  # what other records store, and is changed there
    units: Mapping[str, Any] = {}  # of fields that are no amounts of the model: for the headers of tables

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        if "fields" not in self.context:
            return fields
        wanted = self.context["fields"] or fields.keys() - set(self.on_request)
        return {name: field for name, field in fields.items() if name in wanted}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        members = super().to_representation(instance)
        if self.private and get_access(self.context["request"].user).public:
            members |= {name: None for name in self.private if name in members}
        return members

    @classmethod
    def is_computed(cls, name: str) -> bool:
        """Return whether a member follows from what is stored: it is in no body, and passed over where it is in one."""
        if name not in cls._declared_fields or name in cls.of_other_records:
            return False
        stored = {field.name for field in cls.Meta.model._meta.concrete_fields}
        source = cls._declared_fields[name].source or name
        return not {name, source.partition(".")[0]} & stored and name.removesuffix("_source") not in stored


class Paged(ReadOnlySerializer):
    """What is said of a list that goes by pages."""

    count = serializers.IntegerField(help_text=_("Records on all pages."))
    next = serializers.URLField(allow_null=True, help_text=_("Address of the next page."))
    previous = serializers.URLField(allow_null=True, help_text=_("Address of the page before."))


class Page(Paged):
    """What is said of a list of records."""

    count = serializers.IntegerField(
        allow_null=True, help_text=_("Records on all pages; null: not counted, as pages go by cursor.")
    )


class ConfirmationSerializer(serializers.Serializer):
    """What a body may say beside what it changes."""

    confirm = serializers.ListField(
        child=Choice(PlausibilityKind.choices),
        max_length=len(PlausibilityKind),
        required=False,
        help_text=_(
            "The rules that are overruled, as the errors with `code: needs_confirmation` name them in `rule`. Needs a "
            "reason."
        ),
    )
    confirm_reason = Text(
        required=False,
        allow_blank=True,
        max_length=LONGEST_WORDS,
        help_text=_("Why what is doubted is right, if not as `reason` says."),
    )
    reason = Text(
        required=False, allow_blank=True, max_length=LONGEST_WORDS, help_text=_("Why; kept with the revision.")
    )


class BodySerializer(serializers.Serializer):
    """What may be written of a record; anything else in the body is refused by name."""

    # a body may confirm what plausibility rules doubt of it: `confirm` names the rules that are overruled, `reason` or
    # `confirm_reason` says why

    read_only_messages: Mapping[str, Any] = {}  # by member that is stored and not written here: what to do instead
    asks_rules: bool | None = None  # whether plausibility rules check it; None: if they check records of its model
    confirmation = Confirmation()

    def get_fields(self) -> dict[str, Any]:
        asks_rules = self.asks_rules
        if asks_rules is None:
            model = getattr(getattr(self, "Meta", None), "model", None)
            asks_rules = model is not None and bool(get_kinds(model._meta.model_name))
        own, added = super().get_fields(), ConfirmationSerializer().get_fields() if asks_rules else {}
        self.added = added.keys() - own.keys()
        return own | {name: field for name, field in added.items() if name in self.added}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Validate, and move what confirms doubts from the values to `confirmation`.

        Refuses in our words what is no object: REST framework's own are of dictionaries, or in English only.
        """
        may_be_left_out = data is serializers.empty or (data is None and self.allow_null)
        if not may_be_left_out and not isinstance(data, Mapping):
            raise serializers.ValidationError(
                {api_settings.NON_FIELD_ERRORS_KEY: [gettext("Give a JSON object with its fields.")]}, code="wrong_type"
            )
        values = super().run_validation(data)
        if isinstance(values, dict) and "confirm" in self.fields:
            reason = values.get("confirm_reason") or values.get("reason") or ""
            self.confirmation = Confirmation(values.get("confirm", ()), reason)
            return {name: value for name, value in values.items() if name not in self.added}
        return values

    def to_internal_value(self, data: Any) -> Any:
        """Return the values. Raises for all that is wrong at once, what is not known included."""
        errors = self._get_name_errors(data)
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            errors = error.detail | errors
        if errors:
            raise ValidationError(errors)
        return values

    def _get_name_errors(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the errors of members that are not written here.

        A record may be sent as it was read: what is computed is passed over, and what is stored if it is as it was read.
        """
        read_class, errors = self.context.get("read_class"), {}
        others = [name for name in data if name not in self.fields]
        for name in others[:_MOST_TOLD]:
            if read_class and read_class.is_computed(name):
                continue
            if read_class is None or name not in read_class._declared_fields:
                message = unknown_value(name, self.fields) + (suggest(name, self.fields) or suggest_lists(name))
                errors[str(name)[:80]] = [ErrorDetail(message, "unknown_field")]
            elif self.instance is None or not _is_same(self.context["read"][name], data[name]):
                is_elsewhere = name in read_class.of_other_records
                words = str(READ_ONLY) + (suggest_lists(name) if is_elsewhere else "")
                message = self.read_only_messages.get(name, words)
                errors[name] = [ErrorDetail(message, "unknown_field" if is_elsewhere else "read_only")]
        return errors

    def apply_to(self, record: Model) -> None:
        """Set what was given, without saving."""
        for name, value in self.validated_data.items():
            setattr(record, name, value)


def _is_same(shown: Any, given: Any) -> bool:
    """Return whether a member is given as it is shown; of another record the key alone counts, not what it is called."""
    if isinstance(shown, Mapping) and isinstance(given, Mapping):
        return all(shown[key] == given.get(key) for key in ("code", "adcode", "id") if key in shown)
    return bool(shown == given)


def suggest_lists(name: str) -> str:
    """Return the sentence that says at which lists a member of this name is written; "" for none."""
    from .urls import VIEWSETS  # which loads the lists, and they this module

    bodies = {f"{path}/": getattr(viewset, "change_class", None) for path, viewset in VIEWSETS.items()}
    lists = [path for path, body in bodies.items() if body is not None and name in body().fields]
    return gettext(" It is written at %(lists)s.") % {"lists": listing(lists)} if lists else ""


@extend_schema_field({"type": "string", "format": "uri"})
class Address(serializers.Field):
    """The record's own address in this API: at the list whose view writes it.

    HyperlinkedIdentityField returns no plain text, which the header Location needs, and reverses each address: of 50
    records in a third of the time of a list.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            source="*", read_only=True, label=_("address"), help_text=_("Address of this record."), **kwargs
        )

    @cached_property
    def _list_address(self) -> str:
        return reverse(f"api:{self.context['view'].basename}-list", request=self.context["request"])

    def to_representation(self, value: Any) -> str:
        return f"{self._list_address}{quote(str(getattr(value, self.context['view'].lookup_field)))}/"


class CodedName(ReadOnlySerializer):
    """A record of reference data: its key and its names. `name_en` may be empty."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()


class Place(ReadOnlySerializer):
    adcode = serializers.CharField(help_text=_("Six digits, GB/T 2260, such as 430100."))
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
        help_text=_("As exactly as it is known: 2023, 2023-Q3, 2023-06 or 2023-06-30; null: not known.")
    )
    publisher = serializers.CharField(help_text=_("In the reader's language."))

    def get_published(self, source: Source) -> str | None:
        return str(source.published_on) if source.published_on else None


@dataclass(frozen=True)
class Key:
    """By which attribute records are named. `listed`: who names none that there is, is told those that there are."""

    path: str
    help_text: Any
    number: bool = False
    listed: bool = True


KEYS: Mapping[type[Model], Key] = {
    Direction: Key("code", _("The direction's code.")),
    Sector: Key("code", _("The sector's code.")),
    ChainLink: Key("code", _("The code of a chain link of this sector.")),
    Prefecture: Key("adcode", _("The prefecture's six digits, such as 430100.")),
    Programme: Key("year", _("Year of the programme."), number=True),
    Project: Key("code", _("The project's code."), listed=False),
    Enterprise: Key("pk", _("The enterprise's id."), number=True, listed=False),
    Entry: Key("pk", _("The entry's id."), number=True, listed=False),
    MonthlyReport: Key("pk", _("The report's id."), number=True, listed=False),
    Source: Key(
        "pk",
        _("An id, or address and date of a source, which is registered if it is new."),
        number=True,
        listed=False,
    ),
}


class Reference(serializers.Field):
    """A record named by its key, chosen from what the user may see.

    Another key than a visible record's is refused in the same words whether it exists or not.
    """

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        named = KEYS[model]
        self.model, self.key, self.number, self.listed = model, named.path, named.number, named.listed
        super().__init__(**{"help_text": named.help_text} | kwargs)

    def to_internal_value(self, data: Any) -> Model:
        shown_key = "id" if self.key == "pk" else self.key
        if isinstance(data, Mapping) and shown_key in data:  # as it is shown where a record is read
            data = data[shown_key]
        self._require_key(data)
        key = normalised_code(data) if self.model is Project else data
        found = self._candidates().filter(**{self.key: key}).first()
        if found is None:
            known = self._candidates().order_by(self.key).values_list(self.key, flat=True) if self.listed else []
            absent = gettext("There is no “%(key)s”.") % {"key": str(data)[:80]}
            raise ValidationError(unknown_value(str(data), known) if self.listed else absent, code="unknown_value")
        return found

    def to_representation(self, value: Model) -> Any:
        return getattr(value, self.key)

    def _candidates(self) -> QuerySet:
        rows = visible(self.model._default_manager.all(), self.context["request"].user)
        # a row permission may join; the key alone decides here
        return self.model._default_manager.filter(pk__in=rows.order_by().values("pk"))

    def _require_key(self, data: Any) -> None:
        wanted: type = int if self.number else str
        if not isinstance(data, wanted) or isinstance(data, bool):
            text = gettext('Give a text in quotes, such as "430100".')
            raise ValidationError(gettext("Give a whole number.") if self.number else text, code="wrong_type")
        if isinstance(data, int) and not 0 <= data < LARGEST_KEY:
            raise ValidationError(gettext("There is no “%(key)s”.") % {"key": data}, code="unknown_value")
        if isinstance(data, str) and UNSTORABLE.search(data):
            raise ValidationError(gettext("The text has a character that cannot be stored."))


class SourceNaming(BodySerializer):
    """A source by its address and date. The publisher's names are used when it is registered now."""

    url = Text(max_length=500)
    published = PartialDay(source="published_on")
    publisher_zh = Text(max_length=100, allow_blank=True, default="")
    publisher_en = Text(max_length=100, allow_blank=True, default="")


class SourceReference(Reference):
    """A source by its id, or by its address and date; one that is not registered yet is registered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Source, **kwargs)

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, dict) or "id" in data:
            return super().to_internal_value(data)
        naming = SourceNaming(data=data)
        naming.is_valid(raise_exception=True)
        source = Source()
        for name, value in naming.validated_data.items():
            setattr(source, name, value)
        named = {name: getattr(source, name) for name in ("url", "published", "published_precision")}
        if stored := self._candidates().filter(**named).first():
            return stored
        if not self.context["request"].user.has_perm("projects.add_source"):
            raise PermissionDenied(gettext("You may name only sources that are registered."))
        source.save()
        return source


def build_reference(model: type[Model], **kwargs: Any) -> Reference:
    """Build the field of a body that names a record of this model."""
    return SourceReference(**kwargs) if model is Source else Reference(model, **kwargs)


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


class _ModelSerializer(serializers.ModelSerializer):
    """A model serializer whose fields are built once for a class.

    It has no validators: REST framework's would query the database a second time, and reveal what others hold.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "Meta" in vars(cls):
            cls.Meta.validators = []
            cls._declared_fields = serializers.ModelSerializer.get_fields(cls())

    def get_fields(self) -> dict[str, serializers.Field]:
        return serializers.Serializer.get_fields(self)

    def build_unknown_field(self, field_name: str, model_class: Any) -> FieldAndArguments:
        """Build the field `<figure>_source`, which is not one of the model."""
        figure = field_name.removesuffix("_source")
        if figure in getattr(model_class, "attributed", ()):
            return self.build_source_field(model_class._meta.get_field(figure))
        return super().build_unknown_field(field_name, model_class)

    def build_source_field(self, figure: models.Field) -> FieldAndArguments:
        raise NotImplementedError


class RecordSerializer(Record, _ModelSerializer):
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

    updated_at = serializers.DateTimeField(
        label=_("updated at"), help_text=_("When this version of the record was recorded here.")
    )

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "Meta" in vars(cls) and hasattr(cls.Meta.model, "history"):
            cls.Meta.fields = [*cls.Meta.fields, "updated_at"]
        super().__init_subclass__(**kwargs)

    def get_version(self, record: models.Model) -> str:
        return digest_of(record)

    def build_standard_field(self, field_name: str, model_field: Any) -> FieldAndArguments:
        kwargs: dict[str, Any] = {"label": model_field.verbose_name}
        date = partial_dates(model_field.model).get(field_name)
        if date:
            exactly = {"source": date, "read_only": True, "allow_null": True, "help_text": PRECISE}
            return serializers.CharField, kwargs | exactly
        if not model_field.primary_key:
            kwargs["help_text"] = get_field_description(model_field.model, field_name)
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
            text = _("The person's name.")
            if field_name in self.private:
                text = _("The person's name; null for the public.")
                kwargs["allow_null"] = True
            if model_field.null:
                kwargs["default"] = None
            return serializers.CharField, kwargs | {"source": f"{field_name}.display_name", "help_text": text}
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


class ChangeSerializer(BodySerializer, _ModelSerializer):
    """What may be written of a record of a model. What is left out of a new one is as the model has it."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the values. Raises with what is wrong for what the model's own fields would refuse of the rest."""
        try:
            return super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError(self._get_errors_of_rest(data, error.detail) | error.detail) from error

    def _get_errors_of_rest(self, data: Mapping[str, Any], wrong: Mapping[str, Any]) -> dict[str, Any]:
        model = self.Meta.model
        columns = {field.name for field in model._meta.concrete_fields}
        rest = {
            name: self.fields[name] for name in data if name in self.fields and name in columns and name not in wrong
        }
        record = copy(self.instance) if self.instance else model()
        values = {name: field.run_validation(data[name]) for name, field in rest.items() if field.source == name}
        values = {name: value for name, value in values.items() if not isinstance(value, Month)}
        for name, value in values.items():
            setattr(record, name, value)
        errors: dict[str, Any] = {}
        for check in (record.clean_fields, record.validate_unique):
            try:
                check(exclude=columns - values.keys())
            except DjangoValidationError as error:
                errors |= get_error_detail(error)
        return errors

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
        kwargs = {"help_text": get_field_description(model_field.model, field_name)} | _default(model_field)
        if model_field.choices:
            kwargs["choices"] = model_field.choices
            return ChoiceOrNull if model_field.blank else Choice, kwargs
        return ClassLookupDict(self.serializer_field_mapping)[model_field], kwargs | _limits(model_field)

    def build_relational_field(self, field_name: str, relation_info: Any) -> FieldAndArguments:
        null = {"allow_null": True, "default": None} if relation_info.model_field.null else {}
        return build_reference, {"model": relation_info.related_model} | null

    def build_source_field(self, figure: models.Field) -> FieldAndArguments:
        text = _("The source of this figure: an id, or address and date, which is registered if it is new.")
        shown = {"allow_null": True} if issubclass(figure.model, Claimed) else {}  # null where a record shows it so
        return SourceReference, {"required": False, "help_text": text} | shown


def _default(field: Any) -> dict[str, Any]:
    """Return the default of a new record, as arguments of a field; empty for a required field."""
    null = {"allow_null": True} if field.null else {}
    if field.has_default():
        return null | {"default": field.default}
    if field.null or (field.blank and field.choices):
        return null | {"default": None}
    return {"default": ""} if field.blank else {}


def _limits(field: Any) -> dict[str, Any]:
    """Return the length of a text, or the least and the greatest number, as arguments of a field."""
    if isinstance(field, models.CharField | models.TextField):
        length = {"max_length": field.max_length} if field.max_length else {}
        return length | ({"allow_blank": True} if field.blank else {})
    if not isinstance(field, models.IntegerField):
        return {}
    # the narrower of the field's own limits and those of every database: the one in use may allow more
    least, most = BaseDatabaseOperations.integer_field_ranges[field.get_internal_type()]
    for validator in field.validators:
        if isinstance(validator, MinValueValidator):
            least = max(least, validator.limit_value)
        elif isinstance(validator, MaxValueValidator):
            most = min(most, validator.limit_value)
    return {"min_value": least, "max_value": most}


def add_present_records(records: Sequence[Any], rows: Callable[[], QuerySet]) -> None:
    """Give each record its `present`: the same version as it stands now, or None. One query, in the past."""
    if as_of.get_as_of() is None:
        return
    with as_of.override_as_of(None):
        now = {record.pk: record for record in rows().filter(pk__in=[record.pk for record in records])}
    for record in records:
        present = now.get(record.pk)
        record.present = present if present is not None and digest_of(present) == digest_of(record) else None


class OfEntryRecord(RecordSerializer):
    """A record about an entry: with the entry's project, and the year of its list."""

    project = CodedName(label=_("project"), source="entry.project")
    programme = serializers.IntegerField(
        label=_("programme"), source="entry.programme.year", help_text=_("Year of the programme.")
    )


class StepRecord(RecordSerializer):
    """What somebody did, at what time and with which words."""

    who = serializers.CharField(source="user.display_name", help_text=_("The person's name."))


class WithStepsRecord(RecordSerializer):
    """A record of a workflow, with the steps that the reader may take next."""

    def get_may(self, record: Any) -> list[str]:
        """Return the steps that may be taken; none if another version of the record is stored by now."""
        token, present = self.context["request"].auth, getattr(record, "present", record)
        if present is None or (token is not None and not token.may_write):  # it reads, whatever its user may do
            return []
        with as_of.override_as_of(None):
            return self.steps(present)

    def steps(self, record: Any) -> list[str]:
        raise NotImplementedError


class AuthoredChange(ChangeSerializer):
    """Its author is who sends it."""

    def apply_to(self, record: Any) -> None:
        super().apply_to(record)
        record.author = self.context["request"].user


class WithBasisChange(ChangeSerializer):
    """Without a basis a new record has the project's: reported, or illustrative."""

    basis = Choice(Basis.choices, required=False)

    def apply_to(self, record: Any) -> None:
        super().apply_to(record)
        if record._state.adding and "basis" not in self.validated_data:
            record.basis = getattr(record, "entry", record).project.basis_of_news


class OriginsChange(ChangeSerializer):
    """A change of a record whose figures rest on something: on a source, or on who reported them.

    What is sent as it is stored is left out: whoever puts a record back says nothing of figures that stay as they are.
    """

    reason = Text(
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Why; kept with the revision. Needed where a figure is taken away."),
    )

    def apply_to(self, record: Any) -> None:
        given = dict(self.validated_data)
        explain(given.pop("reason", ""))
        figures = {name: each for each in record.attributed for name in (f"{each}_source", reporter_of(each))}
        origins = {name: given.pop(name) for name in figures if name in given}
        for name, value in given.items():
            setattr(record, name, value)
        changed = record.changed_figures()
        origins = {
            name: value
            for name, value in origins.items()
            if figures[name] in changed or value != self._get_stored(record, figures[name], name)
        }
        self._refuse_blank(record, figures, origins)
        sources, errors = {}, {}
        for name, value in origins.items():
            figure = figures[name]
            if value and name == reporter_of(figure):
                setattr(record, name, value)
            elif value and record.figure(figure) is None:
                errors[name] = [NO_FIGURE]  # at the member that was sent, what the record would say at the figure
            elif value:
                sources[figure] = value
        if errors:
            raise ValidationError(errors)
        for figure, source in sources.items():
            record.name_source(figure, source)

    def _refuse_blank(self, record: Any, figures: Mapping[str, str], origins: Mapping[str, Any]) -> None:
        """Raise for an origin that cannot be blank.

        Where a figure may only be proposed, saving the record says so at the figure, and no origin is required.
        """
        with_origin = {figures[name] for name, value in origins.items() if value}
        refused = {
            name
            for name, value in origins.items()
            if not value and figures[name] not in with_origin and record.figure(figures[name]) is not None
            if not record.has_new_source() or self._get_stored(record, figures[name], name)
        }
        if refused:
            proposed = get_fields_to_propose(record, self.context["request"].user)
            refused = {name for name in refused if figures[name] not in proposed}
        if refused:
            raise ValidationError({name: [NEEDS_ORIGIN] for name in origins if name in refused}, code="needs_source")

    @staticmethod
    def _get_stored(record: Any, figure: str, name: str) -> Any:
        """Return the stored origin of a figure."""
        return getattr(record, name) if name == reporter_of(figure) else record.source_of(figure)
