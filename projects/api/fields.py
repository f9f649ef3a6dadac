"""Strict serializer fields: no text for a number, no number for a text, nothing rounded."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import Any

from django.db.models import Model
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.etags import get_version
from projects.money import LIMIT
from projects.periods import Month, PartialDate
from projects.text import LONGEST_WORDS, listing

from .parameters import MONTH_PATTERN, PARTIAL_DATE_PATTERN

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and halves of surrogate pairs: no database stores them
_BAD_CHARACTER = _("The text has a character that cannot be stored.")
PLACES_OF_SHARES = 6
_DAY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")


def get_field_description(model: type[Model], name: str) -> Any:
    """Return the verbose name and help text of a model's field, for the description."""
    field = model._meta.get_field(name)
    return format_lazy("{}. {}", field.verbose_name, field.help_text) if field.help_text else field.verbose_name


def require_text(value: Any) -> str:
    """Return the value if it is text that can be stored; raises `ValidationError`."""
    if not isinstance(value, str):
        raise serializers.ValidationError(_('Give a text in quotes, such as "430100".'), code="wrong_type")
    if UNSTORABLE.search(value):
        raise serializers.ValidationError(_BAD_CHARACTER)
    return value


class Text(serializers.CharField):
    """Text only; a number is not silently made a text."""

    default_error_messages = {"blank": _("Give a text: it cannot be blank.")}

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(require_text(data))


class Words(Text):
    """What somebody says; `needed` is said where nothing is."""

    def __init__(self, needed: Any = None, **kwargs: Any) -> None:
        messages = {"error_messages": {"blank": needed, "required": needed}} if needed else {}
        super().__init__(max_length=LONGEST_WORDS, **messages, **kwargs)


def round_share(share: Fraction) -> float:
    """Return a share of 1 with 6 places, as every ratio in a response."""
    return float(round(share, PLACES_OF_SHARES))


class ShareField(serializers.FloatField):
    """A share of 1."""

    def to_representation(self, value: Fraction) -> float:
        return round_share(value)


class Version(Text):
    """The version of a record as lists say it, or the whole ETag of the record, with its quotes or without."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=64, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        version = get_version(super().to_internal_value(data))
        if not version:
            raise serializers.ValidationError(_("An empty tag names no version."))
        return version


class Choice(serializers.ChoiceField):
    """One of the stored values, as text."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            known = listing(filter(None, self.choices))
            raise serializers.ValidationError(
                _("“%(value)s” is not known. Known: %(known)s.") % {"value": str(data)[:80], "known": known},
                code="unknown_value" if isinstance(data, str) else "wrong_type",
            )
        return data


class ChoiceOrNull(Choice):
    """A choice that need not be made: stored as an empty text, null in what goes out and comes in."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, **kwargs | {"allow_null": True})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(data) or ""

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None


class YesNo(serializers.BooleanField):
    """`true` or `false`, never 1, "yes" or "on"."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError(_("Give true or false."), code="wrong_type")
        return data


class WholeNumber(serializers.IntegerField):
    """A JSON integer: not true, not "5", not 5.0."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            message = _("Give a whole number without quotes and without a decimal point.")
            raise serializers.ValidationError(message, code="wrong_type")
        return data


class Amount(WholeNumber):
    """Whole CNY from 0 to below 500 billion."""

    def __init__(self, *, limit: int = LIMIT, **kwargs: Any) -> None:
        kwargs = {"min_value": 0, "max_value": limit - 1} | kwargs
        above = format_lazy(_("An amount must be above −{limit} CNY."), limit=f"{limit:,}")
        messages = {
            "min_value": above if kwargs["min_value"] < 0 else _("An amount cannot be negative."),
            "max_value": format_lazy(_("An amount must be below {limit} CNY."), limit=f"{limit:,}"),
        }
        super().__init__(error_messages=messages, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float | str):
            raise serializers.ValidationError(
                _("Give whole CNY as a JSON integer, such as 1800000000: no quotes, no decimal point, no unit."),
                code="wrong_type",
            )
        return super().to_internal_value(data)


class SignedAmount(Amount):
    """Whole CNY between −500 and 500 billion."""

    def __init__(self, *, limit: int = LIMIT, **kwargs: Any) -> None:
        super().__init__(limit=limit, **{"min_value": 1 - limit} | kwargs)


class Day(serializers.DateField):
    """A day, 2023-06-30."""

    def to_internal_value(self, value: Any) -> dt.date:
        if not isinstance(value, str) or not _DAY.match(value):
            raise serializers.ValidationError(_("Give a day such as 2023-06-30."))
        return super().to_internal_value(value)


@extend_schema_field({"type": "string", "pattern": PARTIAL_DATE_PATTERN})
class PartialDay(serializers.Field):
    """A date with the precision it was published with: 2023, 2023-Q3, 2023-06 or 2023-06-30; null: not known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, "default": None} | kwargs)

    def to_internal_value(self, data: Any) -> PartialDate:
        return PartialDate.parse(require_text(data))

    def to_representation(self, value: PartialDate) -> str:
        return str(value)


@extend_schema_field({"type": "string", "pattern": MONTH_PATTERN, "examples": ["2023-07"]})
class MonthText(serializers.Field):
    """A month of a year, 2023-06."""

    def to_internal_value(self, data: Any) -> Month:
        return Month.parse(require_text(data))

    def to_representation(self, value: Month) -> str:
        return str(value)
