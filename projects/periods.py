"""Dates with their precision, months of a year, and the days that the register knows."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .choices import Precision

EARLIEST, LATEST = 1949, 2149  # years
FIRST_DAY, LAST_DAY = dt.date(EARLIEST, 1, 1), dt.date(LATEST, 12, 31)
SOON_AFTER = dt.timedelta(days=30)  # until the round after next: what is due then is dealt with in this one


def check_day(day: dt.date) -> None:
    """A validator: raises `ValidationError` for a day that no calendar of people means."""
    if not FIRST_DAY <= day <= LAST_DAY:
        params = {"first": FIRST_DAY.isoformat(), "last": LAST_DAY.isoformat()}
        raise ValidationError(_("A day lies between %(first)s and %(last)s."), code="out_of_bounds", params=params)


_PARTIAL = re.compile(r"^(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?$")
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_MONTHS_OF_QUARTER = 3
MONTHS_OF_YEAR = 12
_MONTHS = {Precision.YEAR: MONTHS_OF_YEAR, Precision.QUARTER: _MONTHS_OF_QUARTER, Precision.MONTH: 1}


@dataclass(frozen=True, order=True)
class PartialDate:
    """A year, quarter, month or day, as it was published: `2023`, `2023-Q3`, `2023-06`, `2023-06-30`."""

    first: dt.date
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read one of the four forms. Raises `ValidationError` (code `invalid`) for anything else."""
        match = _PARTIAL.match(text.strip().upper())
        if match:
            year, quarter, month, day = (int(part) if part else 0 for part in match.groups())
            if quarter:
                month, precision = 1 + _MONTHS_OF_QUARTER * (quarter - 1), Precision.QUARTER
            elif day:
                precision = Precision.DAY
            else:
                precision = Precision.MONTH if month else Precision.YEAR
            try:
                found = cls(dt.date(year, month or 1, day or 1), precision)
            except ValueError:
                found = None
            # a typed '00' is no month and no day, though it reads as 'none given'
            if found and EARLIEST <= year <= LATEST and str(found) == text.strip().upper():
                return found
        raise ValidationError(
            _("“%(value)s” is not a date. Type a day 2023-06-30, a month 2023-06, a quarter 2023-Q2 or a year 2023."),
            code="invalid",
            params={"value": text},
        )

    @property
    def last(self) -> dt.date:
        """The last day that the date can mean."""
        if self.precision == Precision.DAY:
            return self.first
        return Month(self.first.year, self.first.month + _MONTHS[self.precision] - 1).last_day

    def __str__(self) -> str:
        date = self.first
        if self.precision == Precision.YEAR:
            return f"{date.year:04}"
        if self.precision == Precision.QUARTER:
            return f"{date.year:04}-Q{(date.month - 1) // _MONTHS_OF_QUARTER + 1}"
        return date.isoformat()[: 7 if self.precision == Precision.MONTH else 10]


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, written `2023-06`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `YYYY-MM`. Raises `ValidationError` (code `invalid`)."""
        match = _MONTH.fullmatch(text.strip())
        if match and EARLIEST <= int(match[1]) <= LATEST and 1 <= int(match[2]) <= MONTHS_OF_YEAR:
            return cls(int(match[1]), int(match[2]))
        raise ValidationError(
            _("“%(value)s” is not a month. Type it as 2023-06."), code="invalid", params={"value": text}
        )

    @property
    def share_of_year(self) -> Fraction:
        """Share of the year that has gone when the month ends: June gives 1/2."""
        return Fraction(self.number, MONTHS_OF_YEAR)

    @property
    def previous(self) -> Month:
        return Month(self.year, self.number - 1) if self.number > 1 else Month(self.year - 1, MONTHS_OF_YEAR)

    @property
    def following(self) -> Month:
        return Month(self.year, self.number + 1) if self.number < MONTHS_OF_YEAR else Month(self.year + 1, 1)

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def last_day(self) -> dt.date:
        return dt.date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


class PartialDateProperty:
    """A `PartialDate` over two columns: `<name>` (a date) and `<name>_precision`.

    The date column holds the first day that the date can mean, or the last one for `bound="last"`, so that a plain
    comparison of two columns never calls '2022' earlier than '2022-07'.
    """

    def __init__(self, name: str, *, bound: str = "first") -> None:
        self.column, self.bound = name, bound

    def __get__(self, instance: object, owner: type | None = None) -> PartialDate | None:
        date: dt.date | None = getattr(instance, self.column, None)
        precision: str = getattr(instance, f"{self.column}_precision", "")
        if date is None or not precision:
            return None
        if months := _MONTHS.get(Precision(precision)):
            date = date.replace(month=date.month - (date.month - 1) % months, day=1)
        return PartialDate(date, Precision(precision))

    def __set__(self, instance: object, value: PartialDate | str | None) -> None:
        partial = PartialDate.parse(value) if isinstance(value, str) and value else value or None
        day = None if partial is None else getattr(partial, self.bound)
        setattr(instance, self.column, day)
        setattr(instance, f"{self.column}_precision", "" if partial is None else partial.precision.value)


@cache
def partial_dates(owner: type) -> Mapping[str, str]:
    """The columns of a class that are read and set by a `PartialDateProperty`, each with the name of the property."""
    members = [item for base in owner.__mro__ for item in vars(base).items()]
    return {member.column: name for name, member in members if isinstance(member, PartialDateProperty)}
