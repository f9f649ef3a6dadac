"""Model fields of our own: amounts of money and codes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from copy import copy
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects import money
from projects.periods import MONTHS_OF_YEAR


class FieldCheck(models.CheckConstraint):
    """A check constraint that says at a field what is wrong, and with which code; for migrations it is any other."""

    def __init__(self, *, field: str, code: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.field, self.code = field, code

    def clone(self) -> Self:
        return copy(self)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().validate(*args, **kwargs)
        except ValidationError as error:
            error.code = self.code
            raise ValidationError({self.field: error}) from error

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs


class Unique(models.UniqueConstraint):
    """A unique constraint with words of its own and the code of one without; for migrations it is any other."""

    def clone(self) -> Self:
        return copy(self)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().validate(*args, **kwargs)
        except ValidationError as error:
            error.code = "unique"
            raise

    def deconstruct(self) -> Any:
        _path, args, kwargs = super().deconstruct()
        return "django.db.models.UniqueConstraint", args, kwargs


class AmountField(models.BigIntegerField):
    """Whole CNY, from 0 to below 500 billion; NULL means not known, never zero."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    default_validators = [
        MinValueValidator(0, _("An amount cannot be negative.")),
        MaxValueValidator(money.LIMIT - 1, _("An amount must be below 500 billion CNY.")),
    ]


def amount_in_range(name: str, *, of: str) -> models.CheckConstraint:
    """Return the database's own check of an `AmountField`, for the model called `of`."""
    return models.CheckConstraint(
        name=f"{of}_{name}_from_0_to_below_500_billion",
        condition=Q(**{f"{name}__gte": 0, f"{name}__lt": money.LIMIT}),
        violation_error_message=_("An amount is not negative and below 500 billion CNY."),
    )


class SignedAmountField(AmountField):
    """Whole CNY, negative where an earlier figure is taken back; NULL means not known."""

    default_validators = [
        MinValueValidator(1 - money.LIMIT, _("An amount must be above −500 billion CNY.")),
        MaxValueValidator(money.LIMIT - 1, _("An amount must be below 500 billion CNY.")),
    ]


def signed_amount_in_range(name: str, *, of: str) -> models.CheckConstraint:
    """Return the database's own check of a `SignedAmountField`."""
    return models.CheckConstraint(
        name=f"{of}_{name}_above_minus_500_billion_and_below_500_billion",
        condition=Q(**{f"{name}__gt": -money.LIMIT, f"{name}__lt": money.LIMIT}),
        violation_error_message=_("An amount lies between −500 and 500 billion CNY."),
    )


class TargetField(AmountField):
    """What was said of a whole programme: whole CNY, or a number of projects or enterprises, to below 10^15."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **({"null": False, "blank": False} | kwargs))

    default_validators = [
        MinValueValidator(0, _("An amount cannot be negative.")),
        MaxValueValidator(money.READABLE - 1, _("An amount must be below 1,000,000 billion CNY.")),
    ]


def target_in_range(name: str, *, of: str) -> models.CheckConstraint:
    """Return the database's own check of a `TargetField`."""
    return models.CheckConstraint(
        name=f"{of}_{name}_from_0_to_below_10_15",
        condition=Q(**{f"{name}__gte": 0, f"{name}__lt": money.READABLE}),
        violation_error_message=_("A target is not negative and below 1,000,000 billion CNY."),
    )


class MonthNumberField(models.PositiveSmallIntegerField):
    """A month of the programme's year, 1 to 12."""

    default_validators = [
        MinValueValidator(1, _("A month is a number from 1 to 12.")),
        MaxValueValidator(MONTHS_OF_YEAR, _("A month is a number from 1 to 12.")),
    ]


def month_in_year(name: str, *, of: str) -> models.CheckConstraint:
    """Return the database's own check of a `MonthNumberField`."""
    return models.CheckConstraint(
        name=f"{of}_{name}_from_1_to_12",
        condition=Q(**{f"{name}__gte": 1, f"{name}__lte": MONTHS_OF_YEAR}),
        violation_error_message=_("A month is a number from 1 to 12."),
    )


def normalised_code(text: str) -> str:
    """One spelling for each code: NFKC (full-width becomes ASCII), upper case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def code_asked(text: str) -> str:
    """The code that an address names; empty, as no project's is, for what can be none: PostgreSQL takes no NUL in a text."""
    return normalised_code(text) if text.isprintable() else ""


# also where the code is that of a record which one may not see: so all that may be wrong with a code is in it
CODE_REFUSED = _(
    "This code cannot be used: choose another one. A code has letters, digits, hyphens, dots and underscores only, such as "
    "HN-EI-2023-01, and is used once in the province."
)


class CodeField(models.CharField):
    """A code that is stored and looked up in its normal form, so that ' hn-ei-2023-01 ' is HN-EI-2023-01."""

    default_validators = [
        RegexValidator(r"\A[0-9A-Z\u4e00-\u9fff][0-9A-Z\u4e00-\u9fff._-]*\Z", CODE_REFUSED, code="unusable")
    ]
    unusable = CODE_REFUSED
    normalised: Callable[[str], str | None] = staticmethod(normalised_code)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return self.normalised(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return self.normalised(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


_DASHES = re.compile("[\u2010-\u2015\u2212\u2500\u30fc\ufe58]")


def normalised_national_code(text: str) -> str | None:
    """One spelling for each national code: NFKC, no blanks, whatever dash as a hyphen; None for none."""
    return _DASHES.sub("-", normalised_code(text)) or None


NATIONAL_CODE_REFUSED = _(
    "This national project code cannot be used. It has the form 2304-430100-04-01-123456, as the national platform for the "
    "approval of investment projects gave it, and is that of one project in the province."
)


class NationalCodeField(CodeField):
    """The code that the national platform gave a project, in its normal form; none is NULL, so that many may have none.

    Its first four digits are a year and month, or of the first years the year alone: what they mean is not looked at.
    """

    default_validators = [
        RegexValidator(r"\A[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}\Z", NATIONAL_CODE_REFUSED, code="unusable")
    ]
    unusable = NATIONAL_CODE_REFUSED
    normalised = staticmethod(normalised_national_code)
    empty_values = (None,)  # so that a blank text is cleaned too, and becomes none


# words at the place of a code in the addresses of the API: /projects/many/ adds many projects
ADDRESSES = ("MANY", "many")


def code_is_no_address(*, of: str) -> FieldCheck:
    """Return the constraint that no code is a word of addresses, which would leave the record without its own."""
    return FieldCheck(
        name=f"{of}_code_is_no_address",
        field="code",
        condition=~Q(code__in=ADDRESSES),
        violation_error_message=_("“many” cannot be a code: at its address many records are written."),
    )
