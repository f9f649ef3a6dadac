"""Cell parsers: text that is not blank to a value. Each raises `ValidationError` if it cannot."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override

from projects import money
from projects.choices import ClaimFigure, Measure, Transferred
from projects.models.fields import NationalCodeField, normalised_code
from projects.periods import Month, PartialDate
from projects.text import listing
from sectors.provinces import Province

Reader = Callable[[str], Any]

_NATIONAL_CODE = NationalCodeField(null=True, blank=True)
_MONTHS = [name.lower() for name in calendar.month_name[1:]]  # as the files write them
_THROUGH = re.compile(rf"(?P<name>.+)_(?:to|by)_(?P<month>{'|'.join(_MONTHS)})")
_PROGRESS = re.compile(rf"progress_of_year_plan_percent_(?P<month>{'|'.join(_MONTHS)})_(?P<year>\d{{4}})")
OUTPUT_VALUE = "output_value"
_OTHER_NAMES = {
    "disbursement": Measure.DISBURSED,
    "started": Measure.STARTED_COUNT,
    "trial_production": Measure.TRIAL_PRODUCTION_COUNT,
    "continuing": Measure.CONTINUING_COUNT,
}
_TRANSFERRED = {
    "true": Transferred.YES,
    "yes": Transferred.YES,
    "是": Transferred.YES,
    "false": Transferred.NO,
    "no": Transferred.NO,
    "否": Transferred.NO,
    "unknown": Transferred.UNKNOWN,
}


text: Reader = str
code: Reader = normalised_code
amount: Reader = money.cny


def national_code(cell: str) -> str:
    return _NATIONAL_CODE.clean(cell, None)


def reference_code(cell: str) -> str:
    """A code of the reference data: full-width letters become ASCII, upper case lower."""
    return unicodedata.normalize("NFKC", cell).strip().lower()


def whole_number(cell: str) -> int:
    plain = money.half_width(cell)
    if not re.fullmatch(r"[0-9]{1,18}", plain):
        raise ValidationError(_("“%(value)s” is not a whole number.") % {"value": cell})
    return int(plain)


def partial_date(cell: str) -> PartialDate:
    return PartialDate.parse(unicodedata.normalize("NFKC", cell))


def day(cell: str) -> dt.date:
    return as_day(cell, partial_date)


def as_day(cell: str, read: Callable[[str], PartialDate]) -> dt.date:
    """A date that is exact to the day, as `read` reads dates. What is none is told in words that ask for a day."""
    try:
        found = read(cell)
    except ValidationError as error:
        if error.code != "invalid":
            raise
        found = None
    if found is None or found.first != found.last:
        raise ValidationError(_("“%(value)s” is not a day. Type it as 2023-06-30.") % {"value": cell})
    return found.first


@lru_cache(maxsize=1000)  # the same few in every file, and kept to tell which lines are there twice
def month(cell: str) -> Month:
    return Month.parse(unicodedata.normalize("NFKC", cell))


def one_of(choices: type[TextChoices]) -> Reader:
    """A reader for the stored values of a closed list."""

    def read(cell: str) -> str:
        value = cell.lower()
        if value not in choices.values:
            raise _unknown(cell, choices.values)
        return value

    return read


def transferred(cell: str) -> str:
    value = _TRANSFERRED.get(cell.lower())
    if value is None:
        raise _unknown(cell, list(_TRANSFERRED))
    return value


@lru_cache(maxsize=200)
def province(cell: str) -> str:
    """The two-digit code of a province, from the code or from its Chinese or English name."""
    names = {value: value for value in Province.values}
    for language in ("zh-hans", "en"):
        with override(language):
            names |= {str(label).casefold(): value for value, label in Province.choices}
    value = names.get(cell.casefold())
    if value is None:
        raise _unknown(cell, Province.values)
    return value


def metric(cell: str) -> tuple[Measure, int | None]:
    """What a target measures and the month through which it speaks: `disbursement_to_june` is (disbursed, 6)."""
    name, through = cell.lower(), None
    match = _THROUGH.fullmatch(name)
    if match:
        name, through = match["name"], _MONTHS.index(match["month"]) + 1
    measure = _OTHER_NAMES.get(name) or next((each for each in Measure if each.value == name), None)
    if measure is None:
        raise _unknown(cell, [*Measure.values, "disbursement_to_june", "started_by_june", "trial_production_by_june"])
    return measure, through


def claim_figure(cell: str) -> tuple[ClaimFigure, int | None, int | None, bool]:
    """The figure of a claim, and month and year for progress: `progress_of_year_plan_percent_june_2023`.

    `output_value` is revenue of which the source says, as the last value, that it is output value.
    """
    match = _PROGRESS.fullmatch(cell.lower())
    if match:
        return ClaimFigure.YEAR_PLAN_PROGRESS, _MONTHS.index(match["month"]) + 1, int(match["year"]), False
    if cell.lower() == OUTPUT_VALUE:
        return ClaimFigure.EXPECTED_REVENUE, None, None, True
    plain = [each for each in ClaimFigure if each != ClaimFigure.YEAR_PLAN_PROGRESS]
    figure = next((each for each in plain if each.value == cell.lower()), None)
    if figure is None:
        known = [*(each.value for each in plain), OUTPUT_VALUE, "progress_of_year_plan_percent_june_2023"]
        raise _unknown(cell, known)
    return figure, None, None, False


def _unknown(cell: str, known: list[str]) -> ValidationError:
    message = _("“%(value)s” is not known here. Known: %(known)s.")
    return ValidationError(message % {"value": cell, "known": listing(known)}, code="invalid_choice")
